// Who is signed in, and what happens to a call when that session has ended: the call waits,
// the person signs in on the spot, and the call is sent again with the new token.

import { Problem } from "./problem";

let csrfToken: string | null = null;
let waiting: { promise: Promise<void>; done: () => void } | null = null;
const listeners = new Set<() => void>();

export function rememberToken(token: string): void {
  csrfToken = token;
}

export function token(): string | null {
  return csrfToken;
}

/** For useSyncExternalStore: tells when the in-place sign-in has to appear or go. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function sessionHasEnded(): boolean {
  return waiting !== null;
}

/** Called by the in-place sign-in once it has a session again. */
export function sessionIsBack(): void {
  const waited = waiting;
  waiting = null;
  waited?.done();
  listeners.forEach((tell) => tell());
}

export function waitForSession(): Promise<void> {
  if (!waiting) {
    let done = (): void => {};
    const promise = new Promise<void>((resolve) => (done = resolve));
    waiting = { promise, done };
    listeners.forEach((tell) => tell());
  }
  return waiting.promise;
}

const SAFE = new Set(["GET", "HEAD"]);

function withToken(request: Request): Request {
  if (SAFE.has(request.method) || csrfToken === null) return request;
  request.headers.set("X-CSRF-Token", csrfToken);
  return request;
}

/** fetch, with the token on state-changing calls and one retry after an ended session. */
export async function sessionFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(withToken(request));
  const isSignIn = /\/api\/v1\/(session|setup)(\/|$)/.test(new URL(request.url).pathname);
  if (response.status !== 401 || isSignIn || csrfToken === null) return response;
  await waitForSession();
  return send(withToken(again));
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw Problem.offline();
  }
}
