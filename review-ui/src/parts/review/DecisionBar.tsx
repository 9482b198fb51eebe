// What can be done with the item now. What cannot be done stays in sight and says why, in words.

import type { Action, Item } from "../../api/types";
import { actionNamed } from "../../words";
import { CommandButton } from "../Button";
import { useSession } from "../session";

export type Form = "request_changes" | "reject" | "take_over" | "cancel" | "withdraw";
export type Commands = Record<
  "claim" | "release" | "edit" | "approve" | "publish" | "send_to_review" | "redraft" | "next", () => void
> & { ask: (form: Form) => void };

const why = (action: Action): string | null => (action.allowed ? null : action.reason ?? "This cannot be done now.");

export function DecisionBar({ item, form, commands, busy, unsaved }: {
  item: Item; form: Form | null; commands: Commands; busy: boolean; unsaved: boolean;
}) {
  const has = (name: string): Action | undefined => actionNamed(item.actions, name);
  const { person } = useSession();
  const mine = item.held_by?.person.id === person.id;
  const may = (name: string): Action | undefined => (has(name)?.allowed ? has(name) : undefined);
  const approve = has("approve");
  const reviewing = item.state === "pending_review" || item.state === "in_review";
  const approveWhy = approve && (unsaved ? "Save or discard what you typed first." : why(approve));
  // Who holds the item may claim it again, which only renews the lease: no button for that.
  const claim = mine ? undefined : may("claim");
  const reason = reviewing ? approveWhy : null;
  return (
    <div className="decision-bar" role="group" aria-label="What to do with this item" aria-busy={busy}>
      <div className="row">
        {may("request_changes") && <CommandButton label="Request changes" letter="c" pressed={form === "request_changes"} onPress={() => commands.ask("request_changes")} />}
        {may("reject") && <CommandButton label="Reject" letter="x" pressed={form === "reject"} onPress={() => commands.ask("reject")} />}
        {may("release") && <CommandButton label="Release" look="quiet" onPress={commands.release} />}
        {may("cancel") && <CommandButton label="Cancel the request" look="quiet" onPress={() => commands.ask("cancel")} />}
        {may("redraft") && <CommandButton label="Draft again" onPress={commands.redraft} />}
        {may("withdraw") && <CommandButton label="Withdraw" onPress={() => commands.ask("withdraw")} />}
      </div>
      {reason && <p className="bar-reason" id="bar-reason">{reason}</p>}
      <div className="row end">
        {may("edit") && <CommandButton label="Edit" letter="e" onPress={commands.edit} />}
        {may("take_over") && <CommandButton label="Take over" onPress={() => commands.ask("take_over")} pressed={form === "take_over"} />}
        {may("send_to_review") && <CommandButton label="Send to review" look="primary" onPress={commands.send_to_review} />}
        {may("publish") && <CommandButton label="Publish" look="primary" onPress={commands.publish} />}
        {claim && <CommandButton label="Claim" look="primary" onPress={commands.claim} />}
        {approve && reviewing && !claim && (
          <CommandButton label="Approve" letter="a" look="primary" why={approveWhy ?? null} reasonShown={false} onPress={commands.approve} />
        )}
        <CommandButton label="Next item" letter="]" look="quiet" onPress={commands.next} />
      </div>
    </div>
  );
}
