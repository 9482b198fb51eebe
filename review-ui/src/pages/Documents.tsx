// The district's documents and where each stands.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { choicesQuery, documentPagesQuery } from "../api/queries";
import type { DistrictDocument, StandingFilter } from "../api/types";
import { Button } from "../parts/Button";
import { Chips, type Chip } from "../parts/Chips";
import { PageHead } from "../parts/Frame";
import { ImportForm } from "../parts/ImportForm";
import { Empty, Word } from "../parts/Notice";
import { ResavedNotice } from "../parts/ResavedNotice";
import { SearchBox } from "../parts/SearchBox";
import { useMay } from "../parts/session";
import { Stands } from "../parts/Stands";
import { CalendarDay, Time } from "../parts/Time";
import { UploadForm } from "../parts/UploadForm";
import { Loaded } from "../parts/Waiting";
import { WatchNotice } from "../parts/WatchNotice";
import type { DocumentsSearch } from "../router";
import { STANDING_FILTER, plural } from "../words";

export function DocumentsPage() {
  const search = useSearch({ from: "/app/documents" });
  const navigate = useNavigate();
  const mayUpload = useMay("document.upload");
  const { standing, topic, owner, q, sort } = search;
  const list = useInfiniteQuery(documentPagesQuery({ standing, topic, owner, q, sort }));
  return (
    <>
      <PageHead title="Documents" below={<Filters search={search} />}>
        <Link to="/imports" className="button quiet">Imports</Link>
        <Link to="/conflicts" className="button quiet">Where sources disagree</Link>
        {mayUpload && !search.add && (
          <>
            <Button onPress={() => void navigate({ to: "/documents", search: { ...search, add: "many" } })}>Add many</Button>
            <Button look="primary" onPress={() => void navigate({ to: "/documents", search: { ...search, add: true } })}>Upload</Button>
          </>
        )}
      </PageHead>
      <WatchNotice />
      <ResavedNotice />
      {search.add === "many" && mayUpload && (
        <ImportForm onClose={() => void navigate({ to: "/documents", search: { ...search, add: undefined } })}
          onDone={(begun) => void navigate({ to: "/imports/$id", params: { id: begun.id } })} />
      )}
      {search.add === true && mayUpload && (
        <UploadForm onClose={() => void navigate({ to: "/documents", search: { ...search, add: undefined } })}
          onDone={(document) => void openNewest(document)} />
      )}
      <Loaded query={list} lines={8}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <NoDocuments search={search} mayUpload={mayUpload} />;
          return (
            <>
              <Rows entries={entries} />
              <p className="quiet after-rows">
                {plural(pages[0]?.total ?? entries.length, "document")}{" "}
                {list.hasNextPage && <Button onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>Show more</Button>}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );

  async function openNewest(document: DistrictDocument): Promise<void> {
    const newest = document.versions[0];
    if (newest) await navigate({ to: "/versions/$id", params: { id: newest.id } });
  }
}

/** What narrows the list and how it is sorted; all of it is the page's address. */
function Filters({ search }: { search: DocumentsSearch }) {
  const navigate = useNavigate();
  const mayUpload = useMay("document.upload");
  const mayEdit = useMay("document.edit");
  const { data: choices } = useQuery(choicesQuery);
  const go = (change: Partial<DocumentsSearch>): void => void navigate({ to: "/documents", search: { ...search, ...change } });
  const chip = (word: string, change: Partial<DocumentsSearch>, on: boolean): Chip =>
    ({ word, on, to: "/documents", search: { ...search, ...change } });
  const owned = (word: string, owner: string): Chip =>
    chip(word, { owner: search.owner === owner ? undefined : owner }, search.owner === owner);
  const topics = choices?.topics ?? [];
  return (
    <>
      <Chips label="Standing" chips={[
        chip("All", { standing: undefined }, search.standing === undefined),
        ...(Object.keys(STANDING_FILTER) as StandingFilter[]).map((standing) => chip(STANDING_FILTER[standing], { standing }, search.standing === standing)),
      ]} />
      <div className="filters">
        <Chips label="Narrow down" chips={[
          ...(mayUpload ? [owned("Looked after by me", "me")] : []),
          ...(mayEdit ? [owned("Looked after by nobody", "nobody")] : []),
          ...(search.owner && search.owner !== "me" && search.owner !== "nobody"
            ? [owned(choices?.people.find(({ id }) => id === search.owner)?.name ?? "One person", search.owner)] : []),
        ]} />
        <div className="row">
          <select aria-label="Topic" className="filter-select" value={search.topic ?? ""} onChange={(event) => go({ topic: event.target.value || undefined })}>
            <option value="">All topics</option>
            {search.topic && topics.every(({ topic }) => topic !== search.topic) && <option value={search.topic}>{search.topic}</option>}
            {topics.map(({ topic, documents }) => <option key={topic} value={topic}>{topic} ({documents})</option>)}
          </select>
          <select aria-label="Order" className="filter-select" value={search.sort ?? ""} onChange={(event) => go({ sort: SORTS.find(({ sort }) => sort === event.target.value)?.sort })}>
            {SORTS.map(({ sort, word }) => <option key={word} value={sort ?? ""}>{word}</option>)}
          </select>
          <SearchBox label="Find a document" value={search.q ?? ""} onSearch={(q) => go({ q: q || undefined })} />
        </div>
      </div>
    </>
  );
}

const SORTS: { sort: DocumentsSearch["sort"]; word: string }[] = [
  { sort: undefined, word: "By title" }, { sort: "expires", word: "What ends first" },
  { sort: "review", word: "What is to be reviewed first" }, { sort: "newest", word: "What was uploaded last" },
];

function NoDocuments({ search: { standing, topic, owner, q }, mayUpload }: { search: DocumentsSearch; mayUpload: boolean }) {
  if (owner === "nobody" && !standing && !topic && !q) {
    return <Empty title="Every document has somebody who looks after it."><p><Link to="/documents">Show all documents</Link></p></Empty>;
  }
  if (standing ?? topic ?? owner ?? q) return <Empty title="No document fits these filters."><p><Link to="/documents">Show all documents</Link></p></Empty>;
  return (
    <Empty title="There are no documents yet.">
      <p>{mayUpload ? <>Drafts can only come from approved documents. <Link to="/documents" search={{ add: true }}>Upload the first one</Link>, or <Link to="/documents" search={{ add: "many" }}>a whole folder or ZIP</Link>.</>
        : "Drafts can only come from approved documents. A source owner uploads them."}</p>
    </Empty>
  );
}

function Rows({ entries }: { entries: DistrictDocument[] }) {
  return (
    <table className="rows" aria-label="Documents">
      <thead>
        <tr><th scope="col">Document</th><th scope="col">Standing</th><th scope="col">Owner</th><th scope="col" className="wide">Newest version</th><th scope="col" className="wide">In force until</th></tr>
      </thead>
      <tbody>{entries.map((document) => <Row key={document.id} document={document} />)}</tbody>
    </table>
  );
}

function Row({ document }: { document: DistrictDocument }) {
  const newest = document.versions[0];
  const standing = document.versions.find((version) => version.standing === document.standing);
  return (
    <tr>
      <th scope="row">
        <Link to="/documents/$id" params={{ id: document.id }} title={document.title}>{document.title}</Link>
        {document.topics.length > 0 && <span className="row-more always quiet">{document.topics.join(", ")}</span>}
      </th>
      <td>
        <Stands standing={document.standing} ends={document.expires_in_days} />
        {document.review_due && <> <Word meaning="doubtful">review due</Word></>}
        {document.waiting && document.standing !== "pending_approval" && newest && (
          <> <Link to="/versions/$id" params={{ id: document.waiting }}>version {newest.number} waits for approval</Link></>
        )}
      </td>
      <td>
        {document.owner}
        <span className="row-more always quiet">{document.in_charge ? document.in_charge.name : <Word meaning="doubtful">nobody looks after it</Word>}</span>
      </td>
      <td className="wide">{newest && <>{newest.number}, <Time at={newest.uploaded_at} />{newest.warnings > 0 && <> · <Word meaning="doubtful">{plural(newest.warnings, "warning")}</Word></>}</>}</td>
      <td className="wide">{standing?.expires ? <CalendarDay date={standing.expires} /> : <span className="quiet">no end</span>}</td>
    </tr>
  );
}
