// Serves dist/ and answers the API with the made-up district, under the content security policy of the real server.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { audit, at, busSections, claim, cite, documents, items, people, pilot, ref, revision, sourcesOf, versions } from "./district.mjs";

const DIST = new URL("../dist", import.meta.url).pathname;
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html" };
let signedIn = process.env.SIGNED_OUT ? null : "per_lee";
const problem = (status, detail, more = {}) => ({ status, body: { type: "urn:countersign:test", title: "Problem", status, detail, ...more } });
const page = (entries) => ({ entries, next_cursor: null, total: entries.length });
const find = (id) => items.find((item) => item.id === id);
const touch = (item, change) => Object.assign(item, change, { version: item.version + 1 });
const MAY = ["item.read", "item.request", "item.edit", "item.review", "item.publish", "document.read", "document.upload", "document.approve", "pilot.read", "pilot.write", "audit.read", "people.manage"];
const session = () => ({ person: people.find((p) => p.id === signedIn), csrf_token: "token", may: MAY, district: { name: "Riverbend Unified School District", short_name: "Riverbend", colour: "#0b6e6e", time_zone: "America/Chicago" } });

function edit(item, body) {
  const known = new Map(versions.flatMap((v, i) => v.passages.flatMap((p, j) => p.sentences.map((s, k) => [`${v.id}:${s.start}`, [i, j, k]]))));
  const sections = body.sections.map((s) => ({ heading: s.heading, not_covered: [], sentences: s.sentences.map((x) => {
    const citations = (x.citations ?? []).map((c) => cite(...known.get(`${c.version}:${c.start}`)));
    return claim(x.text, citations.length ? "supported" : "person_written", citations);
  }) }));
  const rev = revision((item.revision?.number ?? 0) + 1, ref("lee"), sections);
  touch(item, { revision: rev, sources: sourcesOf(sections), refusal: null, state: item.state === "refused" ? "pending_review" : item.state,
    revisions: [...item.revisions, { id: rev.id, number: rev.number, author: rev.author, created_at: rev.created_at, note: body.note ?? null }],
    actions: item.actions.map((a) => (a.action === "approve" ? { action: "approve", allowed: false, reason: `You edited revision ${rev.number}; someone else must approve.` } : a)) });
  return item;
}
const COMMANDS = {
  claim: (item) => touch(item, { state: "in_review", held_by: { person: ref("lee"), until: at(0, 0.25), minutes: 15 }, actions: ["release", "edit", "request_changes", "reject", "approve"].map((action) => ({ action, allowed: true, reason: null })) }),
  release: (item) => touch(item, { state: "pending_review", held_by: null, actions: [{ action: "claim", allowed: true, reason: null }, { action: "approve", allowed: false, reason: "Claim it first." }] }),
  cancel: (item) => touch(item, { state: "cancelled", actions: [] }),
  "send-to-review": (item) => touch(item, { state: "pending_review", actions: [] }),
  decision: (item, body) => touch(item, body.decision === "approve"
    ? { state: "approved", held_by: null, approval: { by: ref("lee"), at: at(0), revision: item.revision.id, revision_sha256: item.revision.sha256, source_set_sha256: "b" }, actions: [{ action: "publish", allowed: true, reason: null }] }
    : { state: body.decision === "reject" ? "rejected" : "changes_requested", held_by: null, actions: [], decisions: [...item.decisions, { id: "dec_9", decision: body.decision, reason: body.reason, note: body.note, by: ref("lee"), at: at(0), revision_number: item.revision.number }] }),
  publish: (item) => touch(item, { state: "published", actions: [{ action: "withdraw", allowed: true, reason: null }], publication: { id: "pub_9", slug: item.id, url: `/faq/${item.id}`, published_at: at(0), published_by: ref("lee"), sha256: "c", withdrawn_at: null } }),
  withdraw: (item) => touch(item, { state: "withdrawn", actions: [] }),
  "write-by-hand": edit,
};

