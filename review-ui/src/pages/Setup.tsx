// The one-time set-up link: choose a password, then sign in with it at once.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import * as api from "../api/client";
import { queryClient } from "../api/queries";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Empty, ProblemNotice } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";

const SHORTEST = 12;

export function SetupPage() {
  const { token } = useParams({ from: "/setup/$token" });
  const link = useQuery({ queryKey: ["setup", token], queryFn: () => api.session.setup(token), retry: false });
  useEffect(() => { document.title = "Set up your account · Countersign"; }, []);
  return (
    <main className="alone">
      {link.isPending && <Waiting />}
      {link.error && (
        <>
          <h1 tabIndex={-1}>Set up your account</h1>
          <ProblemNotice error={link.error} />
          <Empty title="A set-up link works once and for a limited time.">
            <p>Ask an administrator for a new one, or <a href="/signin">sign in</a> if you already have a password.</p>
          </Empty>
        </>
      )}
      {link.data && <SetupForm token={token} name={link.data.name} email={link.data.email} />}
    </main>
  );
}

function SetupForm({ token, name: given, email }: { token: string; name: string; email: string }) {
  const navigate = useNavigate();
  const [name, setName] = useState(given);
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [short, setShort] = useState<string | null>(null);
  const [differs, setDiffers] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setShort(password.length < SHORTEST ? `Use at least ${SHORTEST} characters; a few words in a row are fine.` : null);
    setDiffers(password !== again ? "The two passwords differ." : null);
    if (password.length < SHORTEST || password !== again) return;
    setBusy(true);
    setProblem(null);
    try {
      await api.session.setUp(token, password, name);
      await api.session.signIn(email, password);
      queryClient.clear();
      await navigate({ to: "/" });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className="panel" onSubmit={(event) => void submit(event)}>
      <p className="district">Countersign</p>
      <h1 tabIndex={-1}>Set up your account</h1>
      <p className="quiet">You will sign in as {email}.</p>
      <Field label="Your name" hint="As it should appear beside your decisions." name="name" autoComplete="name" value={name} onChange={setName} isRequired />
      <Field label="Password" hint={`At least ${SHORTEST} characters.`} type="password" name="new-password"
        autoComplete="new-password" value={password} onChange={setPassword} error={short} isRequired />
      <Field label="Password again" type="password" name="new-password-again" autoComplete="new-password" value={again}
        onChange={setAgain} error={differs} isRequired />
      <ProblemNotice error={problem} />
      <Button type="submit" look="primary" isPending={busy}>Set up and sign in</Button>
    </form>
  );
}
