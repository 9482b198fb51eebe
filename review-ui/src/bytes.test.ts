import { expect, test } from "vitest";
import { cut } from "./bytes";

test("ranges count bytes, so characters of several bytes do not shift the highlight", () => {
  const text = "Grades K–5 ride. Niños también.";
  const first = new TextEncoder().encode("Grades K–5 ride.").length;
  const pieces = cut(text, 100, [{ start: 100, end: 100 + first }]);
  expect(pieces.map((p) => [p.text, p.covers])).toEqual([["Grades K–5 ride.", [0]], [" Niños también.", []]]);
});

test("overlapping ranges cover the piece they share", () => {
  const pieces = cut("abcdef", 0, [{ start: 0, end: 4 }, { start: 2, end: 6 }]);
  expect(pieces.map((p) => [p.text, p.covers])).toEqual([["ab", [0]], ["cd", [0, 1]], ["ef", [1]]]);
});

test("a range that lies outside the text covers nothing", () => {
  expect(cut("abc", 10, [{ start: 0, end: 10 }, { start: 13, end: 20 }])).toEqual([
    { start: 10, end: 13, text: "abc", covers: [] },
  ]);
});
