// The text as the machine will read it: every sentence marked off, headings and pages where they begin.

import { useEffect, useMemo, useRef } from "react";
import type { Version } from "../api/types";
import { cut } from "../bytes";
import { pathOf } from "../words";

export function ExtractedText({ version, at }: { version: Version; at: number | undefined }) {
  const here = useRef<HTMLDivElement>(null);
  const bytes = useMemo(() => new TextEncoder().encode(version.text), [version.text]);
  useEffect(() => here.current?.scrollIntoView({ block: "center" }), []);
  return (
    <section className="extracted" aria-label="Extracted text" tabIndex={0}>
      <h2 className="pane-title">Extracted text <span className="quiet">what drafts are made from; each sentence can be cited</span></h2>
      {version.passages.map((passage) => {
        const text = new TextDecoder().decode(bytes.subarray(passage.start, passage.end));
        const isHere = at !== undefined && at >= passage.start && at < passage.end;
        return (
          <div key={passage.start} className="passage" ref={isHere ? here : undefined} data-here={isHere || undefined}>
            <p className="passage-head quiet">
              <span>{pathOf(passage.heading, version.title)}</span>
              {passage.page !== null && <span>p. {passage.page}</span>}
            </p>
            <p className="passage-text">
              {cut(text, passage.start, passage.sentences).map((piece) => piece.covers.length > 0
                ? <span key={piece.start} className="a-sentence">{piece.text}</span>
                : <span key={piece.start}>{piece.text}</span>)}
            </p>
          </div>
        );
      })}
      {version.passages.length === 0 && <p className="quiet">No text was extracted.</p>}
    </section>
  );
}