function onItem(method, id, verb, body, query, headers) {
  const item = find(id);
  if (!item) return problem(404, "There is no such item.", { next: "Go back to the queue." });
  if (!verb) return { body: item };
  if (verb === "history") return { body: { entries: [{ at: item.created_at, actor: item.requester, action: "item.request", detail: {}, revision: null }, { at: at(-0.9), actor: null, action: "item.drafted", detail: { sentences: 5 }, revision: 1 }, { at: at(-0.5), actor: ref("tom"), action: "item.request_changes", detail: { reason: "incomplete" }, revision: 2 }] } };
  if (verb === "compare") return { body: { from: +query.get("from"), to: +query.get("to"), changes: [{ kind: "equal", text: "Sign up in the Family Portal by July 31. " }, { kind: "delete", text: "Passes are sent out. " }, { kind: "insert", text: "Bus passes come by mail before the first day of school." }] } };
  if (verb === "activity" || verb === "source-opened") return { status: 204 };
  if (verb === "heartbeat") return { body: item };
  if (headers["if-match"] !== `"${item.version}"`) return problem(409, "The item changed meanwhile.", { kept: "Your text is kept on this page.", current: item });
  if (verb === "revision" && process.env.CONFLICT) { touch(edit(item, { sections: busSections.map((s) => ({ heading: null, sentences: s.sentences.slice(1).map((x) => ({ text: x.text, citations: x.citations })) })) }), {}); delete process.env.CONFLICT; return problem(409, "Somebody saved while you typed.", { current: item }); }
  if (method === "PUT") return { body: edit(item, body) };
  return COMMANDS[verb] ? { body: COMMANDS[verb](item, body) } : problem(404, `No command ${verb}.`);
}

function api(method, path, query, body, headers) {
  const [what, id, verb] = path.split("/");
  if (what === "session") {
    if (method === "POST") { if (body.password === "wrong") return problem(401, "The e-mail or the password is wrong.", { next: "Try again, or ask an administrator for a set-up link." }); signedIn = "per_lee"; }
    if (method === "DELETE") { signedIn = null; return { status: 204 }; }
    return signedIn ? { body: session() } : problem(401, "Sign in first.");
  }
  if (what === "setup") return method === "GET" ? { body: { name: "Kim Adeyemi", email: "kim@example.org" } } : { status: 204 };
  if (what === "mock-end-session") { signedIn = null; return { status: 204 }; }
  if (!signedIn) return problem(401, "The session has ended.");
  if (what === "status") return { body: { model: { state: "ready", name: "qwen2.5-1.5b-instruct-q4_k_m", reason: null, load_ms: 1_800 }, index: { passages: 412, documents: 33, building: false }, jobs: { waiting: 1, running: 1 }, version: "0.1.0" } };
  if (what === "items" && !id && method === "POST") {
    const item = { ...find("itm_4"), id: `itm_${Date.now()}`, kind: body.kind, title: body.question ?? body.title ?? "Newsletter", question: body.question ?? "", state: "drafting", refusal: null, refusal_kind: null, version: 1, actions: [{ action: "cancel", allowed: true, reason: null }] };
    items.unshift(item);
    return { status: 201, body: item };
  }
  if (what === "items" && !id) {
    const states = query.get("state")?.split(",").filter(Boolean) ?? [];
    return { body: page(items.filter((i) => (states.length === 0 || states.includes(i.state)) && (!query.get("kind") || i.kind === query.get("kind")) && (query.get("mine") !== "true" || i.requester.id === signedIn)
      && (query.get("held") !== "me" || i.held_by?.person.id === signedIn) && (query.get("held") !== "free" || !i.held_by) && i.title.toLowerCase().includes((query.get("q") ?? "").toLowerCase()))) };
  }
  if (what === "items") return onItem(method, id, verb, body, query, headers);
  if (what === "newsletter-templates") return { body: { entries: [{ id: "weekly", name: "Weekly family newsletter", sections: [{ heading: "Dates", topics: ["calendar"] }, { heading: "Meals", topics: ["meals"] }, { heading: "Transportation", topics: ["buses"] }] }] } };
  if (what === "documents") return { status: method === "POST" ? 201 : 200, body: id ? documents.find((d) => d.id === id) : method === "POST" ? documents[2] : page(documents.filter((d) => (!query.get("standing") || d.standing === query.get("standing")) && d.title.toLowerCase().includes((query.get("q") ?? "").toLowerCase()))) };
  if (what === "versions" && !verb) return { body: versions.find((v) => v.id === id) };
  if (what === "versions") { const v = versions.find((x) => x.id === id); return { body: touch(v, verb === "approve" ? { standing: "in_force", decided_by: ref("lee"), decided_at: at(0), actions: [] } : { standing: verb === "reject" ? "rejected" : "revoked", reason: body.reason, actions: [] }) }; }
  if (what === "search") return { body: { entries: versions.flatMap((v) => v.passages.map((p) => ({ document: v.document, version: v.id, title: v.title, owner: v.owner, heading: p.heading, page: p.page, start: p.start, end: p.end, text: new TextDecoder().decode(new TextEncoder().encode(v.text).subarray(p.start, p.end)), score: 1, highlights: [{ start: 0, end: 8 }] }))).slice(0, 4) } };
  if (what === "pilot" && id === "lock") return { body: Object.assign(pilot, { locked_at: at(0), locked_by: ref("lee"), start_date: body.start_date }) };
  if (what === "pilot") { if (method === "POST") pilot.baselines.push({ id: `bas_${Date.now()}`, revision_rounds: null, turnaround_hours: null, note: null, ...body, entered_by: ref("lee"), entered_at: at(0) }); if (method === "DELETE") pilot.baselines = pilot.baselines.filter((b) => b.id !== verb); return { body: pilot }; }
  if (what === "audit") return { body: id === "verify" ? { ok: true, entries: 412, first_bad: null, head: { seq: 412, hash: audit[0].hash } } : page(audit.filter((e) => !query.get("object") || e.object === query.get("object"))) };
  if (what === "people" && !id) return method === "POST" ? { status: 201, body: { person: { ...people[0], name: body.name }, setup_url: "/setup/aVeryLongToken" } } : { body: { entries: people } };
  if (what === "people") return { body: verb === "setup-link" ? { setup_url: "/setup/aVeryLongToken" } : people[0] };
  return problem(404, "No such route.");
}

