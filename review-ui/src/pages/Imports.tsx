// What was added at once, newest first.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { importsQuery } from "../api/queries";
import type { ImportSummary } from "../api/types";
import { PageHead } from "../parts/Frame";
import { Empty, Word } from "../parts/Notice";
import { useMay } from "../parts/session";
import { Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { IMPORT, cameTo } from "../words";

const FROM = { upload: "sent", terminal: "from the terminal", watched: "from the watched folder" } as const;

export function ImportsPage() {
  const list = useQuery(importsQuery);
  const mayUpload = useMay("document.upload");
  return (
    <>
      <PageHead title="Imports">
        <Link to="/documents" className="button quiet">All documents</Link>
        {mayUpload && <Link to="/documents" search={{ add: "many" }} className="button primary">Add many</Link>}
      </PageHead>
      <Loaded query={list} lines={6}>
        {({ entries }) => entries.length === 0
          ? (
            <Empty title="Nothing was added in bulk yet.">
              <p>{mayUpload ? <><Link to="/documents" search={{ add: "many" }}>Add a ZIP, a folder or several files</Link>.</> : "A source owner can add a ZIP, a folder or several files at once."}</p>
            </Empty>
          )
          : <Rows entries={entries} />}
      </Loaded>
    </>
  );
}

function Rows({ entries }: { entries: ImportSummary[] }) {
  return (
    <table className="rows" aria-label="Imports">
      <thead>
        <tr><th scope="col">Import</th><th scope="col">State</th><th scope="col">Came to</th><th scope="col" className="wide">Added by</th></tr>
      </thead>
      <tbody>
        {entries.map((found) => (
          <tr key={found.id}>
            <th scope="row"><Link to="/imports/$id" params={{ id: found.id }}>{found.name}</Link></th>
            <td><Word meaning={IMPORT[found.state].meaning}>{IMPORT[found.state].word}</Word></td>
            <td>{cameTo(found)}</td>
            <td className="wide">{found.started_by.name}, {FROM[found.origin]}, <Time at={found.started_at} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
