// Somebody saved while this person typed: what changed there, what is kept here, and the two ways on.

import type { Item } from "../../api/types";
import { Button } from "../Button";
import { Notice } from "../Notice";
import { Time } from "../Time";
import { STATE } from "../../words";
import { conflict, linesOf } from "./editing";

export function Conflict({ base, current, onKeepMine, onTakeTheirs }: {
  base: string[]; current: Item; onKeepMine: () => void; onTakeTheirs: () => void;
}) {
  const { added, removed } = conflict(base, linesOf(current));
  const who = current.revision?.author?.name ?? "Somebody";
  const sameText = added.length + removed.length === 0;
  return (
    <Notice meaning="doubtful" live title={sameText
      ? `The item changed meanwhile: it is now “${STATE[current.state]}”.`
      : `${who} saved revision ${current.revision?.number} while you were typing.`}>
      {!sameText && current.revision && <p>Saved <Time at={current.revision.created_at} />. What changed there:</p>}
      <ul className="plain-list changes">
        {removed.map((text) => <li key={text}><del><span className="hidden">removed: </span>{text}</del></li>)}
        {added.map((text) => <li key={text}><ins><span className="hidden">added: </span>{text}</ins></li>)}
      </ul>
      <p>Your text is still above, kept in this browser, and has not been saved. Theirs stays in the history whatever you choose.</p>
      <div className="row">
        <Button look="primary" onPress={onKeepMine}>Save mine as the next revision</Button>
        <Button onPress={onTakeTheirs}>Discard mine, show theirs</Button>
      </div>
    </Notice>
  );
}
