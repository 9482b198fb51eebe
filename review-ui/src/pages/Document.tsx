// One document with all its versions, newest first.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { documentQuery, queryClient } from "../api/queries";
import type { DistrictDocument } from "../api/types";
import { Button } from "../parts/Button";
import { CareForm } from "../parts/CareForm";
import { PageHead } from "../parts/Frame";
import { Notice, Word } from "../parts/Notice";
import { Stands } from "../parts/Stands";
import { useMay } from "../parts/session";
import { CalendarDay, Time } from "../parts/Time";
import { UploadForm } from "../parts/UploadForm";
import { Loaded } from "../parts/Waiting";
import { plural } from "../words";

export function DocumentPage() {
  const { id } = useParams({ from: "/app/documents/$id" });
  const document = useQuery(documentQuery(id));
  const mayUpload = useMay("document.upload");
  const mayEdit = useMay("document.edit");
  const navigate = useNavigate();
  const [open, setOpen] = useState<"version" | "care" | null>(null);
  const commands = useRef<HTMLDivElement>(null);
  // The form takes the focus with it when it goes; what opened it is there again.
  function close(): void {
    commands.current?.focus();
    setOpen(null);
  }
  return (
    <Loaded query={document} lines={6}>
      {(found) => (
        <>
          <PageHead title={found.title} below={
            <p className="item-facts">
              <Stands standing={found.standing} ends={found.expires_in_days} />
              <span>owned by {found.owner}</span>
              {found.audience && <span>for {found.audience}</span>}
              <LooksAfter document={found} />
              {found.review_by && (
                <span>{found.review_due ? <Word meaning="doubtful">review due <CalendarDay date={found.review_by} /></Word> : <>review by <CalendarDay date={found.review_by} /></>}</span>
              )}
              {found.topics.length > 0 && (
                <span>topics: {found.topics.map((topic, place) => (
                  <span key={topic}>{place > 0 && ", "}<Link to="/documents" search={{ topic }}>{topic}</Link></span>
                ))}</span>
              )}
              {found.supersedes && <Link to="/documents/$id" params={{ id: found.supersedes }}>supersedes an earlier document</Link>}
            </p>
          }>
            <div ref={commands} className="row" role="group" tabIndex={-1} aria-label="What to do with this document">
              {found.versions.length > 1 && <Link to="/documents/$id/compare" params={{ id: found.id }} className="button quiet">Compare versions</Link>}
              {mayEdit && open !== "care" && <Button onPress={() => setOpen("care")}>Title, owner, topics, review</Button>}
              {mayUpload && open !== "version" && <Button look="primary" onPress={() => setOpen("version")}>Upload a new version</Button>}
            </div>
          </PageHead>
          {found.in_charge === null && (
            <Notice meaning="doubtful" title="Nobody looks after this document.">
              <p>{mayEdit ? "Name a source owner, so that somebody is told before it expires." : "A source owner or an administrator can name somebody."}</p>
            </Notice>
          )}
          {open === "care" && <CareForm of={found} onClose={close} />}
          {open === "version" && (
            <UploadForm of={found} onClose={close} onDone={(stored) => {
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
                    <Stands standing={version.standing} ends={version.expires_in_days} />
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

/** The owner, and who stands in where the owner has left. */
function LooksAfter({ document: { owner_person, deputy_person, in_charge } }: { document: DistrictDocument }) {
  return (
    <>
      {owner_person && <span>looked after by {owner_person.name}{!owner_person.acts && <> <Word meaning="doubtful">left</Word></>}</span>}
      {deputy_person && (
        <span>deputy {deputy_person.name}
          {deputy_person.acts ? in_charge?.id === deputy_person.id && <> <Word meaning="person">in charge</Word></> : <> <Word meaning="doubtful">left</Word></>}
        </span>
      )}
    </>
  );
}
