// The words on screen for the words in the contract. One meaning each, as the design names them.

import type {
  Action, ImportOutcome, ImportState, ImportSummary, ItemState, NoticeKind, ReasonCode, Role, Standing, StandingFilter, Support,
} from "./api/types";

export const STATE: Record<ItemState, string> = {
  requested: "Waiting to be drafted", drafting: "Being drafted", refused: "Refused", pending_review: "To review",
  in_review: "In review", changes_requested: "Sent back", rejected: "Rejected", approved: "Approved",
  published: "Published", withdrawn: "Withdrawn", cancelled: "Cancelled", stale: "Approval void",
};

export type Meaning = "supported" | "doubtful" | "blocked" | "person" | "plain";

export const STATE_MEANING: Record<ItemState, Meaning> = {
  requested: "plain", drafting: "plain", refused: "blocked", pending_review: "plain", in_review: "person",
  changes_requested: "doubtful", rejected: "blocked", approved: "supported", published: "supported",
  withdrawn: "blocked", cancelled: "plain", stale: "doubtful",
};

export const SUPPORT: Record<Support, { word: string; meaning: Meaning; long: string }> = {
  supported: { word: "supported", meaning: "supported", long: "The cited sentences state this." },
  doubtful: { word: "doubtful", meaning: "doubtful", long: "The cited sentences may not state this. Read them." },
  unsupported: { word: "not supported", meaning: "blocked", long: "No cited sentence states this." },
  person_written: { word: "person-written", meaning: "person", long: "A person wrote this; it cites nothing." },
};

export const STANDING: Record<Standing, { word: string; meaning: Meaning }> = {
  pending_approval: { word: "Waiting for approval", meaning: "doubtful" },
  rejected: { word: "Rejected", meaning: "blocked" },
  scheduled: { word: "Approved, not yet in force", meaning: "person" },
  in_force: { word: "In force", meaning: "supported" },
  expired: { word: "Expired", meaning: "blocked" },
  superseded: { word: "Superseded", meaning: "plain" },
  revoked: { word: "Revoked", meaning: "blocked" },
};

/** The words of the list's filter; two of them are no standing. */
export const STANDING_FILTER: Record<StandingFilter, string> = {
  in_force: "In force", expires_soon: "Expires soon", pending_approval: "Waiting for approval", review_due: "Review due",
  scheduled: "Not yet in force", expired: "Expired", superseded: "Superseded", revoked: "Revoked", rejected: "Rejected",
};

/** "expires in 12 days"; the day itself is still a day on which it may be used. */
export function endsIn(days: number): string {
  if (days === 0) return "last day is today";
  return days === 1 ? "last day is tomorrow" : `expires in ${days} days`;
}

export const NOTICE: Record<NoticeKind, { word: string; meaning: Meaning }> = {
  expires_soon: { word: "Expires soon", meaning: "doubtful" },
  expired: { word: "Expired", meaning: "blocked" },
  review_due: { word: "Review due", meaning: "doubtful" },
  to_approve: { word: "Waits for approval", meaning: "person" },
  owner_left: { word: "Owner left", meaning: "person" },
  to_correct: { word: "To correct", meaning: "blocked" },
  approval_lost: { word: "Approval void", meaning: "doubtful" },
  sent_back: { word: "Sent back", meaning: "doubtful" },
};

export const IMPORT: Record<ImportState, { word: string; meaning: Meaning }> = {
  running: { word: "Being added", meaning: "person" },
  done: { word: "Done", meaning: "supported" },
  cancelled: { word: "Stopped", meaning: "doubtful" },
  failed: { word: "Not added", meaning: "blocked" },
  lost: { word: "Broke off", meaning: "blocked" },
};

export const OUTCOME: Record<ImportOutcome, { word: string; meaning: Meaning }> = {
  failed: { word: "Not added", meaning: "blocked" },
  not_reached: { word: "Not reached", meaning: "doubtful" },
  new_document: { word: "New document", meaning: "supported" },
  new_version: { word: "New version", meaning: "supported" },
  unchanged: { word: "Unchanged", meaning: "plain" },
  passed_over: { word: "Passed over", meaning: "plain" },
};

export const KIND = { faq: "FAQ answer", newsletter: "Newsletter" } as const;

