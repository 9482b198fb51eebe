// Things said in the page itself: what happened, what was kept, what to do next.

import type { ReactNode } from "react";
import { asProblem } from "../api/problem";
import type { Meaning } from "../words";
import { Icon, type IconName } from "./Icon";

const ICON: Record<Meaning, IconName> = {
  supported: "check", doubtful: "doubt", blocked: "blocked", person: "person", plain: "dot",
};

export function Notice({ meaning = "plain", title, children, live = false }: {
  meaning?: Meaning; title: string; children?: ReactNode; live?: boolean;
}) {
  return (
    <div className={`notice ${meaning}`} role={live ? "alert" : undefined}>
      <Icon name={ICON[meaning]} />
      <div>
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

export function ProblemNotice({ error, children }: { error: unknown; children?: ReactNode }) {
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <Notice meaning="blocked" title={problem.detail || problem.title} live>
      {problem.kept && <p>{problem.kept}</p>}
      {problem.next && <p>{problem.next}</p>}
      {children}
    </Notice>
  );
}

/** A word with its icon in one of the four meanings. */
export function Word({ meaning, children }: { meaning: Meaning; children: ReactNode }) {
  return (
    <span className={`word ${meaning}`}>
      <Icon name={ICON[meaning]} />
      {children}
    </span>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
