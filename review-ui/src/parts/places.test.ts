import { describe, expect, it } from "vitest";
import { fragment, placeAt, sentencesOf } from "./places";

const version = {
  passages: [
    { heading: [], page: 1, start: 0, end: 20, sentences: [{ start: 0, end: 9 }, { start: 10, end: 20 }] },
    { heading: [], page: 3, start: 22, end: 30, sentences: [{ start: 22, end: 30 }] },
  ],
};

describe("places", () => {
  it("number the sentences through all passages", () => {
    expect(sentencesOf(version).map(({ number, page }) => [number, page])).toEqual([[0, 1], [1, 1], [2, 3]]);
  });

  it("are found by a byte inside them or before them", () => {
    expect([0, 8, 9, 15, 21, 29, 30].map((at) => placeAt(version, at)?.number ?? null)).toEqual([0, 0, 1, 1, 2, 2, null]);
    expect(placeAt(version, undefined)).toBeNull();
  });

  it("are pages in a PDF and anchors elsewhere", () => {
    const place = placeAt(version, 22);
    expect(fragment("application/pdf", place)).toBe("#page=3&view=FitH&navpanes=0");
    expect(fragment("text/html", place)).toBe("#s2");
    expect(fragment("application/pdf", null)).toBe("#page=1&view=FitH&navpanes=0");
    expect(fragment("text/html", null)).toBe("");
  });
});