export const ROLE: Record<Role, { word: string; does: string }> = {
  requester: { word: "Requester", does: "asks for drafts and edits them" },
  reviewer: { word: "Reviewer", does: "reads drafts against their sources and decides" },
  source_owner: { word: "Source owner", does: "uploads documents and approves other people's" },
  publisher: { word: "Publisher", does: "publishes and withdraws approved text" },
  pilot_lead: { word: "Pilot lead", does: "records the baseline and reads the figures" },
  administrator: { word: "Administrator", does: "adds people and sets their roles" },
  auditor: { word: "Auditor", does: "reads and verifies the audit log" },
};

/** Whom a text is for; the server knows these three. */
export const AUDIENCES = [
  { value: "families", word: "Families" }, { value: "staff", word: "Staff" }, { value: "public", word: "The public" },
];

export const REASONS: { code: ReasonCode; word: string }[] = [
  { code: "inaccurate", word: "Inaccurate" }, { code: "unsupported", word: "Unsupported" },
  { code: "incomplete", word: "Incomplete" }, { code: "tone", word: "Tone or plain language" },
  { code: "policy_legal", word: "Policy or legal" }, { code: "wrong_audience", word: "Wrong audience" },
  { code: "out_of_date", word: "Out of date" }, { code: "duplicate", word: "Duplicate" }, { code: "other", word: "Other" },
];

export const FLAG: Record<string, string> = {
  reading_grade: "Reading grade", personal_data: "Personal data", conflicting_sources: "Sources disagree",
  source_expires_soon: "Source expires soon", length: "Length", jargon: "Jargon", language: "Language",
};

export const REFUSAL: Record<string, string> = {
  no_relevant_source: "No source covers this",
  source_does_not_answer: "The sources do not answer this",
  conflicting_sources: "Two sources disagree",
  needs_clarification: "The question needs clarifying",
  out_of_scope: "Outside what may be drafted",
  personal_data: "The question holds personal data",
};

export const STEP = {
  search: "Search the documents", read: "Read the passages", answerable: "Can they answer it?", write: "Write",
  check: "Check every sentence",
} as const;

export function reasonWord(code: string | null): string {
  return REASONS.find((reason) => reason.code === code)?.word ?? code ?? "";
}

/** The way to a passage inside its document; the document's own title, often its first heading, is left out. */
export function pathOf(heading: string[], title: string): string {
  return (heading[0] === title ? heading.slice(1) : heading).join(" › ");
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** "3 new documents · 1 not added": what is nothing is left out. */
export function cameTo({ counts }: Pick<ImportSummary, "counts">): string {
  const parts = [
    [counts.failed, "not added", "not added"], [counts.not_reached, "not reached", "not reached"],
    [counts.new_documents, "new document", "new documents"], [counts.new_versions, "new version", "new versions"],
    [counts.unchanged, "unchanged", "unchanged"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, one, many]) => plural(count, one, many));
  return told.length === 0 ? "nothing yet" : told.join(" · ");
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "Rosa Ortiz" → "R. Ortiz". */
export function shortName(name: string): string {
  const [first = "", ...rest] = name.trim().split(/\s+/u);
  return rest.length === 0 ? first : `${[...first][0] ?? ""}. ${rest[rest.length - 1]}`;
}

/** "pending_review" → "pending review": for codes that need no sentence of their own. */
export function spaced(code: string): string {
  return code.replaceAll("_", " ").replaceAll(".", " ");
}

export function actionNamed(actions: Action[], name: string): Action | undefined {
  return actions.find((action) => action.action === name);
}

export function mayDo(actions: Action[], name: string): boolean {
  return actionNamed(actions, name)?.allowed === true;
}

/** The text cut where one of `wanted` stands in it, those pieces lit. */
export function marked(text: string, wanted: string[]): { text: string; lit: boolean }[] {
  const pieces: { text: string; lit: boolean }[] = [];
  let rest = text;
  while (rest !== "") {
    const found = wanted.filter((word) => word !== "").map((word) => ({ word, at: rest.indexOf(word) })).filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.word.length - a.word.length)[0];
    if (!found) return [...pieces, { text: rest, lit: false }];
    if (found.at > 0) pieces.push({ text: rest.slice(0, found.at), lit: false });
    pieces.push({ text: found.word, lit: true });
    rest = rest.slice(found.at + found.word.length);
  }
  return pieces;
}
