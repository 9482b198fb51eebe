import { expect, test } from "vitest";
import type { Revision } from "../../api/types";
import { comparable, numberDraft } from "./numbering";

const cite = (version: string, start: number) =>
  ({ document: "doc_1", version, title: "Handbook", heading: [], page: null, start, end: start + 10, quote: "" });
const sentence = (...citations: ReturnType<typeof cite>[]) =>
  ({ text: "t", support: "supported" as const, support_probability: null, note: null, citations });

test("the same place in a source has one number wherever it is cited", () => {
  const revision = {
    sections: [
      { heading: null, not_covered: [], sentences: [sentence(cite("ver_1", 0)), sentence(cite("ver_2", 0), cite("ver_1", 0))] },
      { heading: "B", not_covered: [], sentences: [sentence(cite("ver_1", 40))] },
    ],
  } as unknown as Revision;
  const { sentences, citations } = numberDraft(revision);
  expect(sentences.map((s) => [s.key, s.citations.map((c) => c.number)])).toEqual([["0.0", [1]], ["0.1", [2, 1]], ["1.0", [3]]]);
  expect(citations.map((c) => c.number)).toEqual([1, 2, 3]);
});

test("only earlier revisions can be compared with", () => {
  const revisions = [{ number: 1, author: null }, { number: 2, author: {} }, { number: 3, author: {} }];
  expect(comparable({ revisions, decisions: [{ revision_number: 2 }], revision: { number: 3 } })).toEqual({ draft: 1, reviewed: 2 });
  expect(comparable({ revisions: revisions.slice(0, 1), decisions: [{ revision_number: 1 }], revision: { number: 1 } }))
    .toEqual({ draft: null, reviewed: null });
});
