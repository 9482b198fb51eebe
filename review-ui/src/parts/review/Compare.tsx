// What changed since another revision: what came and what went, each as a mark and, for a screen reader, a word.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { compareQuery } from "../../api/queries";
import type { Change, Item } from "../../api/types";
import { Icon } from "../Icon";
import { Loaded } from "../Waiting";
import { comparable } from "./numbering";

export function CompareMenu({ item }: { item: Item }) {
  const { draft, reviewed } = comparable(item);
  const menu = useRef<HTMLDetailsElement>(null);
  if (draft === null && reviewed === null) return null;
  const close = (): void => { if (menu.current) menu.current.open = false; };
  const link = (compare: "draft" | "reviewed", words: string) => (
    <li><Link to="/items/$id" params={{ id: item.id }} search={{ compare }} onClick={close}>{words}</Link></li>
  );
  return (
    <details className="menu" ref={menu} onKeyDown={(event) => event.key === "Escape" && close()}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}>
      <summary className="button quiet">Compare<Icon name="down" /></summary>
      <ul>
        {draft !== null && link("draft", "Machine draft → now")}
        {reviewed !== null && link("reviewed", "Last reviewed → now")}
      </ul>
    </details>
  );
}

export function ComparePane({ item, from, what }: { item: Item; from: number; what: string }) {
  const now = item.revision?.number ?? from;
  const comparison = useQuery(compareQuery(item.id, from, now));
  return (
    <section className="draft" aria-label={what}>
      <h2 className="pane-title">
        {what}
        <span className="quiet">revision {from} → revision {now}</span>
      </h2>
      <Loaded query={comparison}>{({ changes }) => <Changes changes={changes} />}</Loaded>
      <p><Link to="/items/$id" params={{ id: item.id }} search={{}} className="button">Back to the draft</Link></p>
    </section>
  );
}

export function Changes({ changes }: { changes: Change[] }) {
  if (changes.every((change) => change.kind === "equal")) return <p className="quiet">The text is the same.</p>;
  return (
    <p className="changes">
      {changes.map((change, i) => {
        if (change.kind === "insert") return <ins key={i}><span className="hidden">added: </span>{change.text}</ins>;
        if (change.kind === "delete") return <del key={i}><span className="hidden">removed: </span>{change.text}</del>;
        return <span key={i}>{change.text}</span>;
      })}
    </p>
  );
}
