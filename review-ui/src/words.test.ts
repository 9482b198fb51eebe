import { expect, test } from "vitest";
import { NOTICE, STANDING, STANDING_FILTER, cameTo, endsIn } from "./words";

test("the days left are said as people say them; on the last day it may still be used", () => {
  expect([0, 1, 2, 30].map(endsIn)).toEqual([
    "last day is today", "last day is tomorrow", "expires in 2 days", "expires in 30 days",
  ]);
});

test("every standing can be looked for, and every notice has a word of its own", () => {
  expect(Object.keys(STANDING_FILTER)).toEqual(expect.arrayContaining(Object.keys(STANDING)));
  const words = Object.values(NOTICE).map(({ word }) => word);
  expect(new Set(words).size).toBe(words.length);
});

const NOTHING = { new_documents: 0, new_versions: 0, unchanged: 0, passed_over: 0, failed: 0, not_reached: 0 };

test("what an import came to is told without what it did not", () => {
  expect(cameTo({ counts: NOTHING })).toBe("nothing yet");
  expect(cameTo({ counts: { ...NOTHING, new_documents: 1, failed: 2, passed_over: 3 } })).toBe("2 not added · 1 new document");
  expect(cameTo({ counts: { ...NOTHING, new_versions: 2, unchanged: 1_200 } })).toBe("2 new versions · 1,200 unchanged");
});
