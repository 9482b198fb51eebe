//! Places where sources in force disagree.

use serde::Serialize;
use utoipa::ToSchema;

use super::{PersonRef, Span, Time};

/// What looking through all sources in force gave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictReport {
    /// Those that nobody has dismissed first.
    pub entries: Vec<Conflict>,
    pub open: u32,
    pub sources: u32,
    pub sentences: u64,
}

/// Two sentences that state the same thing with different figures.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Conflict {
    /// Names exactly these two texts.
    pub id: String,
    /// What kind of figure they disagree in, for example `amount`.
    pub kind: String,
    pub left: ConflictSide,
    pub right: ConflictSide,
    pub dismissal: Option<ConflictDismissal>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictSide {
    pub document: String,
    pub version: String,
    pub title: String,
    pub owner: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    /// Where the sentence is in its version's text, in bytes.
    pub span: Span,
    pub text: String,
    /// The figures in question, as they are written.
    pub figures: Vec<String>,
}

/// A person's word that two sentences do not contradict each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConflictDismissal {
    pub reason: String,
    pub by: PersonRef,
    pub at: Time,
}
