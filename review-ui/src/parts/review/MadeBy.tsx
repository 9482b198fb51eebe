// How the draft was made: model, prompt, index and evidence, as recorded, with times and token counts.

import type { Item } from "../../api/types";
import { spaced } from "../../words";

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export function MadeBy({ item }: { item: Item }) {
  if (!item.record) return null;
  return (
    <details className="made-by">
      <summary>How the machine draft was made</summary>
      <dl className="facts">
        {Object.entries(item.record).map(([name, value]) => (
          <div key={name}><dt>{spaced(name)}</dt><dd><code>{shown(value)}</code></dd></div>
        ))}
        {Object.entries(item.timing_ms ?? {}).map(([name, ms]) => (
          <div key={name}><dt>time, {spaced(name)}</dt><dd>{(ms / 1_000).toFixed(2)} s</dd></div>
        ))}
        {Object.entries(item.tokens ?? {}).map(([name, n]) => (
          <div key={name}><dt>tokens, {spaced(name)}</dt><dd>{n.toLocaleString("en-US")}</dd></div>
        ))}
      </dl>
    </details>
  );
}
