// The server counts offsets in UTF-8 bytes; the page shows UTF-16 strings. This is the only place that converts.

export type Range = { start: number; end: number };
export type Piece = Range & { text: string; covers: number[] };

/**
 * Cuts `text`, whose first byte is at byte `base`, at every edge of `ranges`. Each piece says which ranges
 * (by index) cover it; ranges outside the text are cut off at its ends.
 */
export function cut(text: string, base: number, ranges: Range[]): Piece[] {
  const bytes = new TextEncoder().encode(text);
  const end = base + bytes.length;
  const edges = new Set([base, end]);
  for (const range of ranges) {
    if (range.start > base && range.start < end) edges.add(range.start);
    if (range.end > base && range.end < end) edges.add(range.end);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const decoder = new TextDecoder();
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const from = sorted[i] as number;
    const to = sorted[i + 1] as number;
    pieces.push({
      start: from,
      end: to,
      text: decoder.decode(bytes.subarray(from - base, to - base)),
      covers: ranges.flatMap((range, index) => (range.start < to && range.end > from ? [index] : [])),
    });
  }
  return pieces;
}
