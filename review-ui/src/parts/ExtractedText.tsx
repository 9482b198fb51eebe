// The text as the machine will read it: every sentence numbered and marked off, headings and pages where they begin. The
// sentence with the focus is shown in the original.

import { useEffect, useMemo, useRef, type KeyboardEvent } from "react";
import type { Version } from "../api/types";
import { cut } from "../bytes";
import { pathOf } from "../words";
import { sentencesOf, type Place } from "./places";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, j: 1, ArrowUp: -1, ArrowLeft: -1, k: -1 };

export function ExtractedText({ version, place, onPlace }: {
  version: Version; place: Place | null; onPlace: (place: Place) => void;
}) {
  const pane = useRef<HTMLElement>(null);
  const bytes = useMemo(() => new TextEncoder().encode(version.text), [version.text]);
  const all = useMemo(() => sentencesOf(version), [version]);
  const starts = useMemo(() => firstNumbers(version), [version]);
  const sentence = (number: number): HTMLElement | null => pane.current?.querySelector(`[data-sentence="${number}"]`) ?? null;
  // Only on arrival: later the person is here already.
  useEffect(() => { if (place) sentence(place.number)?.scrollIntoView({ block: "center" }); }, []); // eslint-disable-line

  function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.dataset.sentence === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const number = Number(target.dataset.sentence);
    const next = event.key in STEPS ? all[number + (STEPS[event.key] ?? 0)]
      : event.key === "Home" ? all[0] : event.key === "End" ? all[all.length - 1]
      : event.key === "Enter" || event.key === " " ? all[number] : undefined;
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    onPlace(next);
    sentence(next.number)?.focus();
  }

  return (
    <section className="extracted" aria-label="Extracted text" ref={pane} onKeyDown={onKey}>
      <h2 className="pane-title">Extracted text <span className="quiet">what the model sees; arrow keys go from sentence to sentence</span></h2>
      {version.passages.map((passage, index) => {
        const text = new TextDecoder().decode(bytes.subarray(passage.start, passage.end));
        const first = starts[index] ?? 0;
        return (
          <div key={passage.start} className="passage" data-here={(place !== null && place.start >= passage.start && place.start < passage.end) || undefined}>
            <p className="passage-head quiet">
              <span>{pathOf(passage.heading, version.title)}</span>
              {passage.page !== null && <span>p. {passage.page}</span>}
            </p>
            <p className="passage-text">
              {cut(text, passage.start, passage.sentences).map((piece) => {
                const covering = piece.covers[0];
                if (covering === undefined) return <span key={piece.start}>{piece.text}</span>;
                const number = first + covering;
                const here = place?.number === number;
                return (
                  <span key={piece.start} className="a-sentence" role="button" data-sentence={number} data-odd={number % 2 === 1 || undefined}
                    aria-pressed={here} tabIndex={here || (place === null && number === 0) ? 0 : -1} onClick={() => { const to = all[number]; if (to) onPlace(to); }}>
                    <sup className="sentence-number"><span className="hidden">Sentence </span>{number + 1}</sup>{piece.text}
                  </span>
                );
              })}
            </p>
          </div>
        );
      })}
      {version.passages.length === 0 && <p className="quiet">No text was extracted.</p>}
    </section>
  );
}

/** The number of each passage's first sentence, counted from 0. */
function firstNumbers(version: Version): number[] {
  let next = 0;
  return version.passages.map((passage) => {
    const first = next;
    next += passage.sentences.length;
    return first;
  });
}
