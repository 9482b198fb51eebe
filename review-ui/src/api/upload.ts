// Sending files, with progress: fetch cannot report how much has been sent, XMLHttpRequest can.

import { Problem } from "./problem";
import { token, waitForSession } from "./session";
import type { DistrictDocument, Import } from "./types";

export type Upload<T> = { done: Promise<T>; cancel: () => void };
/** What was stored, and whether that is new: the same file may have been there already. */
export type Stored = { document: DistrictDocument; isNew: boolean };

export function uploadDocument(form: FormData, onShare: (share: number) => void): Upload<Stored> {
  return send("/api/v1/documents", form, onShare, (document: DistrictDocument, status) => ({ document, isNew: status === 201 }));
}

export function importDocuments(form: FormData, onShare: (share: number) => void): Upload<Import> {
  return send("/api/v1/documents/import", form, onShare, (begun: Import) => begun);
}

function send<Body, T>(address: string, form: FormData, onShare: (share: number) => void, read: (body: Body, status: number) => T): Upload<T> {
  let request: XMLHttpRequest | null = null;
  const attempt = (): Promise<T> =>
    new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      request = call;
      call.open("POST", address);
      call.setRequestHeader("X-CSRF-Token", token() ?? "");
      call.responseType = "json";
      call.upload.onprogress = (event) => event.lengthComputable && onShare(event.loaded / event.total);
      call.onerror = () => reject(Problem.offline());
      call.onabort = () => reject(new Problem(0, "Stopped", "The upload was stopped; nothing was stored."));
      call.onload = () => {
        if (call.status < 300) resolve(read(call.response as Body, call.status));
        else if (call.status === 401) waitForSession().then(attempt).then(resolve, reject);
        else reject(Problem.from(call.status, call.response));
      };
      call.send(form);
    });
  return { done: attempt(), cancel: () => request?.abort() };
}
