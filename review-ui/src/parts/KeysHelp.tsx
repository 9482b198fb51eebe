// "?" shows the keys that work on this page, and the switch that turns single keys off.

import { useEffect, useRef } from "react";
import { Button } from "./Button";
import { keysInUse, switchKeys, useKeysAreOn } from "./keys";

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const on = useKeysAreOn();
  useEffect(() => {
    if (open) {
      dialog.current?.showModal();
      // Without this the switch below the list would have the focus, and a long list would begin at its end.
      dialog.current?.focus();
    } else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} tabIndex={-1} aria-labelledby="keys-title" onClose={onClose}>
      <h2 id="keys-title">Keys</h2>
      {open && keysInUse().map(({ name, bindings }) => (
        <section key={name}>
          <h3>{name}</h3>
          <dl className="keys">
            {bindings.filter((b) => b.does !== "").map((b) => (
              <div key={b.key}>
                <dt>{b.key.split(" ").map((part) => <kbd key={part}>{part}</kbd>)}</dt>
                <dd>{b.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label className="check-line">
        <input type="checkbox" checked={on} onChange={(event) => switchKeys(event.target.checked)} />
        Use single keys as commands
      </label>
      <div className="row"><Button look="primary" onPress={onClose}>Close</Button></div>
    </dialog>
  );
}
