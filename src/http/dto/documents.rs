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
    /// Who looks after it.
    pub owner_person: Option<LooksAfter>,
    /// Who does, once the owner has left.
    pub deputy_person: Option<LooksAfter>,
    /// Who looks after it today: the owner, else the deputy; `null` where neither can act.
    pub in_charge: Option<PersonRef>,
    /// In lower case, sorted.
    pub topics: Vec<String>,
    /// The day by which somebody looks at it again.
    pub review_by: Option<Day>,
    /// Whether that day has come.
    pub review_due: bool,
    pub versions: Vec<VersionSummary>,
    /// Of the version in force, else of the newest.
    pub standing: Standing,
    /// Of the version in force, where it ends soon: days until its last day, 0 on the day itself.
    pub expires_in_days: Option<i32>,
    /// The newest version, where it waits for approval.
    pub waiting: Option<String>,
    /// Send it as `If-Match` with the next change of the document.
    pub version: i64,
}

/// Somebody who is named as looking after a document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LooksAfter {
    pub id: String,
    pub name: String,
    /// Whether they still can: their account is open and they are a source owner.
    pub acts: bool,
}

/// What the form about a document and the list's filters offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DocumentChoices {
    /// Those who can look after a document, by name.
    pub people: Vec<PersonRef>,
    pub topics: Vec<TopicCount>,
}

/// A topic and how many documents are filed under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicCount {
    pub topic: String,
    pub documents: u32,
}

/// A version without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionSummary {
    pub id: String,
    pub document: String,
    pub number: u32,
    pub standing: Standing,
    /// Days until its last day, where it is in force and ends soon; 0 on the day itself.
    pub expires_in_days: Option<i32>,
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
    SetDays,
}

/// Something that could be done; where it is not allowed, `reason` says why and who could.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionAction {
    pub action: VersionActionName,
    pub allowed: bool,
    pub reason: Option<String>,
}

/// A text that rests on a version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Usage {
    pub item: String,
    pub title: String,
    pub state: ItemState,
    /// Whether it is the item's text as it stands. What is public may be an older one.
    pub stands: bool,
    /// The last part of its public address, where it is public.
    pub slug: Option<String>,
    /// Whether it is public and rests on a source that left force.
    pub to_correct: bool,
    /// The sentences that cite this version, in the text's order.
    pub sentences: Vec<CitingSentence>,
}

/// A sentence that cites a version, and what of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitingSentence {
    /// Of its section.
    pub heading: Option<String>,
    pub text: String,
    pub cites: Vec<CitedSpan>,
}

/// A cited sentence of a version, by byte offsets into its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CitedSpan {
    pub start: u64,
    pub end: u64,
    pub quote: String,
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
    /// Days until the last day of its version, where it ends soon; 0 on the day itself.
    pub expires_in_days: Option<i32>,
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
    /// Who looks after a new document; whoever uploads it, unless told.
    pub owner_person: Option<String>,
    /// Separated by commas.
    pub topics: Option<String>,
    pub effective: Option<Day>,
    pub expires: Option<Day>,
    /// The document of which this is a new version.
    pub document: Option<String>,
    /// The document that this one replaces.
    pub supersedes: Option<String>,
}
