// A decision's reason, asked for in place, never in a pop-up. What is typed is kept until it is sent.

import { useState, type FormEvent } from "react";
import type { ReasonCode } from "../api/types";
import { REASONS } from "../words";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { Field } from "./Field";
import { useKept } from "./kept";
import { ProblemNotice } from "./Notice";

export type Reason = { code: ReasonCode | null; note: string };
const NOTHING: Reason = { code: null, note: "" };

export function ReasonForm({ id, title, verb, withCode, noteLabel = "Note", noteHint, busy, error, danger = false, onSend, onClose }: {
  id: string; title: string; verb: string; withCode: boolean; noteLabel?: string; noteHint?: string; busy: boolean;
  error: unknown; danger?: boolean; onSend: (reason: Reason) => void; onClose: () => void;
}) {
  const [reason, setReason, clear] = useKept<Reason>(`reason.${id}`, NOTHING);
  const [missing, setMissing] = useState<string | null>(null);

  function change(next: Partial<Reason>): void {
    setMissing(null);
    setReason({ ...reason, ...next });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (withCode && reason.code === null) return setMissing("Choose a reason first; it goes back with the text.");
    if (reason.note.trim() === "") return setMissing(withCode ? "Write a note first, so that the author knows what to do." : "Write the reason first; it goes into the log.");
    setMissing(null);
    onSend(reason);
  }

  return (
    <form className="reason" aria-label={title} onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <h2>{title}</h2>
      {withCode && (
        <Choice label="Reason" value={reason.code} onChange={(code) => change({ code })}
          options={REASONS.map(({ code, word }) => ({ value: code, word }))} />
      )}
      <Field label={noteLabel} hint={noteHint} rows={2} value={reason.note} autoFocus={!withCode}
        onChange={(note) => change({ note })} />
      {missing && <p className="field-error" role="alert">{missing}</p>}
      <ProblemNotice error={error} />
      <div className="row">
        <Button type="submit" look={danger ? "danger" : "primary"} isPending={busy}>{verb}</Button>
        <Button look="quiet" onPress={() => { clear(); onClose(); }}>Not now</Button>
      </div>
    </form>
  );
}
