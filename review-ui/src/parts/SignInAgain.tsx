// The session ended while somebody worked: sign in on the spot, and the call that failed is sent again.

import { useEffect, useRef, useState, useSyncExternalStore, type FormEvent } from "react";
import * as api from "../api/client";
import { queryClient, sessionQuery } from "../api/queries";
import { onSessionEnd, sessionHasEnded, sessionIsBack } from "../api/session";
import { Button } from "./Button";
import { Field } from "./Field";
import { ProblemNotice } from "./Notice";
import { useSession } from "./session";

export function SignInAgain() {
  const ended = useSyncExternalStore(onSessionEnd, sessionHasEnded);
  const { person } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (ended) dialog.current?.showModal();
    else dialog.current?.close();
  }, [ended]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await api.session.signIn(person.email, password);
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      setPassword("");
      setError(null);
      sessionIsBack();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="again-title" onCancel={(event) => event.preventDefault()}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="again-title">Your session ended</h2>
        <p>Everything you typed is still here. Sign in to go on where you were.</p>
        <p className="quiet">{person.name}, {person.email}</p>
        <Field label="Password" type="password" autoComplete="current-password" value={password} onChange={setPassword} autoFocus isRequired />
        <ProblemNotice error={error} />
        <div className="row">
          <Button type="submit" look="primary" isPending={busy}>Sign in</Button>
          <a href="/signin">Not {person.name}?</a>
        </div>
      </form>
    </dialog>
  );
}
