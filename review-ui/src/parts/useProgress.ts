// A drafting run as the server tells it. EventSource reconnects by itself and sends the last event's id.

import { useEffect, useState } from "react";
import * as api from "../api/client";
import type { EndEvent, ItemState, ProgressEvent, SentenceEvent } from "../api/types";
import { STEP } from "../words";
import { announce } from "./announce";

export type StepName = ProgressEvent["step"];
export type Run = {
  steps: Partial<Record<StepName, ProgressEvent>>;
  sentences: SentenceEvent[];
  /** The sentence being written just now. */
  writing: string | null;
  ended: ItemState | null;
  interrupted: boolean;
};

const NOTHING: Run = { steps: {}, sentences: [], writing: null, ended: null, interrupted: false };

export function applyProgress(run: Run, event: ProgressEvent): Run {
  return { ...run, interrupted: false, steps: { ...run.steps, [event.step]: event }, writing: event.text ?? (event.step === "write" ? run.writing : null) };
}

/** A sentence may come again with its verdict; it keeps its place. */
export function applySentence(run: Run, event: SentenceEvent): Run {
  const sentences = [...run.sentences.filter((s) => s.index !== event.index), event].sort((a, b) => a.index - b.index);
  return { ...run, sentences, writing: null };
}

export function useProgress(id: string, onEnd: (state: ItemState) => void): Run {
  const [run, setRun] = useState<Run>(NOTHING);
  useEffect(() => {
    const stream = new EventSource(api.items.progressAddress(id));
    const parse = <T,>(event: MessageEvent): T => JSON.parse(event.data as string) as T;
    stream.addEventListener("progress", (event) => {
      const progress = parse<ProgressEvent>(event);
      setRun((before) => applyProgress(before, progress));
      if (progress.status === "running" && !progress.text) announce(`${STEP[progress.step]}: ${progress.detail}`);
    });
    stream.addEventListener("sentence", (event) => {
      const sentence = parse<SentenceEvent>(event);
      setRun((before) => applySentence(before, sentence));
    });
    stream.addEventListener("end", (event) => {
      const { state } = parse<EndEvent>(event);
      stream.close();
      setRun((before) => ({ ...before, ended: state, writing: null }));
      onEnd(state);
    });
    stream.onerror = () => setRun((before) => ({ ...before, interrupted: true }));
    return () => stream.close();
    // A new callback must not restart the stream.
  }, [id]);
  return run;
}
