//! Imports, versions that were only saved again, and the watched folder as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{PersonRef, Standing, Time, VersionSummary};
use crate::ids::VersionId;

/// Where an import came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOrigin {
    Upload,
    Terminal,
    Watched,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Running,
    Done,
    /// Somebody stopped it; what was done by then stays.
    Cancelled,
    /// The whole of it could not be read.
    Failed,
    /// The server stopped in the middle of it; what was done by then stays.
    Lost,
}

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Failed,
    NotReached,
    NewDocument,
    NewVersion,
    Unchanged,
    PassedOver,
}

/// How many files came to what.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ImportCounts {
    pub new_documents: u64,
    pub new_versions: u64,
    pub unchanged: u64,
    pub passed_over: u64,
    pub failed: u64,
    pub not_reached: u64,
}

/// An import without its files.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportSummary {
    pub id: String,
    /// Of the ZIP or folder.
    pub name: String,
    pub origin: ImportOrigin,
    pub state: ImportState,
    pub started_by: PersonRef,
    pub started_at: Time,
    pub ended_at: Option<Time>,
    /// How many files it has; `null` until they are listed.
    pub total: Option<u64>,
    /// The file under way.
    pub reading: Option<String>,
    /// Whether somebody asked for it to be stopped.
    pub stopping: bool,
    /// Why the whole of it failed.
    pub reason: Option<String>,
    pub counts: ImportCounts,
}

/// An import with what became of each file; those that need somebody come first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    #[serde(flatten)]
    pub summary: ImportSummary,
    pub files: Vec<ImportFile>,
}

/// One file of an import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportFile {
    /// Its path within the import.
    pub path: String,
    pub outcome: ImportOutcome,
    /// What happened, and what to do about it.
    pub detail: String,
    pub document: Option<String>,
    pub version: Option<String>,
    /// Of the document.
    pub title: Option<String>,
    /// Of the version that the file became, or is.
    pub standing: Option<Standing>,
    /// Whether it waits for approval and only its file differs from the version in force.
    pub resaved: bool,
    /// Whether exactly these bytes were approved before and wait for approval again.
    pub approved_before: bool,
}

/// The form with which many files are sent. It is read part by part, so this is only its description.
#[expect(dead_code, reason = "only its schema is used")]
#[derive(Debug, ToSchema)]
pub struct ImportUploadInput {
    /// One ZIP, or several files. A file's name may be a path: `handbooks/north.pdf`.
    #[schema(value_type = Vec<String>, format = Binary)]
    pub file: Vec<Vec<u8>>,
    /// Who owns those documents of which a manifest does not say it.
    pub owner: Option<String>,
    /// Whom they are for, likewise.
    pub audience: Option<String>,
}

/// A version that waits for approval and differs from the one in force in its file alone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResavedVersion {
    pub title: String,
    pub pending: VersionSummary,
    pub in_force: VersionSummary,
    /// Whether you may approve it together with others; where not, `reason` says why.
    pub allowed: bool,
    pub reason: Option<String>,
}

/// Versions to be approved at once.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResavedApprovalInput {
    pub versions: Vec<HeldVersionInput>,
}

/// A version and the state of it that was looked at.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldVersionInput {
    #[schema(value_type = String)]
    pub id: VersionId,
    pub version: i64,
}

/// What came of approving one version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResavedApproval {
    pub id: String,
    pub approved: bool,
    /// Why it was not; it has to be approved by itself.
    pub reason: Option<String>,
}

/// What there is to say of the watched folder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Watch {
    /// `null` where no folder is watched.
    pub folder: Option<String>,
    pub looked_at: Option<Time>,
    /// What is the matter with the folder as a whole.
    pub notice: Option<String>,
    pub notice_at: Option<Time>,
    /// Whether the notice can be put away by saying that it was seen.
    pub emptied: bool,
    pub files: Vec<WatchedFile>,
}

/// A file of the watched folder that is gone or could not be added.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WatchedFile {
    pub path: String,
    pub gone: bool,
    /// Why it could not be added.
    pub detail: Option<String>,
    pub since: Time,
    pub document: Option<String>,
    pub title: Option<String>,
}
