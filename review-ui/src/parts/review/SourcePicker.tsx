// Choosing what a sentence rests on: the sentences of the sources beside it, and of others found by search.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { searchQuery, versionQuery } from "../../api/queries";
import type { Item } from "../../api/types";
import { cut } from "../../bytes";
import { pathOf } from "../../words";
import { Button } from "../Button";
import { SearchBox } from "../SearchBox";
import { Loaded } from "../Waiting";
import { samePlace, type EditCitation, type EditSentence } from "./editing";

/** A version and the places in it worth showing; for a refusal's nearest sources only a quote is known. */
type Candidate = { version: string; title: string; at: { start: number; end: number }[]; quote: string | null };

function candidatesOf(item: Item): Candidate[] {
  const cited = item.sources.map((source) => ({
    version: source.version, title: source.title, at: source.passages.map(({ start, end }) => ({ start, end })), quote: null,
  }));
  const nearest = (item.refusal?.nearest ?? []).map((near) => ({ version: near.version, title: near.title, at: [], quote: near.quote }));
  return cited.length > 0 ? cited : nearest;
}

export function SourcePicker({ item, sentence, onToggle }: {
  item: Item; sentence: EditSentence | null; onToggle: (citation: EditCitation) => void;
}) {
  const [q, setQ] = useState("");
  const [found, setFound] = useState<Candidate[]>([]);
  const hits = useQuery(searchQuery({ q }));
  return (
    <section className="sources" aria-label="Sources to cite" tabIndex={0}>
      <h2 className="pane-title">Sources <span className="quiet">{sentence ? "choose what the sentence rests on" : "go to a sentence first"}</span></h2>
      <SearchBox label="Find another source" value={q} onSearch={setQ} />
      {q && (
        <Loaded query={hits} lines={2}>
          {({ entries }) => entries.length === 0 ? <p className="quiet">No approved document has this.</p> : (
            <ul className="plain-list">
              {entries.slice(0, 5).map((hit) => (
                <li key={`${hit.version}:${hit.start}`} className="hit-line">
                  <span>{[hit.title, pathOf(hit.heading, hit.title)].filter(Boolean).join(" › ")}</span>
                  <Button look="quiet" onPress={() => {
                    setFound([{ version: hit.version, title: hit.title, at: [{ start: hit.start, end: hit.end }], quote: null }, ...found]);
                    setQ("");
                  }}>Show it</Button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      )}
      {[...found, ...candidatesOf(item)].map((candidate, i) => (
        <CandidateSentences key={`${candidate.version}:${i}`} candidate={candidate} sentence={sentence} onToggle={onToggle} />
      ))}
    </section>
  );
}

function CandidateSentences({ candidate, sentence, onToggle }: {
  candidate: Candidate; sentence: EditSentence | null; onToggle: (citation: EditCitation) => void;
}) {
  const version = useQuery(versionQuery(candidate.version));
  return (
    <article className="source" aria-label={candidate.title}>
      <p className="source-head"><strong>{candidate.title}</strong></p>
      <Loaded query={version} lines={3}>
        {({ text, passages }) => {
          const shown = passages.map((passage) => ({
            passage,
            pieces: cut(slice(text, passage.start, passage.end), passage.start, passage.sentences).filter((p) => p.covers.length > 0),
          })).filter(({ passage, pieces }) => candidate.at.some((at) => at.start < passage.end && at.end > passage.start)
            || (candidate.quote !== null && pieces.some((piece) => candidate.quote!.includes(piece.text.trim()))));
          return shown.map(({ passage, pieces }) => (
            <div key={passage.start} className="passage">
              <p className="passage-head quiet"><span>{pathOf(passage.heading, candidate.title)}</span>{passage.page !== null && <span>p. {passage.page}</span>}</p>
              {pieces.map((piece) => {
                const citation = { version: candidate.version, start: piece.start, end: piece.end, title: candidate.title, quote: piece.text };
                const cited = sentence?.citations.some((c) => samePlace(c, citation)) ?? false;
                return (
                  <label key={piece.start} className="pick" data-lit={cited || undefined}>
                    <input type="checkbox" checked={cited} disabled={!sentence} onChange={() => onToggle(citation)} />
                    <span>{piece.text}</span>
                  </label>
                );
              })}
            </div>
          ));
        }}
      </Loaded>
    </article>
  );
}

function slice(text: string, start: number, end: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(start, end));
}
