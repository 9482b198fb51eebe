// One import: how far it is, what became of each file, and what to do about those that were not added.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { Label, ProgressBar } from "react-aria-components";
import * as api from "../api/client";
import { importQuery, queryClient } from "../api/queries";
import type { Import, ImportFile } from "../api/types";
import { announce } from "../parts/announce";
import { Confirm } from "../parts/Confirm";
import { PageHead } from "../parts/Frame";
import { Empty, Notice, ProblemNotice, Word } from "../parts/Notice";
import { useMay } from "../parts/session";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { IMPORT, OUTCOME, STANDING, cameTo, plural } from "../words";

export function ImportPage() {
  const { id } = useParams({ from: "/app/imports/$id" });
  const query = useQuery(importQuery(id));
  return <Loaded query={query} lines={8}>{(found) => <Body found={found} />}</Loaded>;
}

function Body({ found }: { found: Import }) {
  const running = found.state === "running";
  useEffect(() => {
    if (running) return;
    announce(`${IMPORT[found.state].word}: ${cameTo(found)}.`);
    void queryClient.invalidateQueries({ queryKey: ["documents"] });
  }, [running, found.id]);
  const read = found.files.filter((file) => file.outcome !== "passed_over");
  const passedOver = found.files.filter((file) => file.outcome === "passed_over");
  const resaved = found.files.filter((file) => file.resaved).length;
  return (
    <>
      <PageHead title={found.name} below={
        <p className="item-facts">
          <Word meaning={IMPORT[found.state].meaning}>{IMPORT[found.state].word}</Word>
          <span>{cameTo(found)}</span>
          <span>added by {found.started_by.name}, <Time at={found.started_at} /></span>
        </p>
      }>
        <Link to="/imports" className="button quiet">All imports</Link>
      </PageHead>
      {running && <Progress found={found} />}
      <Ended found={found} />
      {resaved > 0 && (
        <Notice title={`${plural(resaved, "version has", "versions have")} the same text as what is in force.`}>
          <p>Only the file differs. Somebody who did not add them can <Link to="/documents/resaved">approve them together</Link>.</p>
        </Notice>
      )}
      {read.length > 0 && <Files files={read} />}
      {!running && found.files.length === 0 && found.state === "done" && (
        <Empty title="There was no file in it."><p><Link to="/documents" search={{ add: "many" }}>Add others</Link>.</p></Empty>
      )}
      {passedOver.length > 0 && (
        <details className="below">
          <summary>{plural(passedOver.length, "name was", "names were")} passed over: folders, and what is no document</summary>
          <ul>{passedOver.map((file, at) => <li key={at}>{file.path}: {file.detail}</li>)}</ul>
        </details>
      )}
    </>
  );
}

function Progress({ found }: { found: Import }) {
  const mayStop = useMay("document.upload");
  const stop = useMutation({
    mutationFn: () => api.documents.stopImport(found.id),
    onSuccess: (now) => queryClient.setQueryData(["imports", found.id], now),
  });
  const done = found.files.length;
  return (
    <div className="panel">
      <ProgressBar className="progress" value={done} maxValue={found.total ?? 1} isIndeterminate={found.total === null}>
        {({ percentage }) => (
          <>
            <Label>{found.total === null ? "Looking at what is in it" : `${done} of ${plural(found.total, "file")}`}</Label>
            <span className="quiet">{found.stopping ? "stopping after this file" : found.reading}</span>
            <span className="progress-track"><span style={{ width: `${percentage ?? 0}%` }} /></span>
          </>
        )}
      </ProgressBar>
      {mayStop && !found.stopping && (
        <div className="row">
          <Confirm label="Stop" question="Stop after this file? What was added by then stays." verb="Stop it" busy={stop.isPending} onYes={() => stop.mutate()} />
        </div>
      )}
      <ProblemNotice error={stop.error} />
      <p className="quiet">You can leave this page; it goes on.</p>
    </div>
  );
}

/** What to say of an import that did not come to its end. */
function Ended({ found }: { found: Import }) {
  if (found.state === "failed") {
    return <Notice meaning="blocked" title={found.reason ?? "It could not be read."} live />;
  }
  if (found.state === "lost") {
    return (
      <Notice meaning="blocked" title="The server was stopped in the middle of it.">
        <p>What was added by then stays and is listed. Add the same again to go on: what is here already is left as it is.</p>
      </Notice>
    );
  }
  if (found.state === "cancelled") {
    return (
      <Notice meaning="doubtful" title="It was stopped. What was added by then stays.">
        <p>Add the same again to go on: what is here already is left as it is.</p>
      </Notice>
    );
  }
  return null;
}

function Files({ files }: { files: ImportFile[] }) {
  return (
    <table className="rows import-files" aria-label="Files">
      <thead>
        <tr><th scope="col">File</th><th scope="col">Outcome</th><th scope="col">What happened</th><th scope="col">Document</th></tr>
      </thead>
      <tbody>
        {files.map((file, at) => (
          <tr key={at}>
            <th scope="row">{file.path}</th>
            <td><Word meaning={OUTCOME[file.outcome].meaning}>{OUTCOME[file.outcome].word}</Word></td>
            <td>{file.detail}</td>
            <td><Became file={file} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Became({ file }: { file: ImportFile }) {
  if (!file.version) return <span className="quiet">no document</span>;
  return (
    <>
      <Link to="/versions/$id" params={{ id: file.version }}>{file.title ?? "The version"}</Link>
      {file.standing && <> <Word meaning={STANDING[file.standing].meaning}>{STANDING[file.standing].word}</Word></>}
      {file.approved_before && <span className="detail">The same bytes were approved before. <Link to="/versions/$id" params={{ id: file.version }}>Look and approve</Link></span>}
    </>
  );
}
