// A newsletter's sections, with what in each needs a look.

import type { Revision } from "../../api/types";
import { Word } from "../Notice";
import { plural } from "../../words";

export function SectionList({ revision }: { revision: Revision }) {
  return (
    <nav className="section-list" aria-label="Sections">
      <h2 className="pane-title">Sections</h2>
      <ol>
        {revision.sections.map((section, s) => {
          const doubtful = section.sentences.filter((x) => x.support === "doubtful" || x.support === "unsupported").length;
          return (
            <li key={s}>
              <button type="button" className="link" onClick={() => {
                const heading = document.querySelector<HTMLElement>(`#section-${s} h3`);
                heading?.scrollIntoView({ block: "start" });
                heading?.focus({ preventScroll: true });
              }}>{section.heading ?? `Section ${s + 1}`}</button>
              {doubtful > 0
                ? <Word meaning="doubtful">{doubtful} to look at</Word>
                : <span className="quiet">{plural(section.sentences.length, "sentence")}</span>}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
