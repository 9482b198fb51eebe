// Single-key commands. They rest while somebody types, can be switched off (WCAG 2.1.4), and are
// listed on "?" from the same tables that bind them.

import { useEffect, useRef, useSyncExternalStore } from "react";

export type Binding = { key: string; does: string; run: () => void; when?: boolean };

const SWITCH = "countersign.single-keys";
const listeners = new Set<() => void>();
const active: { name: string; bindings: Binding[] }[] = [];
const changed = (): void => listeners.forEach((tell) => tell());

export function keysAreOn(): boolean {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchKeys(on: boolean): void {
  localStorage.setItem(SWITCH, on ? "on" : "off");
  changed();
}

export function useKeysAreOn(): boolean {
  return useSyncExternalStore((tell) => { listeners.add(tell); return () => listeners.delete(tell); }, keysAreOn);
}

/** Every table of keys now in use, for the help. */
export function keysInUse(): readonly { name: string; bindings: Binding[] }[] {
  return active;
}

/**
 * Whether a key pressed on `target` belongs to it: to a field, or to anything in a form that is being filled in. What had
 * the focus in a dialog that has just closed keeps it for a moment, unseen; no key belongs to it.
 */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.checkVisibility()
    && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("form, [role=menu]") !== null);
}

/** Binds `bindings` while the calling part is on the page; a later table wins over an earlier one. */
export function useKeys(name: string, bindings: Binding[]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const entry = { name, get bindings() { return latest.current; } };
    active.push(entry);
    changed();
    return () => {
      active.splice(active.indexOf(entry), 1);
      changed();
    };
  }, [name]);
}

let pendingG = 0;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (!keysAreOn() || document.querySelector("dialog[open]")) return;
  const key = pendingG > Date.now() ? `g ${event.key}` : event.key;
  pendingG = event.key === "g" && pendingG <= Date.now() ? Date.now() + 1_000 : 0;
  for (let i = active.length - 1; i >= 0; i -= 1) {
    const hit = active[i]?.bindings.find((b) => b.key === key && b.when !== false);
    if (hit) {
      event.preventDefault();
      hit.run();
      return;
    }
  }
}

window.addEventListener("keydown", onKey);
