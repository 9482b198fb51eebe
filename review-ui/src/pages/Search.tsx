// Searching the documents in force: the same index that feeds drafting. A hit leads to its passage.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { searchQuery } from "../api/queries";
import type { Hit } from "../api/types";
import { cut } from "../bytes";
import { PageHead } from "../parts/Frame";
import { Empty } from "../parts/Notice";
import { SearchBox } from "../parts/SearchBox";
import { Stands } from "../parts/Stands";
import { Loaded } from "../parts/Waiting";
import { pathOf, plural } from "../words";

export function SearchPage() {
  const { q = "" } = useSearch({ from: "/app/search" });
  const navigate = useNavigate();
  const hits = useQuery(searchQuery(q));
  return (
    <>
      <PageHead title="Search" />
      <div className="read">
        <SearchBox large label="Search the documents in force" value={q} autoFocus={q === ""}
          onSearch={(next) => void navigate({ to: "/search", search: { q: next || undefined } })} />
        {q === ""
          ? <Empty title="Search what drafts are made from."><p>Try a question as a parent would put it, or a few words of a policy.</p></Empty>
          : (
            <Loaded query={hits} lines={6}>
              {({ entries }) => entries.length === 0
                ? <Empty title="No document in force has this."><p>Try other words, or <Link to="/documents">see all documents</Link>, also those waiting for approval.</p></Empty>
                : (
                  <>
                    <p className="quiet" role="status">{plural(entries.length, "passage")}, the nearest first</p>
                    <ul className="plain-list">{entries.map((hit) => <HitView key={`${hit.version}:${hit.start}`} hit={hit} />)}</ul>
                  </>
                )}
            </Loaded>
          )}
      </div>
    </>
  );
}

function HitView({ hit }: { hit: Hit }) {
  return (
    <li className="source">
      <h2 className="hit-title">
        <Link to="/versions/$id" params={{ id: hit.version }} search={{ at: hit.start }}>{hit.title}</Link>
      </h2>
      {hit.expires_in_days !== null && <p className="source-facts"><Stands standing="in_force" ends={hit.expires_in_days} /></p>}
      <p className="quiet">{[pathOf(hit.heading, hit.title), hit.page === null ? null : `p. ${hit.page}`, hit.owner].filter(Boolean).join(" · ")}</p>
      <p className="passage-text">
        {cut(hit.text, 0, hit.highlights).map((piece) => piece.covers.length > 0
          ? <mark key={piece.start}>{piece.text}</mark>
          : <span key={piece.start}>{piece.text}</span>)}
      </p>
    </li>
  );
}
