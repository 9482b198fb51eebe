// What changed from one version of a document to another: figures first, then the text, with what stayed folded away.

import { Link } from "@tanstack/react-router";
import type { DifferenceLine, DifferencePart, FigureChange, VersionComparison } from "../api/types";
import { plural } from "../words";
import { Empty, Notice } from "./Notice";
import { Changes } from "./review/Compare";

export function Difference({ comparison }: { comparison: VersionComparison }) {
  const { parts, figures, from, to, left_out } = comparison;
  const changed = parts.filter((part) => part.kind !== "same").length;
  if (changed === 0) return <Empty title={`The text of version ${to.number} is that of version ${from.number}.`}><p>No sentence was changed, added or removed.</p></Empty>;
  return (
    <div className="difference">
      <p className="quiet" role="status">{counted(parts)}</p>
      {left_out > 0 && (
        <Notice meaning="doubtful" title={`${left_out} further changes are not shown.`}>
          <p>The texts differ too much to be compared sentence by sentence to their end. Read the whole new text before you decide.</p>
        </Notice>
      )}
      <Figures figures={figures} parts={parts} to={to.version} />
      <h2>The text</h2>
      <ol className="plain-list difference-parts">
        {parts.map((part, i) => <Part key={i} number={i} part={part} version={part.kind === "removed" ? from.version : to.version} />)}
      </ol>
    </div>
  );
}

function counted(parts: DifferencePart[]): string {
  const of = (kind: DifferencePart["kind"]): number => parts.filter((part) => part.kind === kind).length;
  const stayed = parts.reduce((sum, part) => sum + (part.kind === "same" ? part.lines.length + part.more : 0), 0);
  return `${of("changed")} changed, ${of("added")} added, ${of("removed")} removed, ${plural(stayed, "line")} the same`;
}

function Figures({ figures, parts, to }: { figures: FigureChange[]; parts: DifferencePart[]; to: string }) {
  if (figures.length === 0) return <p className="quiet">No figure changed within a sentence.</p>;
  return (
    <>
      <h2>{plural(figures.length, "change")} of figures</h2>
      <table className="rows" aria-label="Figures that changed">
        <thead><tr><th scope="col">Was</th><th scope="col">Is now</th><th scope="col">In</th></tr></thead>
        <tbody>
          {figures.map((figure, i) => {
            const line = parts[figure.part]?.lines[0];
            return (
              <tr key={i}>
                <td className="figure">{figure.before.length > 0 ? <del>{figure.before.join(", ")}</del> : <span className="quiet">no {figure.kind}</span>}</td>
                <td className="figure">{figure.after.length > 0 ? <ins>{figure.after.join(", ")}</ins> : <span className="quiet">no {figure.kind}</span>}</td>
                <td>{line && <Link to="/versions/$id" params={{ id: to }} search={{ at: line.start, view: "text" }}>{line.text}</Link>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Part({ part, number, version }: { part: DifferencePart; number: number; version: string }) {
  if (part.kind === "same") return <Same part={part} />;
  const line = part.lines[0];
  if (!line) return null;
  const word = { changed: "Changed", added: "Added", removed: "Removed" }[part.kind];
  return (
    <li className={`difference-part ${part.kind}`} id={`part-${number}`}>
      <p className="quiet part-word">
        {word}{line.is_heading && " heading"}{line.page != null && `, p. ${line.page}`}{" "}
        <Link to="/versions/$id" params={{ id: version }} search={{ at: line.start, view: "text" }} aria-label={`${word}: see it in the text`}>see it</Link>
      </p>
      {part.kind === "changed" ? <Changes changes={part.changes} />
        : part.kind === "added" ? <p className="changes"><ins>{line.text}</ins></p>
        : <p className="changes"><del>{line.text}</del></p>}
    </li>
  );
}

function Same({ part }: { part: DifferencePart }) {
  const count = part.lines.length + part.more;
  return (
    <li className="difference-part same">
      <details>
        <summary>{plural(count, "line")} the same</summary>
        {part.lines.map((line: DifferenceLine, i) => <p key={i} className={line.is_heading ? "heading" : undefined}>{line.text}</p>)}
        {part.more > 0 && <p className="quiet">and {part.more} more</p>}
      </details>
    </li>
  );
}
