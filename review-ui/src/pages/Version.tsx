// One uploaded state of a document: the text as extracted beside the original, and the decision on it.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import * as api from "../api/client";
import { Problem } from "../api/problem";
import { queryClient, versionQuery } from "../api/queries";
import type { Version } from "../api/types";
import { announce } from "../parts/announce";
import { CommandButton } from "../parts/Button";
import { Chips } from "../parts/Chips";
import { DaysForm } from "../parts/DaysForm";
import { ExtractedText } from "../parts/ExtractedText";
import { FidelityOf } from "../parts/FidelityOf";
import { PageHead } from "../parts/Frame";
import { useKeys } from "../parts/keys";
import { Original } from "../parts/Original";
import { placeAt } from "../parts/places";
import { ProblemNotice } from "../parts/Notice";
import { WarningsOf, leftToSee } from "../parts/Warnings";
import { forget } from "../parts/kept";
import { ReasonForm } from "../parts/ReasonForm";
import { Stands } from "../parts/Stands";
import { CalendarDay, Time } from "../parts/Time";
import { UsedBy } from "../parts/UsedBy";
import { Loaded } from "../parts/Waiting";
import { ComparisonOf } from "./CompareVersions";
import { STANDING, actionNamed, mayDo, plural } from "../words";

export function VersionPage() {
  const { id } = useParams({ from: "/app/versions/$id" });
  const version = useQuery(versionQuery(id));
  return <Loaded query={version} lines={10}>{(found) => <VersionBody key={found.id} version={found} />}</Loaded>;
}

function VersionBody({ version }: { version: Version }) {
  const { at, view } = useSearch({ from: "/app/versions/$id" });
  const [seen, setSeen] = useState(false);
  const older = version.compare_with ?? null;
  // Who is to decide on a new version of a known document sees first what it changes.
  const first = version.standing === "pending_approval" && at === undefined ? "changes" : "text";
  const changes = older !== null && (view ?? first) === "changes";
  return (
    <>
      <PageHead title={version.title} below={<Facts version={version} />}>
        <Link to="/documents/$id" params={{ id: version.document }} className="button quiet">All versions</Link>
        <a className="button quiet" href={api.documents.originalAddress(version.id)} download={version.file_name}>Download the original</a>
      </PageHead>
      <WarningsOf version={version} seen={seen} onSeen={setSeen} />
      {older !== null && <Views version={version} older={older} changes={changes} />}
      {changes && older !== null
        ? <ComparisonOf document={version.document} from={older} to={version.number} />
        : <Reading version={version} at={at} />}
      <UsedBy version={version} />
      <DecideVersion version={version} seen={seen} />
    </>
  );
}

function Views({ version, older, changes }: { version: Version; older: number; changes: boolean }) {
  const to = `/versions/${version.id}` as "/";
  return (
    <div className="views">
      <Chips label="What to look at" chips={[
        { word: `What changed since version ${older}`, on: changes, to, search: { view: "changes" } },
        { word: "Original and text", on: !changes, to, search: { view: "text" } },
      ]} />
    </div>
  );
}

/** The original beside the text that the model sees. The address names the sentence that is looked at. */
function Reading({ version, at }: { version: Version; at: number | undefined }) {
  const navigate = useNavigate();
  // A page that was asked for, until a sentence is.
  const [page, setPage] = useState<number | null>(null);
  const place = useMemo(() => placeAt(version, at), [version, at]);
  function goTo(start: number): void {
    setPage(null);
    void navigate({
      to: "/versions/$id", params: { id: version.id }, search: { at: start, view: "text" }, replace: true, resetScroll: false,
    });
  }
  return (
    <>
      <FidelityOf fidelity={version.fidelity} onPage={setPage} />
      <div className="beside">
        <Original version={version} place={page === null ? place : { number: 0, page }} />
        <ExtractedText version={version} place={place} onPlace={({ start }) => goTo(start)} />
      </div>
    </>
  );
}

