// A made-up district for looking at the application without a server: people, documents, items.

const DAY = 86_400_000;
export const at = (days, hours = 0) => new Date(Date.now() + days * DAY + hours * 3_600_000).toISOString();
const date = (days) => at(days).slice(0, 10);
const hash = (seed) => Array.from({ length: 64 }, (_, i) => "0123456789abcdef"[(seed * 7 + i * (seed + 3)) % 16]).join("");
const ROLES = { ada: ["requester", "publisher"], rosa: ["reviewer"], tom: ["reviewer", "source_owner"], lee: ["requester", "reviewer", "source_owner", "publisher", "pilot_lead", "administrator", "auditor"] };
const NAMES = { ada: "Ada Lindqvist", rosa: "Rosa Ortiz", tom: "Tom Becker", lee: "Lee Whitman" };
export const people = Object.keys(NAMES).map((key) => ({
  id: `per_${key}`, name: NAMES[key], email: `${key}@example.org`, roles: ROLES[key], disabled: false, created_at: at(-60),
}));
people.push({ id: "per_old", name: "Jo Former", email: "jo@example.org", roles: ["requester"], disabled: true, created_at: at(-200) });
export const ref = (key) => ({ id: `per_${key}`, name: NAMES[key] });

const TEXTS = {
  "Transportation Handbook 2026–27": [
    [["Eligibility"], 4, ["Students in grades K–5 who live more than 1.0 mile from their assigned school are eligible for bus transportation.", "Students in grades 6–12 who live more than 2.0 miles from their assigned school are eligible for bus transportation.", "Distance is measured by the shortest safe walking route."]],
    [["Eligibility", "How to register"], 5, ["Families sign up for the bus in the Family Portal by July 31.", "Requests after July 31 are placed as seats allow, usually within ten school days."]],
    [["Bus passes"], 7, ["A bus pass is issued to every eligible student before the first day of school.", "Lost passes are replaced at the school office.", "The first replacement in a school year is free of charge."]],
  ],
  "Family Handbook": [
    [["Late buses"], 12, ["Late buses leave the middle and high schools at 4:45 p.m. on Tuesdays and Thursdays.", "A student needs a pass from the activity’s adviser to ride the late bus."]],
    [["Meals", "Free and reduced-price meals"], 18, ["Families apply for free or reduced-price meals once each school year.", "Applications received by September 30 are processed within ten days."]],
  ],
  "Attendance Policy JED": [[["Excused absences"], null, ["An absence is excused when a parent or guardian notifies the school within two school days.", "Niños enfermos deben quedarse en casa."]]],
};
const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text).length;
export const versions = Object.entries(TEXTS).map(([title, sections], i) => {
  let text = "";
  const passages = sections.map(([heading, page, sentences]) => {
    const start = bytes(text);
    const spans = sentences.map((sentence) => {
      const from = bytes(text);
      text += `${sentence} `;
      return { start: from, end: from + bytes(sentence) };
    });
    const end = bytes(text) - 1;
    text += "\n";
    return { heading, page, start, end, sentences: spans };
  });
  const pending = i === 2;
  return {
    id: `ver_${i + 1}`, document: `doc_${i + 1}`, number: i === 0 ? 3 : 1, standing: pending ? "pending_approval" : "in_force",
    file_name: `${title.toLowerCase().replaceAll(" ", "-")}.${i === 2 ? "docx" : "pdf"}`, media_type: i === 2 ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document" : "text/html",
    bytes: 84_211 * (i + 1), sha256: hash(i + 2), pages: i === 2 ? null : 24 + i, sentences: passages.flatMap((p) => p.sentences).length,
    uploaded_by: ref("tom"), uploaded_at: at(-40 + i), decided_by: pending ? null : ref("lee"), decided_at: pending ? null : at(-39 + i),
    effective: pending ? null : date(-30), expires: i === 1 ? date(20) : null, reason: null, warnings: pending ? 2 : 0, version: 1,
    title, owner: ["Transportation Office", "Communications Office", "Student Services"][i], text, passages,
    warning_list: pending ? [{ kind: "hidden_text", detail: "One sentence was white on white and was left out." }, { kind: "table", detail: "A table on page 3 was read row by row." }] : [],
    actions: pending
      ? [{ action: "approve", allowed: true, reason: null }, { action: "reject", allowed: true, reason: null }]
      : [{ action: "revoke", allowed: true, reason: null }],
    used_by: i === 0 ? [{ item: "itm_1", title: "Can my 4th grader ride the bus?", state: "in_review" }, { item: "itm_6", title: "When do late buses leave?", state: "published" }] : [],
  };
});
const summary = ({ title, owner, text, passages, warning_list, actions, used_by, ...rest }) => rest;
export const documents = versions.map((version, i) => ({
  id: version.document, title: version.title, owner: version.owner, audience: i === 2 ? "staff" : "families", supersedes: i === 1 ? "doc_9" : null,
  versions: i === 0 ? [summary(version), { ...summary(version), id: "ver_9", number: 2, standing: "superseded", reason: null }] : [summary(version)], standing: version.standing,
}));

