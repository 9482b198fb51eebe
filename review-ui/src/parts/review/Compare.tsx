// What changed since another revision: what came and what went, each as a mark and, for a screen reader, a word.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { compareQuery } from "../../api/queries";
import type { Change, Item } from "../../api/types";
import { Icon } from "../Icon";
import { Loaded } from "../Waiting";
import { comparable } from "./numbering";

export function CompareMenu({ item, onChoose }: { item: Item; onChoose: (compare: "draft" | "reviewed") => void }) {
  const { draft, reviewed } = comparable(item);
  if (draft === null && reviewed === null) return null;
  return (
    <MenuTrigger>
      <Button className="button quiet">Compare<Icon name="down" /></Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" onAction={(key) => onChoose(key as "draft" | "reviewed")}>
          {draft !== null && <MenuItem id="draft" className="menu-item">Machine draft → now</MenuItem>}
          {reviewed !== null && <MenuItem id="reviewed" className="menu-item">Last reviewed → now</MenuItem>}
        </Menu>
      </Popover>
    </MenuTrigger>
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
