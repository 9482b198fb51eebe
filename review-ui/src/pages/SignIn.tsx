// Signing in, and going on to where the person wanted to be.

import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import * as api from "../api/client";
import { queryClient, sessionQuery } from "../api/queries";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { ProblemNotice } from "../parts/Notice";

/** Only addresses inside this application are followed after signing in. */
function safePath(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : "/";
}

export function SignInPage() {
  const { to } = useSearch({ from: "/signin" });
  const navigate = useNavigate();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => { document.title = "Sign in · Countersign"; }, []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await api.session.signIn(email, password);
      queryClient.clear();
      await queryClient.fetchQuery(sessionQuery);
      await navigate({ to: safePath(to) });
      await router.invalidate();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="alone">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <p className="district">Countersign</p>
        <h1 tabIndex={-1}>Sign in</h1>
        <Field label="E-mail" type="email" name="email" autoComplete="username" value={email} onChange={setEmail} isRequired autoFocus />
        <Field label="Password" type="password" name="password" autoComplete="current-password" value={password}
          onChange={setPassword} isRequired />
        <ProblemNotice error={error} />
        <Button type="submit" look="primary" isPending={busy}>Sign in</Button>
        <p className="quiet">No account, or the password is lost? Ask an administrator for a set-up link.</p>
      </form>
    </main>
  );
}
