// Asking once more, in place, before something that cannot be undone.

import { useState, type ReactNode } from "react";
import { Button } from "./Button";

export function Confirm({ label, question, verb, danger = false, busy = false, onYes, look = "plain" }: {
  label: string; question: ReactNode; verb: string; danger?: boolean; busy?: boolean; onYes: () => void;
  look?: "plain" | "primary" | "danger" | "quiet";
}) {
  const [asked, setAsked] = useState(false);
  if (!asked) return <Button look={look} onPress={() => setAsked(true)} isPending={busy}>{label}</Button>;
  return (
    <div className="confirm" role="group" aria-label={label} onKeyDown={(event) => event.key === "Escape" && setAsked(false)}>
      <span>{question}</span>
      <Button autoFocus look={danger ? "danger" : "primary"} isPending={busy} onPress={() => { setAsked(false); onYes(); }}>{verb}</Button>
      <Button look="quiet" onPress={() => setAsked(false)}>Not now</Button>
    </div>
  );
}
