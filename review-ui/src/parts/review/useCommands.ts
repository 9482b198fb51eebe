// The calls behind the decision bar, and the one place their outcome is shown.

import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import * as api from "../../api/client";
import { Problem } from "../../api/problem";
import { itemChanged } from "../../api/queries";
import type { Item } from "../../api/types";
import { STATE } from "../../words";
import { announce } from "../announce";
import { forget } from "../kept";
import { useMay } from "../session";
import type { Form } from "./DecisionBar";
import type { Reason } from "../ReasonForm";

type Call = { name: string; run: () => Promise<Item> };

export function useCommands(item: Item, close: () => void) {
  const navigate = useNavigate();
  const mayReview = useMay("item.review");
  const call = useMutation({
    mutationFn: ({ run }: Call) => run(),
    onSuccess: (changed: Item) => {
      itemChanged(changed);
      announce(`Now: ${STATE[changed.state]}.`);
      close();
    },
    onError: (error) => {
      // The item moved on meanwhile: show it as it is now; what was typed stays in its form.
      if (error instanceof Problem && error.status === 409 && error.current) itemChanged(error.current as Item);
    },
  });
  const run = (name: string, f: () => Promise<Item>): void => call.mutate({ name, run: f });
  const sha = item.revision?.sha256 ?? "";

  function sendReason(form: Form, reason: Reason): void {
    const note = reason.note.trim();
    const done = (changed: Item): Item => { forget(`reason.${form}.${item.id}`); return changed; };
    if (form === "take_over") run(form, () => api.items.takeOver(item, note).then(done));
    else if (form === "cancel") run(form, () => api.items.cancel(item, note).then(done));
    else if (form === "withdraw") run(form, () => api.items.withdraw(item, note).then(done));
    else run(form, () => api.items.decide(item, { decision: form, reason: reason.code, note, revision_sha256: sha }).then(done));
  }

  async function next(): Promise<void> {
    const waiting = await api.items.list({ state: "pending_review", held: "free", sort: "due", limit: 20 });
    const follower = waiting.entries.find((entry) => entry.id !== item.id);
    if (!follower) {
      announce("Nothing else waits for review.");
      await navigate({ to: "/queue" });
      return;
    }
    if (mayReview) await api.items.claim(follower).then(itemChanged, () => undefined);
    await navigate({ to: "/items/$id", params: { id: follower.id } });
  }

  return {
    busy: call.isPending, error: call.error, failed: call.isError ? call.variables.name : null, reset: call.reset, sendReason,
    claim: () => run("claim", () => api.items.claim(item)),
    release: () => run("release", () => api.items.release(item)),
    redraft: () => run("redraft", () => api.items.redraft(item)),
    send_to_review: () => run("send_to_review", () => api.items.sendToReview(item)),
    move_to_newer_sources: () => run("move_to_newer_sources", () => api.items.moveToNewerSources(item)),
    approve: () => run("approve", () => api.items.decide(item, { decision: "approve", revision_sha256: sha })),
    publish: () => run("publish", () => api.items.publish(item, item.approval?.revision_sha256 ?? sha)),
    next: () => void next(),
  };
}
