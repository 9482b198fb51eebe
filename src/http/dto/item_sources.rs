//! What an item rests on, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Change, Citation, Day, Standing};

/// A cited version with the whole passages around what is cited, in the document's order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourcePanel {
    pub document: String,
    pub version: String,
    pub title: String,
    pub owner: String,
    pub standing: Standing,
    pub effective: Option<Day>,
    pub expires: Option<Day>,
    /// Days until its last day, where it is in force and ends soon; 0 on the day itself.
    pub expires_in_days: Option<i32>,
    pub passages: Vec<PassageText>,
}

/// A passage; `start` and `end` are byte offsets into the version's text, of which `text` is that slice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PassageText {
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub start: u64,
    pub end: u64,
    pub text: String,
}

/// A cited version that is no longer in force, with the version in force in its place, if there is one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceChange {
    pub document: String,
    pub version: String,
    pub number: u32,
    pub title: String,
    pub newer: Option<NewerVersion>,
    pub sentences: Vec<CitedSentence>,
}

/// The version in force in the place of another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewerVersion {
    pub document: String,
    pub version: String,
    pub number: u32,
    pub title: String,
}

/// A citation of a version that is no longer in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitedSentence {
    /// Counted from 0.
    pub section: u32,
    /// Counted from 0, within the section.
    pub sentence: u32,
    pub quote: String,
    pub fate: SentenceFate,
    /// What the newer version says there; `null` where it says nothing of the kind.
    pub now: Option<Citation>,
    /// How the words differ; empty where they do not.
    pub changes: Vec<Change>,
}

/// What became of a cited sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SentenceFate {
    /// The same words under the same heading.
    Unchanged,
    /// The same words, under another heading.
    Moved,
    Changed,
    /// The newer version says nothing of the kind.
    Gone,
    /// No version is in force in its place.
    NoNewerVersion,
}
