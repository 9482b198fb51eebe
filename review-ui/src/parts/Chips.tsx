// Filters as links: each is an address, so the back button and a bookmark work.

import { Link, type LinkProps } from "@tanstack/react-router";
import { Icon } from "./Icon";

export type Chip = { word: string; on: boolean; search: Record<string, unknown>; to: LinkProps["to"] };

export function Chips({ label, chips }: { label: string; chips: Chip[] }) {
  return (
    <ul className="chips" aria-label={label}>
      {chips.map((chip) => (
        <li key={chip.word}>
          <Link to={chip.to} search={chip.search as never} className="chip" data-on={chip.on || undefined} activeProps={{}}
            aria-current={chip.on ? "true" : undefined}>
            {chip.on && <Icon name="check" />}{chip.word}
          </Link>
        </li>
      ))}
    </ul>
  );
}
