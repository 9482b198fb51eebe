// The first and the last day that a version is in force.

import { Plain } from "./Field";

export interface Days { effective: string; expires: string }

export function DaysFields({ days, autoFocus, onChange }: {
  days: Days; autoFocus?: boolean; onChange: (change: Partial<Days>) => void;
}) {
  return (
    <div className="pair">
      <Plain label="In force from" hint="From approval on, if left empty." id="effective">
        <input id="effective" type="date" autoFocus={autoFocus} aria-describedby="effective-hint" value={days.effective} onChange={(event) => onChange({ effective: event.target.value })} />
      </Plain>
      <Plain label="Expires" hint="Never, if left empty." id="expires">
        <input id="expires" type="date" aria-describedby="expires-hint" value={days.expires} onChange={(event) => onChange({ expires: event.target.value })} />
      </Plain>
    </div>
  );
}

/** Why these days cannot be, or null. */
export function daysProblem({ effective, expires }: Days): string | null {
  return effective && expires && expires < effective ? "It expires before it comes into force." : null;
}
