// The audit log: who did what, when, to what; and the check that nothing in it was changed.

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import * as api from "../api/client";
import { auditQuery } from "../api/queries";
import type { AuditEntry, Verification } from "../api/types";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { PageHead } from "../parts/Frame";
import { Empty, Notice, ProblemNotice, Word } from "../parts/Notice";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { plural, spaced } from "../words";
import { Detail } from "./History";

export function AuditPage() {
  const search = useSearch({ from: "/app/audit" });
  const log = useInfiniteQuery(auditQuery(search));
  const verify = useMutation({ mutationFn: () => api.audit.verify() });
  return (
    <>
      <PageHead title="Audit log">
        <Button look="primary" onPress={() => verify.mutate()} isPending={verify.isPending}>
          {verify.isPending ? "Verifying…" : "Verify the log"}
        </Button>
      </PageHead>
      <ProblemNotice error={verify.error} />
      {verify.data && <Outcome outcome={verify.data} />}
      <Filter />
      <Loaded query={log} lines={10}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <Empty title="No entry fits this filter." />;
          return (
            <>
              <table className="rows audit" aria-label="Audit entries">
                <thead>
                  <tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did</th><th scope="col">To</th><th scope="col">Result</th><th scope="col" className="wide">Hash</th></tr>
                </thead>
                <tbody>{entries.map((entry) => <Line key={entry.seq} entry={entry} bad={verify.data?.first_bad?.seq === entry.seq} />)}</tbody>
              </table>
              <p className="quiet after-rows">
                {plural(pages[0]?.total ?? entries.length, "entry", "entries")}.{" "}
                {log.hasNextPage && <Button onPress={() => void log.fetchNextPage()} isPending={log.isFetchingNextPage}>Show more</Button>}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Outcome({ outcome }: { outcome: Verification }) {
  if (outcome.ok) {
    return (
      <Notice meaning="supported" title={`Unbroken: all ${plural(outcome.entries, "entry", "entries")} fit together.`} live>
        {outcome.head && <p>Last entry {outcome.head.seq}, hash <code>{outcome.head.hash}</code>. Keep this hash elsewhere: it shows later that nothing before it was changed.</p>}
      </Notice>
    );
  }
  return (
    <Notice meaning="blocked" title={outcome.first_bad ? `Damaged at entry ${outcome.first_bad.seq}: ${outcome.first_bad.reason}` : "The log is damaged."} live>
      <p>Entries before it fit together. Do not change anything; tell the administrator and compare with a backup.</p>
    </Notice>
  );
}

function Filter() {
  const search = useSearch({ from: "/app/audit" });
  const navigate = useNavigate();
  const [fields, setFields] = useState(search);
  useEffect(() => setFields(search), [search]);
  const set = (change: typeof search): void => setFields({ ...fields, ...change });
  const filtered = search.object ?? search.actor ?? search.action;
  function submit(event: FormEvent): void {
    event.preventDefault();
    void navigate({ to: "/audit", search: { object: fields.object || undefined, actor: fields.actor || undefined, action: fields.action || undefined } });
  }
  return (
    <form className="row bottom filter-form" role="search" aria-label="Filter the log" onSubmit={submit}>
      <Field label="Object" placeholder="req_…, ver_…" value={fields.object ?? ""} onChange={(object) => set({ object })} />
      <Field label="Person" placeholder="per_…" value={fields.actor ?? ""} onChange={(actor) => set({ actor })} />
      <Field label="Action" placeholder="item.approved" value={fields.action ?? ""} onChange={(action) => set({ action })} />
      <Button type="submit">Filter</Button>
      {filtered !== undefined && <Button look="quiet" onPress={() => void navigate({ to: "/audit", search: {} })}>Take the filter away</Button>}
    </form>
  );
}

function Line({ entry, bad }: { entry: AuditEntry; bad: boolean }) {
  const navigate = useNavigate();
  return (
    <tr data-bad={bad || undefined}>
      <th scope="row" className="figure">{entry.seq}{bad && <Word meaning="blocked">first bad</Word>}</th>
      <td><Time at={entry.at} /></td>
      <td>
        <button type="button" className="link" title={`Only ${entry.actor}`} onClick={() => void navigate({ to: "/audit", search: { actor: entry.actor } })}>{entry.actor_name ?? entry.actor}</button>
        {entry.role && <span className="quiet"> as {spaced(entry.role)}</span>}
      </td>
      <td>{spaced(entry.action)} <Detail detail={entry.detail} /></td>
      <td><button type="button" className="link" onClick={() => void navigate({ to: "/audit", search: { object: entry.object } })}><code>{entry.object}</code></button></td>
      <td>{entry.result === "done" ? "done" : <Word meaning="blocked">{entry.result}</Word>}</td>
      <td className="wide"><code title={entry.hash}>{entry.hash.slice(0, 12)}</code></td>
    </tr>
  );
}
