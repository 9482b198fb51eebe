// What there is to say of the watched folder: that it is away or empty, which files are gone, which could not be added.

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import * as api from "../api/client";
import { queryClient, watchQuery } from "../api/queries";
import type { Watch } from "../api/types";
import { plural } from "../words";
import { Button } from "./Button";
import { Notice, ProblemNotice } from "./Notice";
import { useMay } from "./session";
import { Time } from "./Time";

export function WatchNotice() {
  const { data: watch } = useQuery(watchQuery);
  if (!watch?.folder) return null;
  const gone = watch.files.filter((file) => file.gone);
  const refused = watch.files.filter((file) => !file.gone);
  return (
    <>
      {watch.notice && (
        <Notice meaning="blocked" title="The watched folder needs a look.">
          <p>{watch.notice} {watch.notice_at && <span className="quiet">Since <Time at={watch.notice_at} />.</span>}</p>
          {watch.emptied && <Seen />}
        </Notice>
      )}
      {gone.length > 0 && (
        <Notice meaning="doubtful" title={`${plural(gone.length, "file is", "files are")} gone from the watched folder. Nothing was revoked.`}>
          <Files of={gone} />
          <p>If a document is not to be used any more, open it and revoke it.</p>
          <Seen />
        </Notice>
      )}
      {refused.length > 0 && (
        <Notice meaning="doubtful" title={`${plural(refused.length, "file")} of the watched folder could not be added.`}>
          <Files of={refused} />
          <p>Each is tried again as soon as it changes.</p>
        </Notice>
      )}
    </>
  );
}

function Files({ of: files }: { of: Watch["files"] }) {
  const list = (
    <ul>
      {files.map((file) => (
        <li key={file.path}>
          {file.document && file.title
            ? <><Link to="/documents/$id" params={{ id: file.document }}>{file.title}</Link> <span className="quiet">{file.path}</span></>
            : file.path}
          {file.detail && <>: {file.detail}</>} <span className="quiet">({file.gone ? "gone since" : "since"} <Time at={file.since} />)</span>
        </li>
      ))}
    </ul>
  );
  return files.length > 5 ? <details><summary>Show them</summary>{list}</details> : list;
}

function Seen() {
  const mayUpload = useMay("document.upload");
  const seen = useMutation({
    mutationFn: api.documents.watchSeen,
    onSuccess: (watch) => queryClient.setQueryData(watchQuery.queryKey, watch),
  });
  if (!mayUpload) return null;
  return (
    <>
      <p><Button isPending={seen.isPending} onPress={() => seen.mutate()}>I have seen this</Button></p>
      <ProblemNotice error={seen.error} />
    </>
  );
}
