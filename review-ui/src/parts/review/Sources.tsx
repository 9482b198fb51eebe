// The cited passages in the documents' own order, the exact cited sentences marked and numbered.

import { Link } from "@tanstack/react-router";
import type { RefObject } from "react";
import type { SourcePanel } from "../../api/types";
import { cut } from "../../bytes";
import { seconds } from "../../time";
import { pathOf } from "../../words";
import { Icon } from "../Icon";
import { Stands } from "../Stands";
import { CalendarDay } from "../Time";
import type { NumberedCitation } from "./numbering";
import type { Opened } from "./useAttention";

type Passage = SourcePanel["passages"][number];

export function SourcesPane({ sources, citations, lit, opened, onPick, onOpen, pane }: {
  sources: SourcePanel[]; citations: NumberedCitation[]; lit: Set<number>; opened: Opened;
  onPick: (citation: NumberedCitation) => void; onOpen: (version: string) => void; pane: RefObject<HTMLElement | null>;
}) {
  const count = sources.filter((source) => source.version in opened).length;
  return (
    <section className="sources" aria-label="Sources" ref={pane} tabIndex={0}>
      <h2 className="pane-title">
        Sources
        <span className="quiet">{sources.length > 0 && `${count} of ${sources.length} opened by you`}</span>
      </h2>
      {sources.length === 0 && <p className="quiet">This text cites no source.</p>}
      {sources.map((source) => (
        <article key={source.version} className="source" data-version={source.version} tabIndex={-1} aria-label={source.title}
          onClick={() => onOpen(source.version)}>
          <SourceHead source={source} opened={opened} onOpen={onOpen} />
          {source.passages.map((passage) => (
            <MarkedPassage key={passage.start} passage={passage} title={source.title} lit={lit} onPick={onPick}
              citations={citations.filter((citation) => citation.version === source.version)} />
          ))}
        </article>
      ))}
    </section>
  );
}

/** The same passages folded under one sentence, on a narrow screen. */
export function CitedPassages({ citations, sources, opened }: {
  citations: NumberedCitation[]; sources: SourcePanel[]; opened: Opened;
}) {
  const versions = new Set(citations.map((citation) => citation.version));
  return sources.filter((source) => versions.has(source.version)).map((source) => {
    const here = citations.filter((citation) => citation.version === source.version);
    return (
      <div key={source.version} className="source">
        <SourceHead source={source} opened={opened} />
        {source.passages
          .filter((passage) => here.some((c) => c.start < passage.end && c.end > passage.start))
          .map((passage) => (
            <MarkedPassage key={passage.start} passage={passage} title={source.title} citations={here} lit={new Set(here.map((c) => c.number))} />
          ))}
      </div>
    );
  });
}

function SourceHead({ source, opened, onOpen }: { source: SourcePanel; opened: Opened; onOpen?: (version: string) => void }) {
  const first = source.passages[0];
  const time = opened[source.version];
  return (
    <header>
      <p className="source-head">
        <Link to="/versions/$id" params={{ id: source.version }} search={first ? { at: first.start } : {}} target="_blank"
          onClick={() => onOpen?.(source.version)} title="Opens the whole version in a new tab">
          {source.title}<Icon name="out" /><span className="hidden">, opens in a new tab</span>
        </Link>
        <span className="quiet">{time === undefined ? "not opened yet" : `opened, ${seconds(time)}`}</span>
      </p>
      <p className="quiet source-facts">
        {(source.standing !== "in_force" || source.expires_in_days !== null) && <Stands standing={source.standing} ends={source.expires_in_days} />}
        <span>{source.owner}{source.standing === "in_force" && source.expires && <> · in force until <CalendarDay date={source.expires} /></>}</span>
      </p>
    </header>
  );
}

function MarkedPassage({ passage, title, citations, lit, onPick }: {
  passage: Passage; title: string; citations: NumberedCitation[]; lit: Set<number>; onPick?: (citation: NumberedCitation) => void;
}) {
  const pieces = cut(passage.text, passage.start, citations);
  return (
    <div className="passage">
      <p className="passage-head quiet">
        <span>{pathOf(passage.heading, title)}</span>
        {passage.page !== null && <span>p. {passage.page}</span>}
      </p>
      <p className="passage-text">
        {pieces.map((piece) => {
          const covering = piece.covers.flatMap((index) => citations[index] ?? []);
          if (covering.length === 0) return <span key={piece.start}>{piece.text}</span>;
          return (
            <mark key={piece.start} data-numbers={covering.map((c) => c.number).join(" ")}
              data-lit={covering.some((c) => lit.has(c.number)) || undefined}
              onClick={() => onPick?.(covering[0]!)}>
              {piece.text}
              {covering.filter((c) => c.end === piece.end || c.end > passage.end).map((c) => onPick
                ? <button type="button" key={c.number} className="number" aria-label={`Source ${c.number}: show the sentence that cites it`}
                    onClick={(event) => { event.stopPropagation(); onPick(c); }}>{c.number}</button>
                : <span key={c.number} className="number">{c.number}</span>)}
            </mark>
          );
        })}
      </p>
    </div>
  );
}
