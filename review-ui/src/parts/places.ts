// Sentences of a version, and where in the original each is shown.

import type { Version } from "../api/types";

/** A sentence: its number in the version, counted from 0, where it begins in bytes of the text, and its page. */
export type Place = { number: number; start: number; end: number; page: number | null };

type Passages = Pick<Version, "passages">;

export function sentencesOf({ passages }: Passages): Place[] {
  const spans = passages.flatMap((passage) => passage.sentences.map((span) => ({ ...span, page: passage.page })));
  return spans.map(({ start, end, page }, number) => ({ number, start, end, page: page ?? null }));
}

/** The sentence at a byte of the text, or the first one behind it. */
export function placeAt(version: Passages, at: number | undefined): Place | null {
  if (at === undefined) return null;
  return sentencesOf(version).find((sentence) => at < sentence.end) ?? null;
}

/** What the address of the shown original ends in, so that the browser goes to the sentence there. */
export function fragment(mediaType: string, place: { number: number; page: number | null } | null): string {
  // Beside the text there is no room for a PDF viewer's own list of pages, and a page is read best in its whole width.
  if (mediaType === "application/pdf") return `#page=${place?.page ?? 1}&view=FitH&navpanes=0`;
  return place === null ? "" : `#s${place.number}`;
}
