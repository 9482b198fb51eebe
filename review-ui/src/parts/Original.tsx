// The uploaded file beside its text, in a frame in which it can do nothing but show itself.

import * as api from "../api/client";
import type { Version } from "../api/types";
import { fragment, type Place } from "./places";

export function Original({ version, place }: { version: Version; place: Pick<Place, "number" | "page"> | null }) {
  const pdf = version.media_type === "application/pdf";
  const there = fragment(version.media_type, place);
  return (
    <section className="original" aria-label="Original">
      <h2 className="pane-title">
        Original <span className="quiet">{version.file_name}{place?.page != null && `, p. ${place.page}`}</span>
      </h2>
      {/* Browsers show no PDF in a sandboxed frame; their PDF viewer is apart from the page anyway. It goes to another page
          only when it is opened anew. */}
      <iframe key={pdf ? there : undefined} title={`Original of ${version.title}`}
        src={`${api.documents.previewAddress(version.id)}${there}`} sandbox={pdf ? undefined : ""} />
    </section>
  );
}
