// Our own icons: 16 × 16, one stroke width, drawn in the colour of the text beside them.

import type { ReactNode } from "react";

const SHAPES = {
  check: <path d="M3 8.5l3.2 3.2L13 4.8" />,
  doubt: <><path d="M8 2.5L14.5 13.5h-13z" /><path d="M8 6.5v3.2M8 11.6v.1" /></>,
  blocked: <><circle cx="8" cy="8" r="5.8" /><path d="M4 4l8 8" /></>,
  person: <><circle cx="8" cy="5" r="2.6" /><path d="M2.8 13.6c.5-2.9 2.5-4.3 5.2-4.3s4.7 1.4 5.2 4.3" /></>,
  ask: <><path d="M2.5 3h11v7.5H7L4 13v-2.5H2.5z" /><path d="M5 6h6M5 8h4" /></>,
  queue: <><path d="M2.5 4h2M2.5 8h2M2.5 12h2M7 4h6.5M7 8h6.5M7 12h6.5" /></>,
  published: <><circle cx="8" cy="8" r="5.8" /><path d="M2.2 8h11.6M8 2.2c2 1.7 2.7 3.6 2.7 5.8S10 12.1 8 13.8M8 2.2C6 3.9 5.3 5.8 5.3 8S6 12.1 8 13.8" /></>,
  document: <><path d="M4 1.8h5l3.2 3.2v9.2H4z" /><path d="M9 1.8V5h3.2M6 8h4.4M6 10.6h4.4" /></>,
  search: <><circle cx="7" cy="7" r="4.3" /><path d="M10.2 10.2L14 14" /></>,
  bell: <><path d="M3.2 11.5h9.6c-1-1-1.3-2-1.3-4.2 0-2.4-1.4-3.9-3.5-3.9S4.5 4.9 4.5 7.3c0 2.2-.3 3.2-1.3 4.2z" /><path d="M6.6 13.6h2.8M8 3.400V2" /></>,
  pilot: <><path d="M2.2 13.8h11.6M4 11.5V8.8M8 11.5V5M12 11.5V2.5" /></>,
  audit: <><path d="M8 1.8l5.2 2v4c0 3.2-2.2 5.3-5.2 6.4-3-1.1-5.2-3.2-5.2-6.4v-4z" /><path d="M5.6 8l1.7 1.7 3.1-3.3" /></>,
  people: <><circle cx="5.8" cy="5.4" r="2.3" /><path d="M1.6 13c.4-2.5 2-3.8 4.2-3.8S9.6 10.5 10 13" /><path d="M10.3 3.4a2.2 2.2 0 010 4.1M11.6 9.5c1.5.4 2.5 1.6 2.8 3.5" /></>,
  arrow: <path d="M3 8h9.5M8.8 4.2L12.6 8l-3.8 3.8" />,
  out: <path d="M6 3.5H3v9.5h9.5v-3M9 2.5h4.5V7M13.2 2.8L7.5 8.5" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  plus: <path d="M8 3v10M3 8h10" />,
  down: <path d="M4 6.2l4 4 4-4" />,
  clock: <><circle cx="8" cy="8" r="5.8" /><path d="M8 4.5V8l2.3 1.6" /></>,
  dot: <circle cx="8" cy="8" r="2.5" fill="currentColor" stroke="none" />,
  ring: <circle cx="8" cy="8" r="5.5" />,
  key: <><rect x="1.8" y="4" width="12.4" height="8" rx="1.5" /><path d="M4.5 7h.1M7 7h.1M9.5 7h.1M12 7h-.1M5 9.5h6" /></>,
  flag: <><path d="M3.5 14V2.5h8l-1.6 3 1.6 3h-8" /></>,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Decoration only: the word beside it carries the meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" fill="none"
      stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
      {SHAPES[name]}
    </svg>
  );
}
