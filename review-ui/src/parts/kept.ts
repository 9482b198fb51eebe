// What people type is kept in the tab's session storage until it has been sent: a reload, a lost
// session or a conflict never costs them their words.

import { useCallback, useState } from "react";

const PREFIX = "countersign.kept.";

export function readKept<T>(key: string): T | null {
  try {
    const raw = sessionStorage.getItem(PREFIX + key);
    return raw === null ? null : (JSON.parse(raw) as T);
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage loses only the safety net, not the text on the page.
  }
}

export function forget(key: string): void {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // See keep().
  }
}

/** useState whose value survives a reload; the third function forgets it and goes back to `initial`. */
export function useKept<T>(key: string, initial: T): [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => readKept<T>(key) ?? initial);
  const set = useCallback((next: T) => { setValue(next); keep(key, next); }, [key]);
  const clear = useCallback(() => { setValue(initial); forget(key); }, [key, initial]);
  return [value, set, clear];
}
