// Which sentence is being read, and the way from it to its source and back.

import { useCallback, useRef, useState, type RefObject } from "react";
import type { FlatSentence, Numbered, NumberedCitation } from "./numbering";

export type Reading = {
  active: string | null; lit: Set<number>; draftPane: RefObject<HTMLElement | null>; sourcesPane: RefObject<HTMLElement | null>;
  activate: (key: string) => void; move: (by: number) => void; openActive: () => void; open: (flat: FlatSentence) => void;
  pick: (citation: NumberedCitation) => void;
};

export function useReading(numbered: Numbered, onOpened: (version: string) => void): Reading {
  const [active, setActive] = useState<string | null>(null);
  const draftPane = useRef<HTMLElement>(null);
  const sourcesPane = useRef<HTMLElement>(null);
  const at = numbered.sentences.find((flat) => flat.key === active);

  const activate = useCallback((key: string) => {
    setActive(key);
    const first = numbered.sentences.find((flat) => flat.key === key)?.citations[0];
    if (first) scrollToMark(sourcesPane.current, first.number);
  }, [numbered]);

  function move(by: number): void {
    const index = numbered.sentences.findIndex((flat) => flat.key === active);
    const next = numbered.sentences[index === -1 ? 0 : Math.min(Math.max(index + by, 0), numbered.sentences.length - 1)];
    if (next) focusSentence(draftPane.current, next.key);
  }

  function open(flat: FlatSentence): void {
    setActive(flat.key);
    const first = flat.citations[0];
    if (!first) return;
    onOpened(first.version);
    scrollToMark(sourcesPane.current, first.number);
    const folded = draftPane.current?.querySelector<HTMLDetailsElement>(`[data-key="${flat.key}"] details`);
    if (folded) folded.open = true;
  }

  function pick(citation: NumberedCitation): void {
    onOpened(citation.version);
    const flat = numbered.sentences.find((s) => s.citations.some((c) => c.number === citation.number));
    if (flat) focusSentence(draftPane.current, flat.key);
  }

  return {
    active, draftPane, sourcesPane, activate, move, open, pick,
    lit: new Set(at?.citations.map((citation) => citation.number)),
    openActive: () => { const flat = at ?? numbered.sentences[0]; if (flat) open(flat); },
  };
}

function focusSentence(pane: HTMLElement | null, key: string): void {
  const sentence = pane?.querySelector<HTMLElement>(`[data-key="${key}"]`);
  sentence?.focus({ preventScroll: true });
  sentence?.scrollIntoView({ block: "nearest", behavior: calm() });
}

/** Scrolls only the sources' own pane, so that the draft stays where it is. */
function scrollToMark(pane: HTMLElement | null, number: number): void {
  const mark = [...(pane?.querySelectorAll<HTMLElement>("mark") ?? [])]
    .find((element) => element.dataset.numbers?.split(" ").includes(String(number)));
  if (!pane || !mark) return;
  const offset = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTo({ top: pane.scrollTop + offset - pane.clientHeight / 3, behavior: calm() });
}

function calm(): ScrollBehavior {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
