//! Documents, their versions and search hits as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Day, ItemState, PersonRef, Standing, Time};

/// A document with its versions, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub owner: String,
    pub audience: String,
    /// The document that this one replaces.
    pub supersedes: Option<String>,
    pub versions: Vec<VersionSummary>,
    /// Of the version in force, else of the newest.
    pub standing: Standing,
}

/// A version without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionSummary {
    pub id: String,
    pub document: String,
    pub number: u32,
    pub standing: Standing,
    pub file_name: String,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: String,
    pub pages: Option<u32>,
    pub sentences: u32,
    pub uploaded_by: PersonRef,
    pub uploaded_at: Time,
    pub decided_by: Option<PersonRef>,
    pub decided_at: Option<Time>,
    pub effective: Option<Day>,
    pub expires: Option<Day>,
    /// Why it was rejected or revoked.
    pub reason: Option<String>,
    /// How many warnings extraction gave.
    pub warnings: u32,
    /// Send it as `If-Match` with the next change.
    pub version: i64,
}

/// A version with its extracted text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    #[serde(flatten)]
    pub summary: VersionSummary,
    pub title: String,
    pub owner: String,
    pub text: String,
    pub passages: Vec<VersionPassage>,
    pub warning_list: Vec<Warning>,
    /// What the figure check found; nothing for versions from before it.
    pub fidelity: Option<Fidelity>,
    pub actions: Vec<VersionAction>,
    /// The number of the version that a person who decides on this one compares it with: the one in force, else the last
    /// that was approved.
    pub compare_with: Option<u32>,
    pub used_by: Vec<Usage>,
}

/// Where a passage and its sentences are, in byte offsets into the version's text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionPassage {
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub start: u64,
    pub end: u64,
    pub sentences: Vec<Span>,
}

/// A range of bytes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Span {
    pub start: u64,
    pub end: u64,
}

/// Something about the extraction that its approver should look at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Warning {
    pub kind: String,
    pub detail: String,
    /// Whether an approval must say it was seen: text that readers of the file do not see, or figures that the text lacks.
    pub must_be_seen: bool,
}

/// Whether the figures of a file are in its extracted text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Fidelity {
    pub verdict: FidelityVerdict,
    /// Figures in the original, running heads and page numbers aside.
    pub figures: u32,
    /// How many of them the text lacks.
    pub missing: u32,
    /// The missing ones, at most a hundred.
    pub named: Vec<MissingFigure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FidelityVerdict {
    /// Every figure of the original is in the text.
    Full,
    /// Some are not; an approval must say that they were seen.
    SomeMissing,
    /// So many are not that the version cannot be approved.
    Low,
}

/// A figure of the original that its text lacks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MissingFigure {
    pub figure: String,
    pub page: Option<u32>,
    /// The line of the original that it stands in.
    pub context: String,
}

/// What can be done to a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionActionName {
    Approve,
    Reject,
    Revoke,
}

/// Something that could be done; where it is not allowed, `reason` says why and who could.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionAction {
    pub action: VersionActionName,
    pub allowed: bool,
    pub reason: Option<String>,
}

/// An item whose text rests on a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Usage {
    pub item: String,
    pub title: String,
    pub state: ItemState,
}

/// A passage found by a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hit {
    pub document: String,
    pub version: String,
    pub title: String,
    pub owner: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub start: u64,
    pub end: u64,
    pub text: String,
    /// Where the sentence that has most of the words begins, in bytes of the version's text.
    pub at: u64,
    /// What its version is today.
    pub standing: Standing,
    /// Which version of its document it is in.
    pub number: u32,
    pub score: f32,
    /// Byte offsets into `text`.
    pub highlights: Vec<Span>,
}

/// The form with which a file is uploaded. It is read field by field, so this is only its description.
#[expect(dead_code, reason = "only its schema is used")]
#[derive(Debug, ToSchema)]
pub struct DocumentUploadInput {
    /// PDF, DOCX, XLSX, PPTX, EML, HTML, Markdown or plain text, up to 50 MiB.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// The file's name is taken where no title is given.
    pub title: Option<String>,
    pub owner: Option<String>,
    pub audience: Option<String>,
    pub effective: Option<Day>,
    pub expires: Option<Day>,
    /// The document of which this is a new version.
    pub document: Option<String>,
    /// The document that this one replaces.
    pub supersedes: Option<String>,
}
