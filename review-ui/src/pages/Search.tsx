// Search: in the documents in force, by the index that feeds drafting, or in every version ever approved. Results come as one
// types; Enter lands on the passage.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type KeyboardEvent } from "react";
import { choicesQuery, documentsQuery, searchQuery } from "../api/queries";
import type { Hit } from "../api/types";
import { cut } from "../bytes";
import { Chips } from "../parts/Chips";
import { InlineChoice } from "../parts/InlineChoice";
import { PageHead } from "../parts/Frame";
import { Empty, Word } from "../parts/Notice";
import { SearchBox } from "../parts/SearchBox";
import { Stands } from "../parts/Stands";
import { Loaded } from "../parts/Waiting";
import { STANDING, pathOf, plural } from "../words";

export function SearchPage() {
  const search = useSearch({ from: "/app/search" });
  const { q = "", owner, topic, within } = search;
  const navigate = useNavigate();
  const history = within === "history";
  const hits = useQuery({ ...searchQuery({ q, owner, topic, within }), placeholderData: keepPreviousData });
  const [chosen, setChosen] = useState(0);
  useEffect(() => setChosen(0), [q, owner, topic, within]);
  const entries = hits.data?.entries ?? [];

  function narrow(change: Partial<typeof search>): void {
    void navigate({ to: "/search", search: { ...search, ...change }, replace: true, resetScroll: false });
  }

  /** Up and down choose among the passages while the cursor stays in the field; Enter goes to the chosen one. */
  function onKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && entries.length > 0) {
      event.preventDefault();
      setChosen((now) => Math.min(Math.max(now + step, 0), entries.length - 1));
    }
  }

  function open(typed: string): void {
    const hit = entries[chosen];
    // What is typed but not yet looked for is looked for first.
    if (typed.trim() !== q.trim() || hits.isPlaceholderData || !hit) return narrow({ q: typed || undefined });
    void navigate({ to: "/versions/$id", params: { id: hit.version }, search: { at: hit.at, view: "text" } });
  }

  return (
    <>
      <PageHead title="Search" below={<Filters history={history} search={search} narrow={narrow} />} />
      <div className="read" onKeyDown={onKey}>
        <SearchBox large instant label={history ? "Search every version that was ever approved" : "Search the documents in force"} value={q} autoFocus={q === ""}
          onSearch={(next) => narrow({ q: next || undefined })} onEnter={open} />
        {q === ""
          ? <Empty title="Search what drafts are made from."><p>Try a question as a parent would put it, or a few words of a policy.</p></Empty>
          : (
            <Loaded query={hits} lines={6}>
              {(found) => found.entries.length === 0
                ? <Nothing history={history} narrowed={owner !== undefined || topic !== undefined} search={search} />
                : (
                  <>
                    <p className="quiet" role="status">{plural(found.entries.length, "passage")}, the {history ? "ones with most of the words" : "nearest"} first; Enter goes to the marked one</p>
                    <ul className="plain-list" aria-busy={hits.isPlaceholderData}>
                      {found.entries.map((hit, i) => <HitView key={`${hit.version}:${hit.start}`} hit={hit} chosen={i === chosen} />)}
                    </ul>
                  </>
                )}
            </Loaded>
          )}
      </div>
    </>
  );
}

type Search = { q?: string; owner?: string; topic?: string; within?: "history" };

function Filters({ history, search, narrow }: { history: boolean; search: Search; narrow: (change: Partial<Search>) => void }) {
  const { owner, topic } = search;
  const { data } = useQuery(documentsQuery({}));
  const { data: choices } = useQuery(choicesQuery);
  const topics = [...new Set([...(choices?.topics ?? []).map((one) => one.topic), ...(topic ? [topic] : [])])].sort();
  const owners = [...new Set([...(data?.entries ?? []).map((document) => document.owner), ...(owner ? [owner] : [])])].sort();
  return (
    <div className="filters">
      <Chips label="Where" chips={[
        { word: "In force", on: !history, to: "/search", search: { ...search, within: undefined } },
        { word: "Everything ever approved", on: history, to: "/search", search: { ...search, within: "history" } },
      ]} />
      <InlineChoice label="Owner" value={owner ?? ""} onChange={(next) => narrow({ owner: next || undefined })} options={among("anyone", owners)} />
      <InlineChoice label="Topic" value={topic ?? ""} onChange={(next) => narrow({ topic: next || undefined })} options={among("any", topics)} />
    </div>
  );
}

function among(all: string, words: string[]): { value: string; word: string }[] {
  return [{ value: "", word: all }, ...words.map((word) => ({ value: word, word }))];
}

function Nothing({ history, narrowed, search }: { history: boolean; narrowed: boolean; search: Search }) {
  return (
    <Empty title={history ? "No version that was ever approved has these words." : "No document in force has this."}>
      <p>
        Try other words
        {narrowed && <>, or <Link to="/search" search={{ ...search, owner: undefined, topic: undefined }}>those of all owners and topics</Link></>}
        {history ? "." : <>, or <Link to="/search" search={{ ...search, within: "history" }}>look in what was in force before</Link>.</>}
      </p>
    </Empty>
  );
}

function HitView({ hit, chosen }: { hit: Hit; chosen: boolean }) {
  return (
    <li className="source" data-chosen={chosen || undefined} aria-current={chosen || undefined}
      ref={(item) => { if (chosen && item && document.activeElement?.hasAttribute("data-search")) item.scrollIntoView({ block: "nearest" }); }}>
      <h2 className="hit-title">
        <Link to="/versions/$id" params={{ id: hit.version }} search={{ at: hit.at, view: "text" }}>{hit.title}</Link>
      </h2>
      {hit.expires_in_days !== null && <p className="source-facts"><Stands standing="in_force" ends={hit.expires_in_days} /></p>}
      <p className="quiet">
        {hit.standing !== "in_force" && <><Word meaning={STANDING[hit.standing].meaning}>{STANDING[hit.standing].word}</Word> version {hit.number} · </>}
        {[pathOf(hit.heading, hit.title), hit.page === null ? null : `p. ${hit.page}`, hit.owner].filter(Boolean).join(" · ")}
      </p>
      <p className="passage-text">
        {cut(hit.text, 0, hit.highlights).map((piece) => piece.covers.length > 0
          ? <mark key={piece.start}>{piece.text}</mark>
          : <span key={piece.start}>{piece.text}</span>)}
      </p>
    </li>
  );
}