function Facts({ version }: { version: Version }) {
  return (
    <p className="item-facts">
      <Stands standing={version.standing} ends={version.expires_in_days} />
      <span>version {version.number}</span>
      <span>owned by {version.owner}</span>
      <span>uploaded by {version.uploaded_by.name}, <Time at={version.uploaded_at} /></span>
      {version.decided_by && version.decided_at && <span>decided by {version.decided_by.name}, <Time at={version.decided_at} /></span>}
      <span>in force {version.effective ? <>from <CalendarDay date={version.effective} /></> : "from approval"}{version.expires && <> to <CalendarDay date={version.expires} /></>}</span>
      <span>{plural(version.sentences, "sentence")}{version.pages !== null && <>, {plural(version.pages, "page")}</>}</span>
      <span title={version.sha256}>SHA-256 <code>{version.sha256.slice(0, 12)}</code></span>
      {version.reason && <span>reason: {version.reason}</span>}
    </p>
  );
}

type Form = "reject" | "revoke" | "days";
const FORMS = {
  reject: { title: "Reject this version", verb: "Reject", hint: "Whoever uploaded it will see this." },
  revoke: { title: "Revoke this version", verb: "Revoke", hint: "Every approval that rests on it becomes void at once." },
} as const;

function DecideVersion({ version, seen }: { version: Version; seen: boolean }) {
  const [form, setForm] = useState<Form | null>(null);
  const commands = useRef<HTMLDivElement>(null);
  // Whoever works without a mouse goes on where they were.
  function close(): void {
    commands.current?.focus();
    setForm(null);
  }
  const decide = useMutation({
    mutationFn: (run: () => Promise<Version>) => run(),
    onSuccess: (changed) => {
      show(changed);
      forget(`reason.${form}.${version.id}`);
      close();
      announce(`Now: ${STANDING[changed.standing].word}.`);
    },
    onError: (error) => {
      if (error instanceof Problem && error.status === 409 && error.current) show(error.current as Version);
    },
  });
  function show(changed: Version): void {
    queryClient.setQueryData(["version", version.id], changed);
    for (const key of ["documents", "document", "items", "item"]) void queryClient.invalidateQueries({ queryKey: [key] });
  }
  const approve = actionNamed(version.actions, "approve");
  const unmet = approve?.allowed ? leftToSee(version, seen) : approve?.reason ?? null;
  const run = (f: () => Promise<Version>): void => decide.mutate(f);
  const ask = (next: Form): void => { decide.reset(); setForm((now) => (now === next ? null : next)); };
  useKeys("This version", [
    { key: "a", does: "Approve", run: () => run(() => api.documents.approve(version, seen)), when: approve?.allowed === true && unmet === null && !decide.isPending },
    { key: "x", does: "Reject", run: () => ask("reject"), when: mayDo(version.actions, "reject") },
  ]);
  const pending = version.standing === "pending_approval";
  const revoke = actionNamed(version.actions, "revoke");
  if (!pending && !revoke?.allowed) return null;
  return (
    <div className="decide">
      {form === "days" && (
        <DaysForm version={version} busy={decide.isPending} error={decide.error} onClose={close}
          onSend={(days) => run(() => api.documents.setDays(version, { effective: days.effective || null, expires: days.expires || null }))} />
      )}
      {(form === "reject" || form === "revoke") && (
        <ReasonForm key={form} id={`${form}.${version.id}`} title={FORMS[form].title} verb={FORMS[form].verb} withCode={false} danger
          noteLabel="Why?" noteHint={FORMS[form].hint} busy={decide.isPending} error={decide.error} onClose={close}
          onSend={({ note }) => run(() => form === "reject" ? api.documents.reject(version, note.trim()) : api.documents.revoke(version, note.trim()))} />
      )}
      {!form && <ProblemNotice error={decide.error} />}
      <div ref={commands} className="decision-bar" role="group" tabIndex={-1} aria-label="What to do with this version">
        <div className="row">
          {mayDo(version.actions, "reject") && <CommandButton label="Reject" letter="x" pressed={form === "reject"} onPress={() => ask("reject")} />}
          {mayDo(version.actions, "set_days") && <CommandButton label="Correct the days" pressed={form === "days"} onPress={() => ask("days")} />}
          {revoke?.allowed && <CommandButton label="Revoke" pressed={form === "revoke"} onPress={() => ask("revoke")} />}
        </div>
        {pending && unmet !== null && <p className="bar-reason">{unmet}</p>}
        <div className="row end">
          {pending && approve && (
            <CommandButton label="Approve" letter="a" look="primary" why={unmet} reasonShown={false}
              onPress={() => run(() => api.documents.approve(version, seen))} />
          )}
        </div>
      </div>
    </div>
  );
}
