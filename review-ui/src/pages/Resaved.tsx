// Versions whose file alone differs from what is in force: approved together by somebody who did not upload them.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Checkbox } from "react-aria-components";
import * as api from "../api/client";
import { queryClient, resavedQuery } from "../api/queries";
import type { ResavedApproval, ResavedVersion } from "../api/types";
import { announce } from "../parts/announce";
import { CommandButton } from "../parts/Button";
import { PageHead } from "../parts/Frame";
import { Empty, Notice, ProblemNotice } from "../parts/Notice";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { plural } from "../words";

export function ResavedPage() {
  const list = useQuery(resavedQuery);
  const [refused, setRefused] = useState<ResavedApproval[]>([]);
  return (
    <>
      <PageHead title="Saved again">
        <Link to="/documents" className="button quiet">All documents</Link>
      </PageHead>
      <p className="quiet read">
        These versions wait for approval. Their text, their warnings and their days are exactly those of the version in force; only the
        file differs, as when somebody saved it again. They may be approved together. Everything else is approved one by one.
      </p>
      {refused.length > 0 && (
        <Notice meaning="blocked" title={`${plural(refused.length, "version was", "versions were")} not approved.`} live>
          <ul>{refused.map((one) => <li key={one.id}><Link to="/versions/$id" params={{ id: one.id }}>This version</Link>: {one.reason}</li>)}</ul>
        </Notice>
      )}
      <Loaded query={list} lines={6}>
        {({ entries }) => entries.length === 0
          ? <Empty title="No version waits that was only saved again."><p><Link to="/documents" search={{ standing: "pending_approval" }}>See all that wait for approval</Link>.</p></Empty>
          : <Choice entries={entries} onRefused={setRefused} />}
      </Loaded>
    </>
  );
}

function Choice({ entries, onRefused }: { entries: ResavedVersion[]; onRefused: (refused: ResavedApproval[]) => void }) {
  const allowed = entries.filter((found) => found.allowed);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = allowed.filter((found) => !left.has(found.pending.id));
  const approve = useMutation({
    mutationFn: () => api.documents.approveResaved(chosen.map(({ pending }) => ({ id: pending.id, version: pending.version }))),
    onSuccess: ({ entries: outcomes }) => {
      const approved = outcomes.filter((one) => one.approved).length;
      announce(`${plural(approved, "version was", "versions were")} approved.`);
      onRefused(outcomes.filter((one) => !one.approved));
      for (const key of ["documents", "document", "version", "items", "item", "imports"]) void queryClient.invalidateQueries({ queryKey: [key] });
    },
  });
  const choose = (id: string, on: boolean): void => {
    const next = new Set(left);
    if (on) next.delete(id); else next.add(id);
    setLeft(next);
  };
  return (
    <>
      <table className="rows" aria-label="Saved again">
        <thead>
          <tr><th scope="col">Document</th><th scope="col">Approve</th><th scope="col">Waiting</th><th scope="col">In force</th></tr>
        </thead>
        <tbody>
          {entries.map((found) => (
            <tr key={found.pending.id}>
              <th scope="row"><Link to="/versions/$id" params={{ id: found.pending.id }}>{found.title}</Link></th>
              <td>
                {found.allowed
                  ? (
                    <Checkbox className="checkbox" aria-label={`Approve ${found.title}`} isSelected={!left.has(found.pending.id)}
                      onChange={(on) => choose(found.pending.id, on)}>
                      <span className="box" aria-hidden="true" />
                    </Checkbox>
                  )
                  : <span className="quiet">{found.reason}</span>}
              </td>
              <td>Version {found.pending.number}: {found.pending.file_name}, {found.pending.uploaded_by.name}, <Time at={found.pending.uploaded_at} /></td>
              <td><Link to="/versions/$id" params={{ id: found.in_force.id }}>Version {found.in_force.number}</Link>{found.in_force.decided_by && <>, approved by {found.in_force.decided_by.name}</>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ProblemNotice error={approve.error} />
      <p className="after-rows">
        <CommandButton look="primary" label={`Approve ${plural(chosen.length, "version")} together`}
          why={chosen.length > 0 ? null : allowed.length > 0 ? "Choose at least one." : "Somebody else has to approve these: you uploaded them, or may not approve."}
          onPress={() => !approve.isPending && approve.mutate()} />
      </p>
    </>
  );
}
