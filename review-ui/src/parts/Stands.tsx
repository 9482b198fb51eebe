// Where a version stands, in one word with its icon; one in force that ends soon says when.

import type { Standing } from "../api/types";
import { STANDING, endsIn } from "../words";
import { Word } from "./Notice";

export function Stands({ standing, ends }: { standing: Standing; ends: number | null }) {
  const { word, meaning } = STANDING[standing];
  if (ends === null) return <Word meaning={meaning}>{word}</Word>;
  return <Word meaning="doubtful">{word}, {endsIn(ends)}</Word>;
}
