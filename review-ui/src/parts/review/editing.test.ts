import { expect, test } from "vitest";
import type { Item } from "../../api/types";
import {
  addSentence, asInput, changeSentence, conflict, differs, linesOf, publicQuestion, removeSentence, startEdit, toggleCitation,
} from "./editing";

const citation = { document: "doc_1", version: "ver_1", title: "Handbook", heading: [], page: 4, start: 10, end: 40, quote: "q" };
const item = {
  id: "itm_1",
  kind: "faq",
  question: "hi can my son ride the bus??",
  revision: {
    number: 2,
    public_question: "Can a student ride the bus?",
    sections: [{
      heading: null, not_covered: [],
      sentences: [
        { text: "One.", support: "supported", support_probability: 0.9, note: null, citations: [citation] },
        { text: "Two.", support: "person_written", support_probability: null, note: null, citations: [] },
      ],
    }],
  },
} as unknown as Item;

test("an untouched edit sends what the revision has and counts as no change", () => {
  const edit = startEdit(item);
  expect(edit.base).toBe(2);
  expect(differs(edit, item)).toBe(false);
  expect(asInput(edit)[0]?.sentences[0]).toEqual({ text: "One.", citations: [{ version: "ver_1", start: 10, end: 40 }] });
});

test("a new sentence goes behind the one it was added to and is left out while empty", () => {
  const edit = addSentence(startEdit(item), 0, 1);
  expect(edit.sections[0]?.sentences.map((s) => s.text)).toEqual(["One.", "", "Two."]);
  expect(differs(edit, item)).toBe(false);
  const filled = changeSentence(edit, 3, { text: " Between. " });
  expect(asInput(filled)[0]?.sentences.map((s) => s.text)).toEqual(["One.", "Between.", "Two."]);
});

test("changing words keeps the citations; toggling one takes it away and brings it back", () => {
  const edit = changeSentence(startEdit(item), 1, { text: "Changed." });
  expect(asInput(edit)[0]?.sentences[0]?.citations).toHaveLength(1);
  const without = toggleCitation(edit, 1, { ...citation });
  expect(asInput(without)[0]?.sentences[0]?.citations).toEqual([]);
  expect(asInput(toggleCitation(without, 1, { ...citation }))[0]?.sentences[0]?.citations).toHaveLength(1);
});

test("removing a sentence removes only that one", () => {
  expect(asInput(removeSentence(startEdit(item), 2))[0]?.sentences.map((s) => s.text)).toEqual(["One."]);
});

test("a conflict names what the other person's text has and lacks", () => {
  expect(conflict(["a", "b"], ["b", "c"])).toEqual({ added: ["c"], removed: ["a"] });
});

test("the public question is edited with the sentences; a newsletter has none", () => {
  const edit = startEdit(item);
  expect(edit.question).toBe("Can a student ride the bus?");
  expect(differs({ ...edit, question: "Can a student ride the bus? " }, item)).toBe(false);
  expect(differs({ ...edit, question: "Who can ride the bus?" }, item)).toBe(true);
  expect(linesOf(item)).toEqual(["Can a student ride the bus?", "One.", "Two."]);
  const before = { ...item, revision: { ...item.revision, public_question: null } } as Item;
  expect(publicQuestion(before)).toBe(item.question);
  expect(startEdit({ ...before, kind: "newsletter" }).question).toBeNull();
});
