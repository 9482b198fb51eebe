// Evidence of work, for the pilot and for the lease: counted only while the page is seen, focused and used.

import { useCallback, useEffect, useRef, useState } from "react";
import * as api from "../../api/client";
import { keep, readKept } from "../kept";

const BEAT_SECONDS = 15;
const IDLE_MS = 60_000;
const INPUTS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;

let lastInput = Date.now();
for (const kind of INPUTS) window.addEventListener(kind, () => { lastInput = Date.now(); }, { passive: true });

function attentive(): boolean {
  return document.visibilityState === "visible" && document.hasFocus() && Date.now() - lastInput < IDLE_MS;
}

/** Every 15 s of use is reported; while this person holds the item the lease is renewed with it. */
export function useAttention(id: string, as: "requester" | "reviewer", holding: boolean): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!attentive()) return;
      // A missed beat costs a few seconds of a measure; it is not worth a message.
      api.items.activity(id, BEAT_SECONDS, as).catch(() => undefined);
      if (holding) api.items.heartbeat(id).catch(() => undefined);
    }, BEAT_SECONDS * 1_000);
    return () => clearInterval(timer);
  }, [id, as, holding]);
}

export type Opened = Record<string, number>;

/** Which sources were opened beside the item and for how long; shown to the person and sent as evidence. */
export function useSourcesOpened(id: string): { opened: Opened; open: (version: string) => void } {
  const [opened, setOpened] = useState<Opened>(() => readKept<Opened>(`opened.${id}`) ?? {});
  const current = useRef<string | null>(null);
  const unsent = useRef(0);

  const send = useCallback(() => {
    const version = current.current;
    const seconds = Math.round(unsent.current);
    unsent.current = 0;
    if (version !== null && seconds > 0) api.items.sourceOpened(id, version, Math.min(seconds, 60)).catch(() => undefined);
  }, [id]);

  const open = useCallback((version: string) => {
    if (current.current !== version) {
      send();
      current.current = version;
      unsent.current = 1;
    }
    setOpened((before) => (version in before ? before : { ...before, [version]: 1 }));
  }, [send]);

  useEffect(() => {
    let ticks = 0;
    const timer = setInterval(() => {
      const version = current.current;
      if (version === null || !attentive()) return;
      unsent.current += 1;
      ticks += 1;
      if (ticks % BEAT_SECONDS === 0) send();
      setOpened((before) => ({ ...before, [version]: (before[version] ?? 0) + 1 }));
    }, 1_000);
    return () => { clearInterval(timer); send(); };
  }, [send]);

  useEffect(() => keep(`opened.${id}`, opened), [id, opened]);
  return { opened, open };
}
