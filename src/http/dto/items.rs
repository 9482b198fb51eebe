//! Items of the queue as the API shows them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ActionName, Day, DecisionKind, FlagKind, ItemKind, ItemState, PersonRef, ReasonCode, RefusalKind, Risk,
    SourceChange, SourcePanel, Support, Time,
};

/// One row of the queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemSummary {
    pub id: String,
    pub kind: ItemKind,
    pub title: String,
    pub state: ItemState,
    pub risk: Vec<Risk>,
    pub audience: String,
    pub due_at: Time,
    pub overdue: bool,
    pub requester: PersonRef,
    pub held_by: Option<HeldBy>,
    pub checks: Option<Checks>,
    pub refusal_kind: Option<RefusalKind>,
    pub created_at: Time,
    pub updated_at: Time,
    /// Send it as `If-Match` with the next change.
    pub version: i64,
}

/// The reviewer who holds an item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldBy {
    pub person: PersonRef,
    pub until: Time,
    /// Whole minutes until the claim ends without a heartbeat.
    pub minutes: i64,
}

/// How many sentences have which verdict.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Checks {
    pub supported: u32,
    pub doubtful: u32,
    pub unsupported: u32,
    pub person_written: u32,
    pub sections: u32,
}

/// An item with everything its page shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Item {
    #[serde(flatten)]
    pub summary: ItemSummary,
    pub question: String,
    pub newsletter: Option<NewsletterOrder>,
    pub revision: Option<Revision>,
    pub refusal: Option<Refusal>,
    pub sources: Vec<SourcePanel>,
    /// What became of the cited sentences of sources that are no longer in force.
    pub source_changes: Vec<SourceChange>,
    pub decisions: Vec<Decision>,
    pub actions: Vec<Action>,
    pub approval: Option<Approval>,
    pub stale_reason: Option<String>,
    pub publication: Option<Publication>,
    /// What made the draft: model, prompt, mask, index and evidence hashes.
    pub record: Option<BTreeMap<String, serde_json::Value>>,
    pub timing_ms: Option<BTreeMap<String, u64>>,
    pub tokens: Option<BTreeMap<String, u64>>,
    pub revisions: Vec<RevisionSummary>,
}

/// What a newsletter was asked to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewsletterOrder {
    pub template: String,
    pub from: Day,
    pub to: Day,
    pub topics: Vec<String>,
}

/// One immutable state of an item's text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Revision {
    pub id: String,
    pub number: u32,
    /// `null`: the machine.
    pub author: Option<PersonRef>,
    pub created_at: Time,
    /// What an approval and a publication name.
    pub sha256: String,
    /// What heads the public page. `null` on a newsletter, and on an answer older than this: the asker's question.
    pub public_question: Option<String>,
    pub sections: Vec<Section>,
    pub flags: Vec<Flag>,
    pub words: u32,
    pub reading_grade: Option<f64>,
}

/// A revision without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevisionSummary {
    pub id: String,
    pub number: u32,
    /// `null`: the machine.
    pub author: Option<PersonRef>,
    pub created_at: Time,
    pub note: Option<String>,
}

/// A part of a text; an FAQ answer has one without a heading.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Section {
    pub heading: Option<String>,
    pub sentences: Vec<ClaimSentence>,
    /// Parts of the question that the sources do not state.
    pub not_covered: Vec<String>,
}

/// One sentence with the verdict on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimSentence {
    pub text: String,
    pub support: Support,
    pub support_probability: Option<f32>,
    pub citations: Vec<Citation>,
    /// Why the verdict is what it is, in words.
    pub note: Option<String>,
}

/// The exact place in a source that a sentence rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Citation {
    pub document: String,
    pub version: String,
    pub title: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    /// Byte offset into the version's text.
    pub start: u64,
    /// Byte offset into the version's text.
    pub end: u64,
    pub quote: String,
}

/// Something the reviewer should look at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Flag {
    pub kind: FlagKind,
    pub detail: String,
}

/// Why there is no draft, and whom to ask.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub reason: String,
    pub nearest: Vec<Nearest>,
}

/// A passage near the question, and the office that owns its document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Nearest {
    pub document: String,
    pub version: String,
    pub title: String,
    pub owner: String,
    pub quote: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
}

/// A reviewer's decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Decision {
    pub id: String,
    pub decision: DecisionKind,
    pub reason: Option<ReasonCode>,
    pub note: Option<String>,
    pub by: PersonRef,
    pub at: Time,
    pub revision_number: u32,
}

/// Something that could be done; where it is not allowed, `reason` says why and who could.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Action {
    pub action: ActionName,
    pub allowed: bool,
    pub reason: Option<String>,
}

/// What an approver put their name to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Approval {
    pub by: PersonRef,
    pub at: Time,
    pub revision: String,
    pub revision_sha256: String,
    pub source_set_sha256: String,
}

/// Where an item is public.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Publication {
    pub id: String,
    pub slug: String,
    pub url: String,
    pub published_at: Time,
    pub published_by: PersonRef,
    /// SHA-256 of the bytes that are served.
    pub sha256: String,
    pub withdrawn_at: Option<Time>,
}

/// One entry of an item's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub at: Time,
    /// `null`: the machine.
    pub actor: Option<PersonRef>,
    pub action: String,
    pub detail: serde_json::Value,
    pub revision: Option<u32>,
}

/// The difference between two revisions, in reading order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Comparison {
    pub from: u32,
    pub to: u32,
    pub changes: Vec<Change>,
}

/// A run of text that stayed, came or went.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Change {
    pub kind: ChangeKind,
    pub text: String,
}

/// What happened to a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Equal,
    Insert,
    Delete,
}

/// A newsletter's usual sections.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewsletterTemplate {
    pub id: String,
    pub name: String,
    pub sections: Vec<TemplateSection>,
}

/// One section of a template and what it usually tells.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateSection {
    pub heading: String,
    pub topics: Vec<String>,
}
