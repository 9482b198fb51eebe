// The two pages nobody wants: an address that leads nowhere, and a page that failed.

import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "../parts/Button";
import { ProblemNotice } from "../parts/Notice";

export function Lost() {
  return (
    <main className="alone">
      <h1 tabIndex={-1}>There is no page at this address</h1>
      <p>It may have been mistyped. <a href="/">Go to your first page</a>.</p>
    </main>
  );
}

export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="alone">
      <h1 tabIndex={-1}>This page could not be shown</h1>
      <ProblemNotice error={error}>
        <p><Button onPress={() => { reset(); void router.invalidate(); }}>Try again</Button></p>
      </ProblemNotice>
    </div>
  );
}