/** Draws out a drafting run over a few seconds, then turns the item into the bus draft. */
function progress(id, response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let n = 0, t = 0;
  const say = (event, data) => response.write(`id: ${++n}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const script = [["search", "searching 33 documents"], ["read", "reading 6 passages"], ["answerable", "the passages answer it"], ["write", "writing 4 sentences"], ["check", "checking 4 sentences"]].flatMap(([step, detail]) => [
    () => say("progress", { step, status: "running", detail, seconds: t, tokens: n * 7, text: step === "write" ? "Students in grades" : null }),
    ...(step === "write" ? busSections[0].sentences.slice(0, 4).map((s, index) => () => say("sentence", { index, text: s.text, support: s.support })) : []),
    () => say("progress", { step, status: "done", detail, seconds: t, tokens: n * 7, text: null }),
  ]);
  const timer = setInterval(() => {
    t += 0.5;
    const next = script.shift();
    if (next) return next();
    clearInterval(timer);
    const item = find(id);
    if (item?.state === "drafting") touch(item, { state: "pending_review", revision: revision(1, null, busSections), sources: sourcesOf(busSections), revisions: [{ id: "rev_0", number: 1, author: null, created_at: at(0), note: null }], actions: [{ action: "edit", allowed: true, reason: null }, { action: "send_to_review", allowed: true, reason: null }, { action: "approve", allowed: false, reason: "You asked for this; someone else must approve." }] });
    say("end", { state: item?.state ?? "cancelled" });
    response.end();
  }, Number(process.env.STEP_MS ?? 400));
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/api/v1/")) {
    const path = url.pathname.slice(8);
    if (path.endsWith("/progress")) return progress(path.split("/")[1], response);
    if (/\/(preview|original)$/.test(path)) return response.writeHead(200, { "content-type": "text/html", "content-security-policy": "default-src 'none'; sandbox" }).end("<h1>Transportation Handbook</h1><p>Students in grades K–5 …</p>");
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { status = 200, body } = api(request.method, path, url.searchParams, text.startsWith("{") ? JSON.parse(text) : {}, request.headers);
    return response.writeHead(status, { "content-type": status >= 400 ? "application/problem+json" : "application/json" }).end(status === 204 ? undefined : JSON.stringify(body));
  }
  const file = url.pathname.startsWith("/assets/") ? url.pathname : "/index.html";
  try {
    const bytes = await readFile(join(DIST, file));
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": CSP }).end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}).listen(Number(process.env.PORT ?? 4601), "127.0.0.1");
