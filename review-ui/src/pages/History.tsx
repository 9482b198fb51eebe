// Everything that was done to one item, newest first.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { historyQuery, itemQuery } from "../api/queries";
import type { HistoryEntry } from "../api/types";
import { PageHead } from "../parts/Frame";
import { Empty } from "../parts/Notice";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { reasonWord, spaced } from "../words";

export function HistoryPage() {
  const { id } = useParams({ from: "/app/items/$id/history" });
  const item = useQuery(itemQuery(id));
  const history = useQuery(historyQuery(id));
  return (
    <>
      <PageHead title={item.data ? `History: ${item.data.title}` : "History"}>
        <Link to="/items/$id" params={{ id }} className="button">Back to the item</Link>
      </PageHead>
      <Loaded query={history} lines={6}>
        {({ entries }) => entries.length === 0 ? <Empty title="Nothing has happened to this item yet." /> : (
          <ol className="history">
            {[...entries].sort((a, b) => b.at.localeCompare(a.at)).map((entry, i) => <Line key={i} entry={entry} />)}
          </ol>
        )}
      </Loaded>
    </>
  );
}

function Line({ entry }: { entry: HistoryEntry }) {
  return (
    <li>
      <span className="history-time"><Time at={entry.at} /></span>
      <span>
        <strong>{entry.actor?.name ?? "Countersign"}</strong> {spaced(entry.action)}
        {entry.revision !== null && <span className="quiet"> · revision {entry.revision}</span>}
        <Detail detail={entry.detail} />
      </span>
    </li>
  );
}

/** The entry's detail as recorded: short values in words, nested ones as they are. */
export function Detail({ detail }: { detail: unknown }) {
  if (typeof detail === "string") return detail === "" ? null : <span className="quiet detail">{detail}</span>;
  if (detail === null || typeof detail !== "object") return null;
  const entries = Object.entries(detail).filter(([, value]) => value !== null && value !== "");
  if (entries.length === 0) return null;
  return (
    <span className="quiet detail">
      {entries.map(([name, value]) => `${spaced(name)}: ${name === "reason" && typeof value === "string" ? reasonWord(value) : typeof value === "object" ? JSON.stringify(value) : String(value)}`).join(" · ")}
    </span>
  );
}
