// A source was replaced: what became of each cited sentence, and moving the text to what is in force now.

import { Link } from "@tanstack/react-router";
import type { CitedSentence, Item, SourceChange } from "../../api/types";
import { mayDo, plural, type Meaning } from "../../words";
import { Button } from "../Button";
import { Notice, Word } from "../Notice";
import { Changes } from "./Compare";

const FATE: Record<CitedSentence["fate"], { word: string; meaning: Meaning }> = {
  unchanged: { word: "unchanged", meaning: "supported" },
  moved: { word: "same words under another heading", meaning: "doubtful" },
  changed: { word: "changed", meaning: "doubtful" },
  gone: { word: "no longer said", meaning: "blocked" },
  no_newer_version: { word: "not in force", meaning: "blocked" },
};

/** In these states nobody has to care any more. */
const DONE = new Set<Item["state"]>(["cancelled", "rejected", "withdrawn"]);

export function SourceChanges({ item, busy, onMove }: { item: Item; busy: boolean; onMove: () => void }) {
  if (item.source_changes.length === 0 || DONE.has(item.state)) return null;
  const replaced = item.source_changes.some((change) => change.newer !== null);
  return (
    <Notice meaning="doubtful" title="What became of its sources">
      {item.source_changes.map((change) => <OneSource key={change.version} change={change} />)}
      {replaced && mayDo(item.actions, "edit") && (
        <>
          <p className="quiet">The text keeps its words and cites the newer version. It is checked against it; what no longer agrees is marked for you to change.</p>
          <div className="row"><Button look="primary" isPending={busy} onPress={onMove}>Move to the newer version</Button></div>
        </>
      )}
    </Notice>
  );
}

function OneSource({ change }: { change: SourceChange }) {
  const { newer } = change;
  const same = change.sentences.filter((sentence) => sentence.fate === "unchanged").length;
  const others = change.sentences.filter((sentence) => sentence.fate !== "unchanged");
  return (
    <section className="source-change">
      <p>
        <Link to="/versions/$id" params={{ id: change.version }}>{change.title}, version {change.number}</Link>{" "}
        {newer
          ? <>was replaced by <Link to="/versions/$id" params={{ id: newer.version }}>{newer.document === change.document ? `version ${newer.number}` : newer.title}</Link>.</>
          : "is no longer in force, and nothing in force replaces it."}
        {same > 0 && <> {plural(same, "cited sentence")} {same === 1 ? "stands" : "stand"} there unchanged.</>}
      </p>
      {others.length > 0 && <ul className="plain-list">{others.map((sentence) => <Sentence key={`${sentence.section}.${sentence.sentence}.${sentence.quote}`} cited={sentence} />)}</ul>}
    </section>
  );
}

function Sentence({ cited }: { cited: CitedSentence }) {
  const { word, meaning } = FATE[cited.fate];
  return (
    <li>
      <Word meaning={meaning}>{word}</Word>
      {cited.fate === "changed"
        ? <Changes changes={cited.changes} />
        : <p className="said">{cited.quote}{cited.fate === "moved" && cited.now && <span className="quiet"> now under {cited.now.heading.join(" › ")}</span>}</p>}
    </li>
  );
}
