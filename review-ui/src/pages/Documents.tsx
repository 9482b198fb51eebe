// The district's documents and where each stands.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { documentsQuery } from "../api/queries";
import type { DistrictDocument, Standing } from "../api/types";
import { Button } from "../parts/Button";
import { Chips } from "../parts/Chips";
import { PageHead } from "../parts/Frame";
import { Empty, Word } from "../parts/Notice";
import { SearchBox } from "../parts/SearchBox";
import { useMay } from "../parts/session";
import { CalendarDay, Time } from "../parts/Time";
import { UploadForm } from "../parts/UploadForm";
import { Loaded } from "../parts/Waiting";
import { STANDING, plural } from "../words";

export function DocumentsPage() {
  const search = useSearch({ from: "/app/documents" });
  const navigate = useNavigate();
  const mayUpload = useMay("document.upload");
  const list = useQuery(documentsQuery({ standing: search.standing, q: search.q }));
  const chip = (word: string, standing: Standing | undefined) =>
    ({ word, on: search.standing === standing, to: "/documents" as const, search: { ...search, standing } });
  return (
    <>
      <PageHead title="Documents" below={
        <div className="filters">
          <Chips label="Standing" chips={[
            chip("All", undefined),
            ...(Object.keys(STANDING) as Standing[]).map((standing) => chip(STANDING[standing].word, standing)),
          ]} />
          <SearchBox label="Find a document" value={search.q ?? ""}
            onSearch={(q) => void navigate({ to: "/documents", search: { ...search, q: q || undefined } })} />
        </div>
      }>
        <Link to="/conflicts" className="button quiet">Where sources disagree</Link>
        {mayUpload && !search.add && (
          <Button look="primary" onPress={() => void navigate({ to: "/documents", search: { ...search, add: true } })}>Upload</Button>
        )}
      </PageHead>
      {search.add && mayUpload && (
        <UploadForm onClose={() => void navigate({ to: "/documents", search: { ...search, add: undefined } })}
          onDone={(document) => void openNewest(document)} />
      )}
      <Loaded query={list} lines={8}>
        {({ entries, total }) => entries.length === 0
          ? <NoDocuments narrowed={search.standing !== undefined || search.q !== undefined} mayUpload={mayUpload} />
          : <><Rows entries={entries} /><p className="quiet after-rows">{plural(total, "document")}</p></>}
      </Loaded>
    </>
  );

  async function openNewest(document: DistrictDocument): Promise<void> {
    const newest = document.versions[0];
    if (newest) await navigate({ to: "/versions/$id", params: { id: newest.id } });
  }
}

function NoDocuments({ narrowed, mayUpload }: { narrowed: boolean; mayUpload: boolean }) {
  if (narrowed) return <Empty title="No document fits these filters."><p><Link to="/documents">Show all documents</Link></p></Empty>;
  return (
    <Empty title="There are no documents yet.">
      <p>{mayUpload ? <>Drafts can only come from approved documents. <Link to="/documents" search={{ add: true }}>Upload the first one</Link>.</>
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
      <tbody>
        {entries.map((document) => {
          const newest = document.versions[0];
          return (
            <tr key={document.id}>
              <th scope="row"><Link to="/documents/$id" params={{ id: document.id }} title={document.title}>{document.title}</Link></th>
              <td><Word meaning={STANDING[document.standing].meaning}>{STANDING[document.standing].word}</Word></td>
              <td>{document.owner}</td>
              <td className="wide">{newest && <>{newest.number}, <Time at={newest.uploaded_at} />{newest.warnings > 0 && <> · <Word meaning="doubtful">{plural(newest.warnings, "warning")}</Word></>}</>}</td>
              <td className="wide">{newest?.expires ? <CalendarDay date={newest.expires} /> : <span className="quiet">no end</span>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
