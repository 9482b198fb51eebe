// Versions that were only saved again can be approved together; the documents page says how many wait.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { resavedQuery } from "../api/queries";
import { plural } from "../words";
import { Notice } from "./Notice";

export function ResavedNotice() {
  const { data } = useQuery(resavedQuery);
  const mine = data?.entries.filter((version) => version.allowed).length ?? 0;
  if (mine === 0) return null;
  return (
    <Notice title={`${plural(mine, "version")} ${mine === 1 ? "waits" : "wait"} for approval with the same text as what is in force.`}>
      <p>Only the file differs, as when it was saved again. <Link to="/documents/resaved">Look at them together</Link>.</p>
    </Notice>
  );
}
