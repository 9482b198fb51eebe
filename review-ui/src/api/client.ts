// One function per route, on types generated from the API description. Nothing else builds an address.

import createClient from "openapi-fetch";
import { Problem } from "./problem";
import type { paths } from "./schema";
import { sessionFetch } from "./session";
import type { BaselineInput, DecisionInput, DocumentInput, ItemInput, RevisionInput, Role, Version, VersionDaysInput, WriteByHandInput } from "./types";

const api = createClient<paths>({ baseUrl: window.location.origin, fetch: sessionFetch });

/** The answer's body, or the server's problem thrown. */
async function read<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw Problem.from(response.status, error);
  return data as T;
}

type Held = { id: string; version: number };

/** The path's id and the state the change was based on. */
function on(target: Held) {
  return { params: { path: { id: target.id }, header: { "If-Match": `"${target.version}"` } } };
}

const by = (id: string) => ({ params: { path: { id } } });

type Query<T> = T extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type Listing = paths["/api/v1/items"]["get"];
export type QueueFilter = Query<Listing>;
export type AuditFilter = Query<paths["/api/v1/audit"]["get"]>;
export type SearchFilter = Query<paths["/api/v1/search"]["get"]>;
export type DocumentFilter = Query<paths["/api/v1/documents"]["get"]>;

export const session = {
  get: () => read(api.GET("/api/v1/session")),
  signIn: (email: string, password: string) => read(api.POST("/api/v1/session", { body: { email, password } })),
  signOut: () => read(api.DELETE("/api/v1/session")),
  setup: (token: string) => read(api.GET("/api/v1/setup/{token}", { params: { path: { token } } })),
  setUp: (token: string, password: string, name: string) =>
    read(api.POST("/api/v1/setup/{token}", { params: { path: { token } }, body: { password, name } })),
  status: () => read(api.GET("/api/v1/status")),
};

export const items = {
  list: (query: QueueFilter) => read(api.GET("/api/v1/items", { params: { query } })),
  get: (id: string) => read(api.GET("/api/v1/items/{id}", by(id))),
  request: (body: ItemInput) => read(api.POST("/api/v1/items", { body })),
  cancel: (item: Held, reason: string) => read(api.POST("/api/v1/items/{id}/cancel", { ...on(item), body: { reason } })),
  claim: (item: Held) => read(api.POST("/api/v1/items/{id}/claim", on(item))),
  takeOver: (item: Held, reason: string) => read(api.POST("/api/v1/items/{id}/take-over", { ...on(item), body: { reason } })),
  release: (item: Held) => read(api.POST("/api/v1/items/{id}/release", on(item))),
  redraft: (item: Held) => read(api.POST("/api/v1/items/{id}/redraft", on(item))),
  sendToReview: (item: Held) => read(api.POST("/api/v1/items/{id}/send-to-review", on(item))),
  writeByHand: (item: Held, body: WriteByHandInput) =>
    read(api.POST("/api/v1/items/{id}/write-by-hand", { ...on(item), body })),
  edit: (item: Held, body: RevisionInput) =>
    read(api.PUT("/api/v1/items/{id}/revision", { ...on(item), body })),
  moveToNewerSources: (item: Held) => read(api.POST("/api/v1/items/{id}/newer-sources", on(item))),
  decide: (item: Held, body: DecisionInput) => read(api.POST("/api/v1/items/{id}/decision", { ...on(item), body })),
  publish: (item: Held, revision_sha256: string) =>
    read(api.POST("/api/v1/items/{id}/publish", { ...on(item), body: { revision_sha256 } })),
  withdraw: (item: Held, reason: string) => read(api.POST("/api/v1/items/{id}/withdraw", { ...on(item), body: { reason } })),
  history: (id: string) => read(api.GET("/api/v1/items/{id}/history", by(id))),
  revision: (id: string, number: number) =>
    read(api.GET("/api/v1/items/{id}/revisions/{number}", { params: { path: { id, number } } })),
  compare: (id: string, from: number, to: number) =>
    read(api.GET("/api/v1/items/{id}/compare", { params: { path: { id }, query: { from, to } } })),
  heartbeat: (id: string) => read(api.POST("/api/v1/items/{id}/heartbeat", by(id))),
  activity: (id: string, seconds: number, as: "requester" | "reviewer") =>
    read(api.POST("/api/v1/items/{id}/activity", { ...by(id), body: { seconds, as } })),
  sourceOpened: (id: string, version: string, seconds: number) =>
    read(api.POST("/api/v1/items/{id}/source-opened", { ...by(id), body: { version, seconds } })),
  templates: () => read(api.GET("/api/v1/newsletter-templates")),
  progressAddress: (id: string) => `/api/v1/items/${encodeURIComponent(id)}/progress`,
};

