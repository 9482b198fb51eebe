// The draft, sentence by sentence, each with its verdict (icon and word) and the numbers of what it cites.

import type { ReactNode, RefObject } from "react";
import type { Revision, SourcePanel } from "../../api/types";
import { FLAG, SUPPORT, plural } from "../../words";
import { Word } from "../Notice";
import { CitedPassages } from "./Sources";
import type { FlatSentence, Numbered } from "./numbering";
import type { Opened } from "./useAttention";

type Shared = {
  active: string | null; onActive: (key: string) => void; onOpen: (sentence: FlatSentence) => void; narrow: boolean;
  sources: SourcePanel[]; opened: Opened;
};

export function DraftPane({ revision, question, numbered, pane, ...shared }: Shared & {
  revision: Revision; question: string | null; numbered: Numbered; pane: RefObject<HTMLElement | null>;
}) {
  return (
    <section className="draft" aria-label="Draft" ref={pane}>
      <h2 className="pane-title">Draft</h2>
      {question !== null && <p className="public-question"><span className="quiet">Public question</span> {question}</p>}
      {revision.sections.map((section, s) => (
        <div key={s} className="draft-section" id={`section-${s}`}>
          {section.heading && <h3 tabIndex={-1}>{section.heading}</h3>}
          <ol className="sentences">
            {numbered.sentences.filter((flat) => flat.section === s).map((flat) => (
              <Sentence key={flat.key} flat={flat} {...shared} />
            ))}
          </ol>
          {section.sentences.length === 0 && section.not_covered.length === 0 && <p className="quiet">This section has no sentences.</p>}
          {section.not_covered.map((part) => <p key={part} className="not-covered">Not covered: {part}</p>)}
        </div>
      ))}
      <Flags revision={revision} />
    </section>
  );
}

function Sentence({ flat, active, onActive, onOpen, narrow, sources, opened }: Shared & { flat: FlatSentence }) {
  const { sentence, citations } = flat;
  const support = SUPPORT[sentence.support];
  const lit = active === flat.key;
  return (
    <li className={`sentence ${support.meaning}`} data-key={flat.key} data-lit={lit || undefined} tabIndex={lit || (active === null && flat.key === "0.0") ? 0 : -1}
      aria-current={lit ? "true" : undefined} onFocus={() => onActive(flat.key)} onClick={() => onActive(flat.key)}>
      <p>{sentence.text}</p>
      <p className="verdict">
        <Word meaning={support.meaning}><span title={support.long}>{support.word}</span></Word>
        {citations.map((citation) => (
          <button type="button" key={citation.number} className="number" onClick={() => onOpen(flat)}
            title={`${citation.title}: ${citation.quote}`} aria-label={`Source ${citation.number}: ${citation.title}`}>
            {citation.number}
          </button>
        ))}
        {sentence.note && <span className="note">{sentence.note}</span>}
      </p>
      {narrow && citations.length > 0 && (
        <details className="folded" onToggle={(event) => event.currentTarget.open && onOpen(flat)}>
          <summary>{plural(citations.length, "cited sentence")}</summary>
          <CitedPassages citations={citations} sources={sources} opened={opened} />
        </details>
      )}
    </li>
  );
}

function Flags({ revision }: { revision: Revision }) {
  const personal = revision.flags.some((flag) => flag.kind === "personal_data");
  const facts: ReactNode[] = [
    revision.reading_grade !== null && <>reading grade {revision.reading_grade.toFixed(1)}</>,
    <>{plural(revision.words, "word")}</>,
    !personal && <>no personal data found</>,
  ].filter(Boolean);
  return (
    <div className="flags">
      <p className="quiet">{facts.map((fact, i) => <span key={i}>{i > 0 && " · "}{fact}</span>)}</p>
      {revision.flags.length > 0 && (
        <ul className="plain-list">
          {revision.flags.map((flag) => (
            <li key={flag.kind + flag.detail}>
              <Word meaning={flag.kind === "personal_data" ? "blocked" : "doubtful"}>{FLAG[flag.kind] ?? flag.kind}</Word> {flag.detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
