import { expect, test } from "vitest";
import type { Edit } from "./editing";
import { dropEdits, dropOldEdits, keepEdit, keptEdit } from "./drafts";

function shelf(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() { return kept.size; },
    key: (i: number) => [...kept.keys()][i] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

const edit = (base: number, note: string): Edit => ({ base, version: 7, texts: [], next: 1, question: null, sections: [], note });
const at = (day: number): Date => new Date(Date.UTC(2026, 9, day));

test("what was typed is found again by the same person on the same item, whatever the revision", () => {
  const here = shelf();
  keepEdit("per_a", "req_1", edit(1, "older"), at(1), here);
  keepEdit("per_a", "req_1", edit(2, "newer"), at(2), here);
  keepEdit("per_a", "req_1", edit(2, "newest"), at(3), here);
  expect(keptEdit("per_a", "req_1", here)).toEqual({ edit: edit(2, "newest"), at: at(3).toISOString() });
  expect(keptEdit("per_b", "req_1", here)).toBeNull();
  expect(keptEdit("per_a", "req_2", here)).toBeNull();
});

test("dropping takes all of one item's edits and no other's", () => {
  const here = shelf();
  keepEdit("per_a", "req_1", edit(1, "a"), at(1), here);
  keepEdit("per_a", "req_1", edit(2, "b"), at(1), here);
  keepEdit("per_a", "req_12", edit(1, "c"), at(1), here);
  dropEdits("per_a", "req_1", here);
  expect(keptEdit("per_a", "req_1", here)).toBeNull();
  expect(keptEdit("per_a", "req_12", here)?.edit.note).toBe("c");
});

test("edits older than a month go, and so does what cannot be read", () => {
  const here = shelf();
  keepEdit("per_a", "req_1", edit(1, "old"), at(1), here);
  keepEdit("per_a", "req_2", edit(1, "young"), at(20), here);
  here.setItem("countersign.draft.per_a.req_3.1", "{");
  here.setItem("countersign.single-keys", "off");
  dropOldEdits(at(32), here);
  expect(keptEdit("per_a", "req_1", here)).toBeNull();
  expect(keptEdit("per_a", "req_2", here)?.edit.note).toBe("young");
  expect(here.length).toBe(2);
});

test("a storage that is forbidden costs the net and not the page", () => {
  const forbidden = { get length(): number { throw new Error("denied"); } } as Storage;
  expect(keptEdit("per_a", "req_1", forbidden)).toBeNull();
  expect(() => { keepEdit("per_a", "req_1", edit(1, "x"), at(1), forbidden); dropEdits("per_a", "req_1", forbidden); }).not.toThrow();
});
