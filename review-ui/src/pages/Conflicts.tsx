// Places where two sources in force give different figures for the same thing, for their owners to resolve.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import * as api from "../api/client";
import { conflictsQuery, queryClient } from "../api/queries";
import type { Conflict, ConflictSide } from "../api/types";
import { announce } from "../parts/announce";
import { Button } from "../parts/Button";
import { PageHead } from "../parts/Frame";
import { forget } from "../parts/kept";
import { Empty, ProblemNotice } from "../parts/Notice";
import { ReasonForm } from "../parts/ReasonForm";
import { useMay } from "../parts/session";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { marked, pathOf, plural } from "../words";

export function ConflictsPage() {
  const report = useQuery(conflictsQuery);
  return (
    <>
      <PageHead title="Where sources disagree" below={
        <p className="quiet">Sentences of two sources in force that state the same thing with different figures. A question that touches one of them is refused until its owners agree.</p>
      }>
        <Link to="/documents" className="button quiet">All documents</Link>
      </PageHead>
      <Loaded query={report} lines={8}>
        {({ entries, open, sources, sentences }) => {
          const dismissed = entries.filter((entry) => entry.dismissal);
          return (
            <>
              <p className="quiet" role="status">{plural(sentences, "sentence")} of {plural(sources, "source")} looked through: {plural(open, "place")} where they disagree</p>
              {open === 0
                ? <Empty title="No two sources in force disagree."><p>Only sentences that share most of their words are held against each other, so this is no promise that none do.</p></Empty>
                : <ul className="plain-list">{entries.filter((entry) => !entry.dismissal).map((entry) => <ConflictView key={entry.id} conflict={entry} />)}</ul>}
              {dismissed.length > 0 && (
                <details className="folded">
                  <summary>{plural(dismissed.length, "pair")} that somebody said {dismissed.length === 1 ? "is" : "are"} no conflict</summary>
                  <ul className="plain-list">{dismissed.map((entry) => <ConflictView key={entry.id} conflict={entry} />)}</ul>
                </details>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function ConflictView({ conflict }: { conflict: Conflict }) {
  const mayDecide = useMay("document.approve");
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: () => {
      forget(`reason.conflict.${conflict.id}`);
      setAsking(false);
      announce("Saved.");
      void queryClient.invalidateQueries({ queryKey: ["conflicts"] });
    },
  });
  return (
    <li className="conflict" id={conflict.id}>
      <h2 className="conflict-title">{spell(conflict.left.figures)} or {spell(conflict.right.figures)}?</h2>
      <div className="conflict-sides">
        <Side side={conflict.left} />
        <Side side={conflict.right} />
      </div>
      {conflict.dismissal && (
        <p className="quiet">No conflict, says {conflict.dismissal.by.name}, <Time at={conflict.dismissal.at} />: {conflict.dismissal.reason}</p>
      )}
      {asking ? (
        <ReasonForm id={`conflict.${conflict.id}`} title="These two are no conflict" verb="Not a conflict" withCode={false}
          noteLabel="Why do they not contradict each other?" noteHint="It is remembered for exactly these two sentences and stands in the log."
          busy={change.isPending} error={change.error} onClose={() => { change.reset(); setAsking(false); }}
          onSend={({ note }) => change.mutate(() => api.conflicts.dismiss(conflict.id, note.trim()))} />
      ) : (
        <>
          <ProblemNotice error={change.error} />
          {mayDecide && (conflict.dismissal
            ? <Button look="quiet" onPress={() => change.mutate(() => api.conflicts.reopen(conflict.id))}>It is a conflict after all</Button>
            : <Button look="quiet" onPress={() => setAsking(true)}>Not a conflict</Button>)}
        </>
      )}
    </li>
  );
}

function Side({ side }: { side: ConflictSide }) {
  return (
    <div className="source">
      <p className="source-head">
        <Link to="/versions/$id" params={{ id: side.version }} search={{ at: side.span.start, view: "text" }}>{side.title}</Link>
        <span className="quiet">{side.owner}</span>
      </p>
      <p className="quiet source-facts">{[pathOf(side.heading, side.title), side.page === null ? null : `p. ${side.page}`].filter(Boolean).join(" · ")}</p>
      <p>{marked(side.text, side.figures).map((piece, i) => piece.lit ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>)}</p>
    </div>
  );
}

const spell = (figures: string[]): string => [...new Set(figures)].join(", ");
