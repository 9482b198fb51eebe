// Where the item stands and what that means for the reader: sent back and why, approved by whom, void, published.

import type { Item } from "../../api/types";
import { STATE_MEANING, reasonWord } from "../../words";
import { Icon } from "../Icon";
import { Notice } from "../Notice";
import { Time } from "../Time";

export function Outcome({ item }: { item: Item }) {
  const last = [...item.decisions].sort((a, b) => b.at.localeCompare(a.at))[0];
  if (item.state === "stale") {
    return (
      <Notice meaning="doubtful" title="The approval is void.">
        <p>{item.stale_reason ?? "A source it rests on is no longer in force."}</p>
        <p>{item.publication && !item.publication.withdrawn_at
          ? "The published text is still public. Correct it or withdraw it."
          : "Edit it onto sources in force, or draft it again; then it is reviewed anew."}</p>
      </Notice>
    );
  }
  const sentBack = last?.decision === "request_changes" || last?.decision === "reject";
  if (item.state === "changes_requested" && !sentBack) {
    // It was edited after its approval became void: nobody sent it back.
    return (
      <Notice meaning="doubtful" title="Not in review again yet.">
        <p>{item.publication && !item.publication.withdrawn_at
          ? "The published text stays as it was until this one is approved and published. Send it to review when it is right."
          : "Send it to review when it is right."}</p>
      </Notice>
    );
  }
  if ((item.state === "changes_requested" || item.state === "rejected") && last) {
    return (
      <Notice meaning={STATE_MEANING[item.state]} title={`${item.state === "rejected" ? "Rejected" : "Sent back"} by ${last.by.name}: ${reasonWord(last.reason).toLowerCase()}`}>
        {last.note && <p className="said">{last.note}</p>}
        <p className="quiet">revision {last.revision_number}, <Time at={last.at} /></p>
      </Notice>
    );
  }
  if (item.state === "cancelled") return <Notice title="This request was cancelled."><p>The history says by whom and why.</p></Notice>;
  if (item.publication) {
    const { publication } = item;
    return (
      <Notice meaning={publication.withdrawn_at ? "blocked" : "supported"} title={publication.withdrawn_at ? "Withdrawn" : `Published by ${publication.published_by.name}`}>
        <p>
          <Time at={publication.withdrawn_at ?? publication.published_at} /> · <a href={publication.url} target="_blank" rel="noreferrer">{publication.url}<Icon name="out" /></a>
        </p>
        {item.approval && <p className="quiet">Approved by {item.approval.by.name}, <Time at={item.approval.at} /></p>}
      </Notice>
    );
  }
  if (item.state === "approved" && item.approval) {
    return (
      <Notice meaning="supported" title={`Approved by ${item.approval.by.name}`}>
        <p className="quiet"><Time at={item.approval.at} /> · for exactly this text: <code title={item.approval.revision_sha256}>{item.approval.revision_sha256.slice(0, 12)}</code></p>
      </Notice>
    );
  }
  return null;
}