export function cite(v, passage, sentence) {
  const version = versions[v];
  const place = version.passages[passage];
  const span = place.sentences[sentence];
  const quote = new TextDecoder().decode(encoder.encode(version.text).subarray(span.start, span.end));
  return { document: version.document, version: version.id, title: version.title, heading: place.heading, page: place.page, ...span, quote };
}
export const claim = (text, support, citations, note = null) =>
  ({ text, support, support_probability: support === "person_written" ? null : 0.9, citations, note });
export function sourcesOf(sections) {
  const cited = sections.flatMap((s) => s.sentences).flatMap((s) => s.citations);
  return versions.filter((v) => cited.some((c) => c.version === v.id)).map((v) => ({
    document: v.document, version: v.id, title: v.title, owner: v.owner, standing: v.standing, effective: v.effective, expires: v.expires,
    passages: v.passages.filter((p) => cited.some((c) => c.version === v.id && c.start >= p.start && c.end <= p.end)).map(({ heading, page, start, end }) =>
      ({ heading, page, start, end, text: new TextDecoder().decode(encoder.encode(v.text).subarray(start, end)) })),
  }));
}
export const revision = (number, author, sections, flags = []) => ({
  id: `rev_${number}${Math.random().toString(16).slice(2, 6)}`, number, author, created_at: at(-1, number), sha256: hash(number + 4), sections, flags,
  words: sections.flatMap((s) => s.sentences).reduce((n, s) => n + s.text.split(" ").length, 0), reading_grade: 6.2,
});
export const busSections = [{
  heading: null, not_covered: ["the cost of a second replacement pass"],
  sentences: [
    claim("Students in grades K–5 who live more than 1.0 mile from their school can ride the bus.", "supported", [cite(0, 0, 0), cite(0, 0, 2)]),
    claim("Sign up in the Family Portal by July 31.", "supported", [cite(0, 1, 0)]),
    claim("Bus passes come by mail before the first day of school.", "doubtful", [cite(0, 2, 0)], "“by mail” is not in the cited sentence"),
    claim("The late bus leaves at 4:45 p.m. on Tuesdays and Thursdays.", "supported", [cite(1, 0, 0)]),
    claim("Call the Transportation Office if you are unsure.", "person_written", []),
  ],
}];
const newsletterSections = [
  { heading: "Dates", not_covered: [], sentences: [claim("Families sign up for the bus in the Family Portal by July 31.", "supported", [cite(0, 1, 0)])] },
  { heading: "Meals", not_covered: ["lunch prices"], sentences: [claim("Apply for free or reduced-price meals once each school year.", "supported", [cite(1, 1, 0)]), claim("Applications are processed in a week.", "doubtful", [cite(1, 1, 1)], "“a week” is not in the cited sentence; it says ten days")] },
  { heading: "Transportation", not_covered: [], sentences: [claim("A bus pass is issued to every eligible student.", "supported", [cite(0, 2, 0)])] },
];
const may = (...names) => names.map((action) => ({ action, allowed: true, reason: null }));
const not = (action, reason) => ({ action, allowed: false, reason });
function checksOf(sections) {
  const all = sections.flatMap((s) => s.sentences);
  const count = (support) => all.filter((s) => s.support === support).length;
  return { supported: count("supported"), doubtful: count("doubtful"), unsupported: count("unsupported"), person_written: count("person_written"), sections: sections.length };
}
function item(n, title, state, requester, more = {}) {
  const sections = more.sections ?? null;
  const { sections: _, revisionAuthor, flags, ...rest } = more;
  const rev = sections ? revision(more.number ?? 1, revisionAuthor ?? null, sections, flags) : null;
  return {
    id: `itm_${n}`, kind: "faq", title, state, risk: [], audience: "families", due_at: at(n === 2 ? -1 : n / 4), overdue: n === 2, requester: ref(requester), held_by: null,
    checks: sections ? checksOf(sections) : null, refusal_kind: null, updated_at: at(-n / 10), created_at: at(-1, -n), version: 4, question: title, newsletter: null, revision: rev,
    refusal: null, sources: sections ? sourcesOf(sections) : [], decisions: [], actions: [], approval: null, stale_reason: null, publication: null,
    record: sections ? { model_sha256: hash(9), prompt: "answer/4", mask: "closed-vocabulary/2", index_stamp: "3f19", evidence_sha256: hash(5) } : null,
    timing_ms: sections ? { retrieve: 41, answerable: 900, compose: 6_240, check: 1_810 } : null, tokens: sections ? { prompt: 1_204, generated: 96 } : null,
    revisions: rev ? [{ id: "rev_0", number: 1, author: null, created_at: at(-1), note: null }, ...(rev.number > 1 ? [{ id: rev.id, number: rev.number, author: rev.author, created_at: rev.created_at, note: "Clearer about passes" }] : [])] : [], ...rest, number: undefined,
  };
}
export const items = [
  item(1, "Can my 4th grader ride the bus?", "in_review", "ada", {
    question: "Hi! We live about a mile and a half from Lincoln Elementary. Can my 4th grader ride the bus, and how do we sign up?", sections: busSections, number: 3, revisionAuthor: ref("rosa"),
    flags: [{ kind: "source_expires_soon", detail: "Family Handbook expires in 20 days." }], held_by: { person: ref("lee"), until: at(0, 0.2), minutes: 6 },
    decisions: [{ id: "dec_1", decision: "request_changes", reason: "incomplete", note: "Say what happens with late requests.", by: ref("tom"), at: at(-0.5), revision_number: 2 }],
    actions: [...may("release", "edit", "request_changes", "reject"), not("approve", "You edited revision 2; someone else must approve. Tom Becker can.")],
  }),
  item(2, "Free lunch form deadline", "pending_review", "ada", { risk: ["money"], sections: [{ heading: null, not_covered: [], sentences: [claim("Apply by September 30 to have your form processed within ten days.", "supported", [cite(1, 1, 1)])] }], actions: [...may("claim"), not("approve", "Claim it first.")] }),
  item(3, "Weekly family newsletter, Oct 12", "in_review", "ada", { kind: "newsletter", newsletter: { template: "Weekly family newsletter", from: date(0), to: date(7), topics: ["meals", "buses"] }, sections: newsletterSections, held_by: { person: ref("lee"), until: at(0, 0.2), minutes: 14 }, actions: may("release", "edit", "request_changes", "reject", "approve") }),
  item(4, "How much is a lunch at the high school?", "refused", "ada", { refusal_kind: "source_does_not_answer", refusal: { kind: "source_does_not_answer", reason: "The documents in force say how to apply for free meals; none states a lunch price.", nearest: [{ ...cite(1, 1, 0), owner: "Communications Office" }, { ...cite(1, 0, 0), owner: "Communications Office" }] }, actions: may("write_by_hand", "redraft", "cancel") }),
  item(5, "What counts as an excused absence?", "changes_requested", "lee", { sections: busSections, decisions: [{ id: "dec_2", decision: "request_changes", reason: "tone", note: "Too much like the policy. Say it as you would on the phone.", by: ref("rosa"), at: at(-0.1), revision_number: 1 }], actions: may("edit", "send_to_review", "redraft", "cancel") }),
  item(6, "When do late buses leave?", "published", "ada", { sections: [{ heading: null, not_covered: [], sentences: [claim("Late buses leave at 4:45 p.m. on Tuesdays and Thursdays.", "supported", [cite(1, 0, 0)])] }], approval: { by: ref("tom"), at: at(-3), revision: "rev_1", revision_sha256: hash(5), source_set_sha256: hash(6) }, publication: { id: "pub_1", slug: "when-do-late-buses-leave", url: "/faq/when-do-late-buses-leave", published_at: at(-2), published_by: ref("ada"), sha256: hash(7), withdrawn_at: null }, actions: may("withdraw") }),
  item(7, "Who gets a bus pass?", "stale", "ada", { sections: busSections, stale_reason: "Transportation Handbook 2026–27 was revoked today by Tom Becker.", actions: may("edit", "redraft", "cancel") }),
  item(8, "Where do I replace a lost bus pass?", "approved", "ada", { sections: [{ heading: null, not_covered: [], sentences: [claim("Lost passes are replaced at the school office.", "supported", [cite(0, 2, 1)])] }], approval: { by: ref("tom"), at: at(-0.2), revision: "rev_1", revision_sha256: hash(5), source_set_sha256: hash(6) }, actions: may("publish", "cancel") }),
  item(9, "Is there a bus to the summer camp?", "pending_review", "rosa", { risk: ["safety", "legal"], sections: busSections, actions: [...may("claim"), not("approve", "Claim it first.")] }),
  ...Array.from({ length: 14 }, (_, i) => item(20 + i, ["How do I report an absence?", "When is early dismissal this month?", "Can I change my child’s bus stop for one week?", "Which vaccinations are needed for kindergarten, and by when do we have to hand in the form?"][i % 4], "pending_review", "ada", { sections: busSections, risk: i % 3 === 0 ? ["safety"] : [], actions: [...may("claim"), not("approve", "Claim it first.")] })),
];
export const pilot = {
  start_date: null, locked_at: null, locked_by: null, samples_wanted: 10,
  baselines: Array.from({ length: 11 }, (_, i) => ({ id: `bas_${i}`, task: i < 8 ? "faq" : "newsletter", minutes: 18 + ((i * 7) % 13), revision_rounds: i % 3, turnaround_hours: i % 2 ? 26 : null, note: i === 2 ? "needed two calls" : null, entered_by: ref("lee"), entered_at: at(-20 + i) })),
  measures: [
    { name: "time_on_a_first_draft_faq", unit: "minutes", baseline: { n: 12, median: 21.5 }, pilot: { n: 31, median: 8.5 }, difference: { median: 13, low: 8.2, high: 17.1 }, verdict: "13 minutes saved (95 % interval 8.2 to 17.1)" },
    { name: "time_on_a_first_draft_newsletter", unit: "minutes", baseline: { n: 3, median: 92 }, pilot: { n: 2, median: 50 }, difference: null, verdict: "not shown yet: 3 of 10 baseline samples" },
    { name: "approved_without_change", unit: "share", baseline: null, pilot: { n: 31, median: 0.42 }, difference: null, verdict: "42 % of 31 items" },
  ],
  funnel: { requested: 48, drafted: 39, refused: 9, approved: 31, published: 27 },
  refusals: [{ kind: "source_does_not_answer", count: 6, share: 0.667 }, { kind: "no_relevant_source", count: 3, share: 0.333 }],
};
export const audit = Array.from({ length: 60 }, (_, i) => ({
  seq: 412 - i, at: at(-i / 8), actor: i % 5 === 0 ? "countersign" : "per_rosa", actor_name: i % 5 === 0 ? null : "Rosa Ortiz", role: i % 5 === 0 ? "" : "reviewer",
  action: ["item.drafted", "item.approve", "item.claim", "document.approve", "session.begin"][i % 5], object: `itm_${(i % 9) + 1}`, result: i === 7 ? "refused" : "done",
  detail: i % 4 === 0 ? { revision: 2, source_set: "9f2c…" } : {}, content_sha256: null, request_id: null, prev_hash: hash(i + 1), hash: hash(i),
}));
