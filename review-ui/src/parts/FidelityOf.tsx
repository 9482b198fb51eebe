// What the figure check found: whether every figure of the original is in the text that drafts are made from.

import type { Fidelity } from "../api/types";
import { plural } from "../words";
import { Notice, Word } from "./Notice";

export function FidelityOf({ fidelity, onPage }: { fidelity: Fidelity | null | undefined; onPage: (page: number) => void }) {
  if (!fidelity) return <p className="quiet fidelity">This version was added before figures were checked against the original.</p>;
  if (fidelity.verdict === "full") {
    return (
      <p className="fidelity">
        <Word meaning="supported">{nothingMissing(fidelity.figures)}</Word>
      </p>
    );
  }
  const low = fidelity.verdict === "low";
  return (
    <Notice meaning={low ? "blocked" : "doubtful"}
      title={`${fidelity.missing} of the original's ${plural(fidelity.figures, "figure")} ${fidelity.missing === 1 ? "is" : "are"} not in the text`}>
      <p>{low
        ? "So much is missing that this text is not the document, and it can't be approved. Save the file again in another form, such as Word or a PDF made from it, and upload that."
        : "The model will not see these. Look at each in the original before approving."}</p>
      <details open={fidelity.named.length <= 8}>
        <summary>Which ones</summary>
        <table className="rows missing-figures">
          <thead><tr><th scope="col">Figure</th><th scope="col">Where</th><th scope="col">Its line in the original</th></tr></thead>
          <tbody>
            {fidelity.named.map((missing, i) => {
              const page = missing.page;
              return (
                <tr key={i}>
                  <th scope="row">{missing.figure}</th>
                  <td>{page == null ? "" : <button type="button" className="link" onClick={() => onPage(page)}>page {page}</button>}</td>
                  <td>{missing.context}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {fidelity.missing > fidelity.named.length && <p className="quiet">and {fidelity.missing - fidelity.named.length} more</p>}
      </details>
    </Notice>
  );
}

function nothingMissing(figures: number): string {
  if (figures === 0) return "The original has no figures that could be missing.";
  if (figures === 1) return "The one figure of the original is in the text.";
  return `All ${plural(figures, "figure")} of the original are in the text.`;
}
