// Correcting the days of a version that waits for approval, by whoever uploaded it.

import { useState, type FormEvent } from "react";
import type { Version } from "../api/types";
import { Button } from "./Button";
import { DaysFields, daysProblem, type Days } from "./DaysFields";
import { ProblemNotice } from "./Notice";

export function DaysForm({ version, busy, error, onSend, onClose }: {
  version: Version; busy: boolean; error: unknown; onSend: (days: Days) => void; onClose: () => void;
}) {
  const [days, setDays] = useState<Days>({ effective: version.effective ?? "", expires: version.expires ?? "" });
  const [missing, setMissing] = useState<string | null>(null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const problem = daysProblem(days);
    setMissing(problem);
    if (problem === null) onSend(days);
  }
  return (
    <form className="panel stack" onSubmit={submit} aria-label="Correct the days of this version">
      <h2>Correct the days</h2>
      <DaysFields days={days} autoFocus onChange={(change) => setDays({ ...days, ...change })} />
      {missing !== null && <p className="field-error" role="alert">{missing}</p>}
      <ProblemNotice error={error} />
      <div className="row">
        <Button type="submit" look="primary" isPending={busy}>Save</Button>
        <Button look="quiet" onPress={onClose}>Not now</Button>
        <span className="quiet">Another person still has to approve it.</span>
      </div>
    </form>
  );
}
