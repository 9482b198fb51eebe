// Uploading a file, with progress: fetch cannot report how much has been sent, XMLHttpRequest can.

import { Problem } from "./problem";
import { token, waitForSession } from "./session";
import type { DistrictDocument } from "./types";

export type Upload = { done: Promise<DistrictDocument>; cancel: () => void };

export function uploadDocument(form: FormData, onShare: (share: number) => void): Upload {
  let request: XMLHttpRequest | null = null;
  const attempt = (): Promise<DistrictDocument> =>
    new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      request = call;
      call.open("POST", "/api/v1/documents");
      call.setRequestHeader("X-CSRF-Token", token() ?? "");
      call.responseType = "json";
      call.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
      call.onerror = () => reject(Problem.offline());
      call.onabort = () => reject(new Problem(0, "Stopped", "The upload was stopped; nothing was stored."));
      call.onload = () => {
        if (call.status < 300) resolve(call.response as DistrictDocument);
        else if (call.status === 401) waitForSession().then(attempt).then(resolve, reject);
        else reject(Problem.from(call.status, call.response));
      };
      call.send(form);
    });
  return { done: attempt(), cancel: () => request?.abort() };
}
