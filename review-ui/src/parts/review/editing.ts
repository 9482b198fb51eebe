// A draft being edited: plain data, changed by pure functions, kept in the browser until the server has it.

import type { Item, SectionInput } from "../../api/types";

export type EditCitation = { version: string; start: number; end: number; title: string; quote: string };
export type EditSentence = { id: number; text: string; citations: EditCitation[] };
export type EditSection = { heading: string | null; sentences: EditSentence[] };
/** `version` and `texts` are the item's and its text's when the edit began: what a conflict is measured against. */
export type Edit = {
  base: number; version: number; texts: string[]; next: number; question: string | null; sections: EditSection[]; note: string;
};

/** What heads the answer's public page: the asker's words until somebody words them anew. A newsletter has a title instead. */
export function publicQuestion(item: Item): string | null {
  return item.kind === "newsletter" ? null : item.revision?.public_question ?? item.question;
}

/** The public question and the sentences as they stand, a line each. */
export function linesOf(item: Item): string[] {
  if (!item.revision) return [];
  const question = publicQuestion(item);
  return [
    ...(question === null ? [] : [question]),
    ...item.revision.sections.flatMap((section) => section.sentences.map((s) => s.text)),
  ];
}

export function startEdit(item: Item): Edit {
  const { revision, version } = item;
  const question = publicQuestion(item);
  if (!revision) return { base: 0, version, texts: [], next: 2, question, note: "", sections: [{ heading: null, sentences: [{ id: 1, text: "", citations: [] }] }] };
  let next = 1;
  const sections = revision.sections.map((section) => ({
    heading: section.heading,
    sentences: section.sentences.map((sentence) => ({
      id: next++,
      text: sentence.text,
      citations: sentence.citations.map(({ version, start, end, title, quote }) => ({ version, start, end, title, quote })),
    })),
  }));
  return { base: revision.number, version, texts: linesOf(item), next, question, sections, note: "" };
}

export function changeSentence(edit: Edit, id: number, change: Partial<EditSentence>): Edit {
  return {
    ...edit,
    sections: edit.sections.map((section) => ({
      ...section, sentences: section.sentences.map((s) => (s.id === id ? { ...s, ...change } : s)),
    })),
  };
}

export function removeSentence(edit: Edit, id: number): Edit {
  return {
    ...edit,
    sections: edit.sections.map((section) => ({ ...section, sentences: section.sentences.filter((s) => s.id !== id) })),
  };
}

/** Adds an empty sentence to a section, after the sentence `after` or at its end. */
export function addSentence(edit: Edit, section: number, after: number | null): Edit {
  const added: EditSentence = { id: edit.next, text: "", citations: [] };
  const sections = edit.sections.map((s, index) => {
    if (index !== section) return s;
    const at = after === null ? s.sentences.length : s.sentences.findIndex((x) => x.id === after) + 1;
    return { ...s, sentences: [...s.sentences.slice(0, at), added, ...s.sentences.slice(at)] };
  });
  return { ...edit, next: edit.next + 1, sections };
}

export function addSection(edit: Edit): Edit {
  return {
    ...edit, next: edit.next + 1,
    sections: [...edit.sections, { heading: "", sentences: [{ id: edit.next, text: "", citations: [] }] }],
  };
}

export const samePlace = (a: EditCitation, b: EditCitation): boolean =>
  a.version === b.version && a.start === b.start && a.end === b.end;

/** Cites a place, or takes the citation away if the sentence has it already. */
export function toggleCitation(edit: Edit, id: number, citation: EditCitation): Edit {
  const sentence = edit.sections.flatMap((s) => s.sentences).find((s) => s.id === id);
  if (!sentence) return edit;
  const kept = sentence.citations.filter((c) => !samePlace(c, citation));
  return changeSentence(edit, id, {
    citations: kept.length === sentence.citations.length ? [...kept, citation] : kept,
  });
}

/** What is sent: empty sentences left out, text trimmed. */
export function asInput(edit: Edit): SectionInput[] {
  return edit.sections.map((section) => ({
    heading: section.heading?.trim() || null,
    sentences: section.sentences
      .filter((s) => s.text.trim() !== "")
      .map((s) => ({ text: s.text.trim(), citations: s.citations.map(({ version, start, end }) => ({ version, start, end })) })),
  }));
}

/** Whether sending it would change anything. */
export function differs(edit: Edit, item: Item): boolean {
  const { revision } = item;
  if (!revision) return asInput(edit).some((section) => section.sentences.length > 0);
  if ((edit.question?.trim() ?? null) !== publicQuestion(item)) return true;
  const before = revision.sections.map((section) => ({
    heading: section.heading,
    sentences: section.sentences.map((s) => ({
      text: s.text, citations: s.citations.map(({ version, start, end }) => ({ version, start, end })),
    })),
  }));
  return JSON.stringify(before) !== JSON.stringify(asInput(edit));
}

/** Lines of `theirs` that `base` does not have, and the other way round: what a conflict is about. */
export function conflict(base: string[], theirs: string[]): { added: string[]; removed: string[] } {
  return { added: theirs.filter((t) => !base.includes(t)), removed: base.filter((t) => !theirs.includes(t)) };
}
