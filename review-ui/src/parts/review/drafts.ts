// Unsaved edits, kept in the browser by person, item and revision: an ended session, a closed tab or a restart costs
// nobody their words. They go when they are saved or dropped, and after a month.

import { useCallback, useState } from "react";
import type { Item } from "../../api/types";
import { differs, startEdit, type Edit } from "./editing";

export type KeptEdit = { edit: Edit; at: string };
type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const PREFIX = "countersign.draft.";
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

const placeOf = (person: string, item: string): string => `${PREFIX}${person}.${item}.`;

function keysOf(shelf: Shelf, start: string): string[] {
  const keys = Array.from({ length: shelf.length }, (_, i) => shelf.key(i));
  return keys.filter((key): key is string => key?.startsWith(start) === true);
}

function read(shelf: Shelf, key: string): KeptEdit | null {
  try {
    const kept = JSON.parse(shelf.getItem(key) ?? "null") as Partial<KeptEdit> | null;
    return kept?.edit && Array.isArray(kept.edit.sections) && typeof kept.at === "string" ? (kept as KeptEdit) : null;
  } catch {
    return null;
  }
}

/** What this person typed on this item and did not save: on whatever revision, the last typed. */
export function keptEdit(person: string, item: string, shelf: Shelf = localStorage): KeptEdit | null {
  try {
    const kept = keysOf(shelf, placeOf(person, item)).flatMap((key) => read(shelf, key) ?? []);
    return kept.sort((a, b) => b.at.localeCompare(a.at))[0] ?? null;
  } catch {
    // A forbidden storage loses only the safety net, not the text on the page.
    return null;
  }
}

export function keepEdit(person: string, item: string, edit: Edit, now: Date, shelf: Shelf = localStorage): void {
  try {
    shelf.setItem(`${placeOf(person, item)}${edit.base}`, JSON.stringify({ edit, at: now.toISOString() } satisfies KeptEdit));
  } catch {
    // A full storage: see keptEdit().
  }
}

/** Forgets what was typed on this item, on every revision. */
export function dropEdits(person: string, item: string, shelf: Shelf = localStorage): void {
  try {
    keysOf(shelf, placeOf(person, item)).forEach((key) => shelf.removeItem(key));
  } catch {
    // See keptEdit().
  }
}

/** Forgets everybody's edits that were left lying, so that a shared computer does not keep them for good. */
export function dropOldEdits(now: Date, shelf: Shelf = localStorage): void {
  try {
    const oldest = new Date(now.getTime() - KEPT_DAYS * DAY_MS).toISOString();
    keysOf(shelf, PREFIX).filter((key) => (read(shelf, key)?.at ?? "") < oldest).forEach((key) => shelf.removeItem(key));
  } catch {
    // See keptEdit().
  }
}

/** The edit of an item, taken up where it was left; `restored` is when that was, until it is dropped. */
export function useEdit(person: string, item: Item): {
  edit: Edit; setEdit: (edit: Edit) => void; drop: () => void; restored: string | null;
} {
  const [initial, setInitial] = useState(() => startEdit(item));
  const [found, setFound] = useState(() => keptEdit(person, item.id));
  const [edit, set] = useState(found?.edit ?? initial);
  const setEdit = useCallback((next: Edit) => {
    set(next);
    if (next.base !== initial.base || differs(next, item)) keepEdit(person, item.id, next, new Date());
    else dropEdits(person, item.id);
  }, [person, item, initial]);
  const drop = useCallback(() => {
    const fresh = startEdit(item);
    dropEdits(person, item.id);
    setFound(null);
    setInitial(fresh);
    set(fresh);
  }, [person, item]);
  return { edit, setEdit, drop, restored: found?.at ?? null };
}
