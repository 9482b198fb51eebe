// Items as dense one-line rows: j and k move, Enter opens, hover or focus shows the question.

import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import type { Checks, ItemSummary } from "../api/types";
import { KIND, STATE, STATE_MEANING, plural, shortName, spaced } from "../words";
import { useKeys } from "./keys";
import { Word } from "./Notice";
import { Time } from "./Time";

export function ItemRows({ items, label, onOpen, enterDoes = "Open", showState = true }: {
  items: ItemSummary[]; label: string; onOpen: (item: ItemSummary) => void; enterDoes?: string; showState?: boolean;
}) {
  const table = useRef<HTMLTableElement>(null);
  function move(by: number): void {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>("a[data-row]") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[at === -1 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
  }
  useKeys("List", [
    { key: "j", does: "Next row", run: () => move(1) },
    { key: "k", does: "Row before", run: () => move(-1) },
    { key: "Enter", does: enterDoes, run: () => {}, when: false },
  ]);
  return (
    <table className="rows one-line" ref={table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Due</th><th scope="col">Item</th><th scope="col" className="wide">Kind</th>
          {showState && <th scope="col">State</th>}<th scope="col" className="wide">Risk</th><th scope="col">Checks</th><th scope="col">Held by</th>
        </tr>
      </thead>
      <tbody>{items.map((item) => <Row key={item.id} item={item} onOpen={onOpen} showState={showState} />)}</tbody>
    </table>
  );
}

function Row({ item, onOpen, showState }: { item: ItemSummary; onOpen: (item: ItemSummary) => void; showState: boolean }) {
  return (
    <tr>
      <td className={item.overdue ? "overdue" : undefined}>
        {item.overdue && <span>overdue, </span>}<Time at={item.due_at} day />
      </td>
      <th scope="row" className="item-title">
        <Link to="/items/$id" params={{ id: item.id }} data-row title={item.title}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            onOpen(item);
          }}>
          {item.title}
        </Link>
        <span className="row-more quiet">asked by {item.requester.name}, <Time at={item.created_at} /> · for {item.audience}</span>
      </th>
      <td className="wide">{item.kind === "faq" ? "FAQ" : KIND[item.kind]}</td>
      {showState && <td><Word meaning={STATE_MEANING[item.state]}>{STATE[item.state]}</Word></td>}
      <td className="wide">{item.risk.length === 0 ? <span className="quiet">low</span> : item.risk.map(spaced).join(", ")}</td>
      <td><ChecksCell item={item} /></td>
      <td>{item.held_by
        ? <span title={`${item.held_by.person.name}, for another ${plural(item.held_by.minutes, "minute")}`}>{shortName(item.held_by.person.name)}, {item.held_by.minutes} min</span>
        : <span className="quiet">–</span>}</td>
    </tr>
  );
}

function ChecksCell({ item }: { item: ItemSummary }) {
  if (item.state === "refused") return <span className="quiet">{spaced(item.refusal_kind ?? "refused")}</span>;
  if (!item.checks) return <span className="quiet">–</span>;
  if (item.kind === "newsletter" && item.checks.doubtful + item.checks.unsupported === 0) {
    return <>{plural(item.checks.sections, "section")}</>;
  }
  return <ChecksLine checks={item.checks} />;
}

/** "4 supported" when that is all there is to say; else "4 ✓" makes room for what needs a look. */
function ChecksLine({ checks }: { checks: Checks }) {
  const only = checks.doubtful + checks.unsupported + checks.person_written === 0;
  return (
    <span className="checks">
      {checks.supported > 0 && <Word meaning="supported">{checks.supported}<span className={only ? undefined : "hidden"}> supported</span></Word>}
      {checks.doubtful > 0 && <Word meaning="doubtful">{checks.doubtful} doubtful</Word>}
      {checks.unsupported > 0 && <Word meaning="blocked">{checks.unsupported} not supported</Word>}
      {checks.person_written > 0 && <Word meaning="person">{checks.person_written} by hand</Word>}
    </span>
  );
}
