// A draft laid flat: its sentences in reading order, and one number for each place in a source they cite.

import type { Citation, ClaimSentence, Revision } from "../../api/types";

export type NumberedCitation = Citation & { number: number };
export type FlatSentence = {
  key: string; section: number; index: number; sentence: ClaimSentence; citations: NumberedCitation[];
};
export type Numbered = { sentences: FlatSentence[]; citations: NumberedCitation[] };

const place = (c: { version: string; start: number; end: number }): string => `${c.version}:${c.start}-${c.end}`;

export function numberDraft(revision: Revision): Numbered {
  const known = new Map<string, NumberedCitation>();
  const sentences: FlatSentence[] = [];
  revision.sections.forEach((section, s) => section.sentences.forEach((sentence, i) => {
    const citations = sentence.citations.map((citation) => {
      const at = place(citation);
      const numbered = known.get(at) ?? { ...citation, number: known.size + 1 };
      known.set(at, numbered);
      return numbered;
    });
    sentences.push({ key: `${s}.${i}`, section: s, index: i, sentence, citations });
  }));
  return { sentences, citations: [...known.values()] };
}

/** The revision the machine wrote, and the last one a reviewer decided on, if either differs from `current`. */
export function comparable(item: {
  revisions: { number: number; author: unknown }[]; decisions: { revision_number: number }[]; revision: { number: number } | null;
}): { draft: number | null; reviewed: number | null } {
  const now = item.revision?.number ?? 0;
  const machine = item.revisions.filter((r) => r.author === null).map((r) => r.number).sort((a, b) => a - b)[0];
  const reviewed = item.decisions.map((d) => d.revision_number).filter((n) => n < now).sort((a, b) => b - a)[0];
  return { draft: machine !== undefined && machine < now ? machine : null, reviewed: reviewed ?? null };
}
