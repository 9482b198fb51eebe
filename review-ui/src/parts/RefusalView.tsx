// A refusal: what was looked for, what was nearest, whom to ask, and writing it by hand beside it.

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../api/client";
import { itemChanged } from "../api/queries";
import type { Item, Refusal } from "../api/types";
import { REFUSAL, actionNamed, mayDo, pathOf, plural } from "../words";
import { Button, CommandButton } from "./Button";
import { Editor } from "./review/Editor";
import { Icon } from "./Icon";
import { Notice, ProblemNotice } from "./Notice";
import { ReasonForm } from "./ReasonForm";
import { keptEdit } from "./review/drafts";
import { useMay, useSession } from "./session";

export function RefusalView({ item, refusal }: { item: Item; refusal: Refusal }) {
  const [form, setForm] = useState<"write" | "cancel" | null>(null);
  const redraft = useMutation({ mutationFn: () => api.items.redraft(item), onSuccess: itemChanged });
  const cancel = useMutation({ mutationFn: (reason: string) => api.items.cancel(item, reason), onSuccess: itemChanged });
  const { person } = useSession();
  const write = actionNamed(item.actions, "write_by_hand");
  const begun = keptEdit(person.id, item.id) !== null;
  return (
    <div className="refusal">
      <div className="read stack">
        <Notice meaning="blocked" title={REFUSAL[refusal.kind] ?? "Refused"}><p>{refusal.reason}</p></Notice>
        {form === null && (
          <div className="row">
            {write && <CommandButton label={begun ? "Go on writing it by hand" : "Write it by hand"} look="primary" why={write.allowed ? null : write.reason} onPress={() => setForm("write")} />}
            {!isTurnedBack(refusal) && mayDo(item.actions, "redraft") && <Button onPress={() => redraft.mutate()} isPending={redraft.isPending}>Draft again</Button>}
            {mayDo(item.actions, "cancel") && <Button look="quiet" onPress={() => setForm("cancel")}>Cancel the request</Button>}
          </div>
        )}
        <ProblemNotice error={redraft.error} />
        {form === "cancel" && (
          <ReasonForm id={`cancel.${item.id}`} title="Cancel this request" verb="Cancel the request" withCode={false} danger noteLabel="Why?"
            busy={cancel.isPending} error={cancel.error} onSend={(reason) => cancel.mutate(reason.note)} onClose={() => setForm(null)} />
        )}
      </div>
      <div className={form === "write" ? "hand" : undefined}>
        {form === "write" && (
          <Editor item={item} byHand onDone={() => setForm(null)} onClose={() => setForm(null)} />
        )}
        {form !== "write" && (isTurnedBack(refusal) ? <AskAnew /> : <Nearest refusal={refusal} />)}
      </div>
    </div>
  );
}

/** Such a question was not looked up, and the same words would come back again. */
function isTurnedBack(refusal: Refusal): boolean {
  return refusal.kind === "needs_clarification" || refusal.kind === "personal_data";
}

function AskAnew() {
  const mayAsk = useMay("item.request");
  return (
    <p className="quiet read">
      The documents were not searched for this question.{" "}
      {mayAsk && <>Ask it <Link to="/ask">in other words</Link>, and cancel this request.</>}
    </p>
  );
}

function Nearest({ refusal }: { refusal: Refusal }) {
  if (refusal.nearest.length === 0) {
    return <p className="quiet read">No approved document comes near this question. If one should, <Link to="/documents">upload it</Link> and have it approved.</p>;
  }
  return (
    <section className="read">
      <h2>{plural(refusal.nearest.length, "nearest source")}</h2>
      <ul className="plain-list">
        {refusal.nearest.map((near) => (
          <li key={near.version + near.quote} className="source">
            <p className="source-head">
              <Link to="/versions/$id" params={{ id: near.version }}>{near.title}<Icon name="out" /></Link>
              <span className="quiet">{[pathOf(near.heading, near.title), near.page === null ? null : `p. ${near.page}`].filter(Boolean).join(" · ")}</span>
            </p>
            <blockquote>{near.quote}</blockquote>
            <p className="quiet">Ask {near.owner}, who owns this document.</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
