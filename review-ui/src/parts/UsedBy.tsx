// What rests on a version, sentence by sentence: which sentence of a text cites which sentence of it.

import { Link } from "@tanstack/react-router";
import type { Version } from "../api/types";
import { STATE, STATE_MEANING, plural } from "../words";
import { Word } from "./Notice";

type Usage = Version["used_by"][number];

export function UsedBy({ version }: { version: Version }) {
  const lost = version.used_by.filter((use) => use.to_correct).length;
  return (
    <section className="below">
      <h2>What rests on it</h2>
      {lost > 0 && (
        <p><Word meaning="blocked">{plural(lost, "published text")} to correct</Word>{" "}
          <Link to="/published" search={{ show: "to-correct" }}>See everything that is to be corrected</Link></p>
      )}
      {version.used_by.length === 0
        ? <p className="quiet">No draft or published text cites this version.</p>
        : <ul className="plain-list used-by">{version.used_by.map((use) => <Use key={`${use.item}:${use.stands}`} use={use} version={version.id} />)}</ul>}
    </section>
  );
}

function Use({ use, version }: { use: Usage; version: string }) {
  return (
    <li>
      <Link to="/items/$id" params={{ id: use.item }}>{use.title}</Link>{" "}
      {use.stands
        ? <Word meaning={STATE_MEANING[use.state]}>{STATE[use.state]}</Word>
        : <span className="quiet">as it is public; a newer text does not cite this version</span>}
      {use.to_correct && <> <Word meaning="blocked">to correct</Word></>}
      {use.sentences.length > 0 && (
        <details>
          <summary>{plural(use.sentences.length, "sentence")} cite{use.sentences.length === 1 ? "s" : ""} it<span className="hidden"> in {use.title}</span></summary>
          <ol className="cites">
            {use.sentences.map((sentence, place) => (
              <li key={place}>
                <p>{sentence.heading && <span className="quiet">{sentence.heading}: </span>}{sentence.text}</p>
                <ul className="plain-list">
                  {sentence.cites.map((cited) => (
                    <li key={cited.start}>
                      <Link to="/versions/$id" params={{ id: version }} search={{ at: cited.start }}>“{cited.quote}”</Link>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
