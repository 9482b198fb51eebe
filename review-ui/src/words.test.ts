import { expect, test } from "vitest";
import { NOTICE, STANDING, STANDING_FILTER, endsIn } from "./words";

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