export const documents = {
  list: (query: DocumentFilter) => read(api.GET("/api/v1/documents", { params: { query } })),
  get: (id: string) => read(api.GET("/api/v1/documents/{id}", by(id))),
  change: (document: Held, body: DocumentInput) => read(api.PUT("/api/v1/documents/{id}", { ...on(document), body })),
  choices: () => read(api.GET("/api/v1/document-choices")),
  version: (id: string) => read(api.GET("/api/v1/versions/{id}", by(id))),
  compare: (id: string, from: number, to: number) =>
    read(api.GET("/api/v1/documents/{id}/compare", { params: { path: { id }, query: { from, to } } })),
  approve: (version: Version, warnings_seen: boolean) =>
    read(api.POST("/api/v1/versions/{id}/approve", { ...on(version), body: { warnings_seen } })),
  reject: (version: Version, reason: string) =>
    read(api.POST("/api/v1/versions/{id}/reject", { ...on(version), body: { reason } })),
  revoke: (version: Version, reason: string) =>
    read(api.POST("/api/v1/versions/{id}/revoke", { ...on(version), body: { reason } })),
  setDays: (version: Version, body: VersionDaysInput) => read(api.PUT("/api/v1/versions/{id}/days", { ...on(version), body })),
  search: (query: SearchFilter, signal?: AbortSignal) => read(api.GET("/api/v1/search", { params: { query: { limit: 20, ...query } }, signal })),
  resaved: () => read(api.GET("/api/v1/versions/resaved")),
  approveResaved: (versions: Held[]) => read(api.POST("/api/v1/versions/resaved/approve", { body: { versions } })),
  imports: () => read(api.GET("/api/v1/imports")),
  import: (id: string) => read(api.GET("/api/v1/imports/{id}", by(id))),
  stopImport: (id: string) => read(api.POST("/api/v1/imports/{id}/stop", by(id))),
  watch: () => read(api.GET("/api/v1/documents/watch")),
  watchSeen: () => read(api.POST("/api/v1/documents/watch/seen")),
  originalAddress: (version: string) => `/api/v1/versions/${encodeURIComponent(version)}/original`,
  previewAddress: (version: string) => `/api/v1/versions/${encodeURIComponent(version)}/preview`,
};

export const conflicts = {
  list: () => read(api.GET("/api/v1/conflicts")),
  dismiss: (id: string, reason: string) => read(api.POST("/api/v1/conflicts/{id}/dismissal", { ...by(id), body: { reason } })),
  reopen: (id: string) => read(api.DELETE("/api/v1/conflicts/{id}/dismissal", by(id))),
};

export const notices = {
  list: (query: Query<paths["/api/v1/notices"]["get"]>) => read(api.GET("/api/v1/notices", { params: { query } })),
  read: (id: string) => read(api.POST("/api/v1/notices/{id}/read", by(id))),
  readUntil: (until: string) => read(api.POST("/api/v1/notices/read", { body: { until } })),
};

export const pilot = {
  get: () => read(api.GET("/api/v1/pilot")),
  addBaseline: (body: BaselineInput) => read(api.POST("/api/v1/pilot/baselines", { body })),
  removeBaseline: (id: string) => read(api.DELETE("/api/v1/pilot/baselines/{id}", by(id))),
  lock: (start_date: string) => read(api.POST("/api/v1/pilot/lock", { body: { start_date } })),
  csvAddress: "/api/v1/pilot/items.csv",
};

export const audit = {
  list: (query: AuditFilter) => read(api.GET("/api/v1/audit", { params: { query } })),
  verify: () => read(api.POST("/api/v1/audit/verify")),
};

export const people = {
  list: () => read(api.GET("/api/v1/people")),
  add: (body: { name: string; email: string; roles: Role[] }) => read(api.POST("/api/v1/people", { body })),
  disable: (id: string) => read(api.POST("/api/v1/people/{id}/disable", by(id))),
  enable: (id: string) => read(api.POST("/api/v1/people/{id}/enable", by(id))),
  roles: (id: string, roles: Role[]) => read(api.POST("/api/v1/people/{id}/roles", { ...by(id), body: { roles } })),
  setupLink: (id: string) => read(api.POST("/api/v1/people/{id}/setup-link", by(id))),
};

