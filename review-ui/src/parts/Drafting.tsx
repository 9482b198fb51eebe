// A draft being made: five steps with their seconds, sentences as they come, and a way to stop it.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import * as api from "../api/client";
import { itemChanged, itemQuery, queryClient, statusQuery } from "../api/queries";
import type { Item } from "../api/types";
import { STATE, STEP, SUPPORT, mayDo } from "../words";
import { announce } from "./announce";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { Notice, ProblemNotice, Word } from "./Notice";
import { ReasonForm } from "./ReasonForm";
import { useProgress, type Run, type StepName } from "./useProgress";

const STEPS = Object.keys(STEP) as StepName[];

export function Drafting({ item }: { item: Item }) {
  const [stopping, setStopping] = useState(false);
  const run = useProgress(item.id, (state) => {
    announce(state === "refused" ? "Refused: see what was looked for." : `Finished: ${STATE[state]}.`);
    void queryClient.invalidateQueries({ queryKey: itemQuery(item.id).queryKey });
  });
  const cancel = useMutation({
    mutationFn: async (reason: string) => api.items.cancel(await queryClient.fetchQuery({ ...itemQuery(item.id), staleTime: 0 }), reason),
    onSuccess: itemChanged,
  });
  return (
    <section className="drafting read" aria-label="Drafting">
      <ol className="steps">
        {STEPS.map((step) => <StepLine key={step} step={step} run={run} />)}
      </ol>
      {Object.keys(run.steps).length === 0 && <WaitingForTurn />}
      {run.interrupted && run.ended === null && (
        <Notice title="The live progress was interrupted.">
          <p>Drafting goes on at the server. This page reconnects by itself.</p>
        </Notice>
      )}
      <div className="written">
        {run.sentences.map((sentence) => (
          <p key={sentence.index}>
            {sentence.text} <Word meaning={SUPPORT[sentence.support].meaning}>{SUPPORT[sentence.support].word}</Word>
          </p>
        ))}
        {run.writing && <p className="quiet">{run.writing}…</p>}
      </div>
      {stopping
        ? <ReasonForm id={`cancel.${item.id}`} title="Cancel this request" verb="Cancel the request" withCode={false} danger
            noteLabel="Why?" busy={cancel.isPending} error={cancel.error} onSend={(reason) => cancel.mutate(reason.note)}
            onClose={() => setStopping(false)} />
        : mayDo(item.actions, "cancel") && <Button onPress={() => setStopping(true)}>Cancel</Button>}
      <ProblemNotice error={stopping ? null : cancel.error} />
    </section>
  );
}

/** Before the first step: why nothing moves yet. */
function WaitingForTurn() {
  const { data } = useQuery(statusQuery);
  if (!data) return null;
  const { model, jobs } = data;
  const words = model.state === "loading" ? "The model is still loading; drafting starts when it is ready."
    : model.state !== "ready" ? "No model is ready, so nothing can be drafted. Cancel, or leave the request waiting."
      : jobs.running > 0 ? "Another draft is being made. Yours starts by itself when its turn comes; you can leave this page." : "Starting.";
  return <p className="quiet" role="status">{words}</p>;
}

function StepLine({ step, run }: { step: StepName; run: Run }) {
  const event = run.steps[step];
  const state = event?.status ?? "waiting";
  // The server counts from the start of the run; a step is shown from the end of the one before it.
  const before = run.steps[STEPS[STEPS.indexOf(step) - 1] ?? step];
  const begun = before === event ? 0 : before?.seconds ?? 0;
  const seconds = useSeconds(Math.max(0, (event?.seconds ?? 0) - begun), state === "running" && run.ended === null);
  return (
    <li data-state={state}>
      <Icon name={state === "done" ? "check" : state === "running" ? "dot" : "ring"} />
      <span className="step-name">{STEP[step]}</span>
      <span className="quiet">{event?.detail}</span>
      <span className="step-seconds">{event && `${seconds.toFixed(1)} s`}</span>
      <span className="hidden">{state === "done" ? "done" : state === "running" ? "running" : "waiting"}</span>
    </li>
  );
}

/** Counts on between two events, so that the page visibly lives. */
function useSeconds(from: number, running: boolean): number {
  const [since, setSince] = useState({ from, at: performance.now(), now: performance.now() });
  useEffect(() => setSince({ from, at: performance.now(), now: performance.now() }), [from]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setSince((s) => ({ ...s, now: performance.now() })), 200);
    return () => clearInterval(timer);
  }, [running]);
  return running ? since.from + (since.now - since.at) / 1_000 : from;
}
