// While something loads: nothing for 300 ms, because most answers are there by then, then a skeleton.

import { useEffect, useState, type ReactNode } from "react";
import type { UseQueryResult } from "@tanstack/react-query";
import { ProblemNotice } from "./Notice";
import { Button } from "./Button";

export function Waiting({ lines = 4 }: { lines?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="skeleton" role="status">
      <span className="hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => <span key={line} aria-hidden="true" />)}
    </div>
  );
}

/** The three ends of a read: its data, its problem with a way to try again, or waiting. */
export function Loaded<T>({ query, lines, children }: {
  query: Pick<UseQueryResult<T>, "data" | "error" | "refetch">; lines?: number; children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) {
    return (
      <ProblemNotice error={query.error}>
        <p><Button onPress={() => void query.refetch()}>Try again</Button></p>
      </ProblemNotice>
    );
  }
  return <Waiting lines={lines} />;
}
