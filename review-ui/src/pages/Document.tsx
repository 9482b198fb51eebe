// One document with all its versions, newest first.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { documentQuery, queryClient } from "../api/queries";
import { Button } from "../parts/Button";
import { PageHead } from "../parts/Frame";
import { Word } from "../parts/Notice";
import { useMay } from "../parts/session";
import { CalendarDay, Time } from "../parts/Time";
import { UploadForm } from "../parts/UploadForm";
import { Loaded } from "../parts/Waiting";
import { STANDING, plural } from "../words";

export function DocumentPage() {
  const { id } = useParams({ from: "/app/documents/$id" });
  const document = useQuery(documentQuery(id));
  const mayUpload = useMay("document.upload");
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  return (
    <Loaded query={document} lines={6}>
      {(found) => (
        <>
          <PageHead title={found.title} below={
            <p className="item-facts">
              <Word meaning={STANDING[found.standing].meaning}>{STANDING[found.standing].word}</Word>
              <span>owned by {found.owner}</span>
              {found.audience && <span>for {found.audience}</span>}
              {found.supersedes && <Link to="/documents/$id" params={{ id: found.supersedes }}>supersedes an earlier document</Link>}
            </p>
          }>
            {found.versions.length > 1 && <Link to="/documents/$id/compare" params={{ id: found.id }} className="button quiet">Compare versions</Link>}
            {mayUpload && !adding && <Button look="primary" onPress={() => setAdding(true)}>Upload a new version</Button>}
          </PageHead>
          {adding && (
            <UploadForm of={found} onClose={() => setAdding(false)} onDone={(stored) => {
              void queryClient.invalidateQueries({ queryKey: ["document", id] });
              const newest = stored.versions[0];
              if (newest) void navigate({ to: "/versions/$id", params: { id: newest.id } });
            }} />
          )}
          <table className="rows" aria-label="Versions">
            <thead>
              <tr><th scope="col">Version</th><th scope="col">Standing</th><th scope="col">In force</th><th scope="col">Uploaded</th><th scope="col" className="wide">Decided</th></tr>
            </thead>
            <tbody>
              {found.versions.map((version) => (
                <tr key={version.id}>
                  <th scope="row"><Link to="/versions/$id" params={{ id: version.id }}>Version {version.number}: {version.file_name}</Link></th>
                  <td>
                    <Word meaning={STANDING[version.standing].meaning}>{STANDING[version.standing].word}</Word>
                    {version.warnings > 0 && <> <Word meaning="doubtful">{plural(version.warnings, "warning")}</Word></>}
                  </td>
                  <td>{version.effective ? <CalendarDay date={version.effective} /> : "from approval"} to {version.expires ? <CalendarDay date={version.expires} /> : "no end"}</td>
                  <td>{version.uploaded_by.name}, <Time at={version.uploaded_at} /></td>
                  <td className="wide">{version.decided_by && version.decided_at
                    ? <>{version.decided_by.name}, <Time at={version.decided_at} />{version.reason && <>: {version.reason}</>}</>
                    : <span className="quiet">not yet</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Loaded>
  );
}
