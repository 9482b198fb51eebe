//! People, the session and the server's state as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Role, Time};

/// Somebody, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRef {
    pub id: String,
    pub name: String,
}

/// Somebody with an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
    pub disabled: bool,
    pub created_at: Time,
}

/// Who is signed in and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    pub person: Person,
    /// Send it as `X-CSRF-Token` with every change.
    pub csrf_token: String,
    pub district: DistrictInfo,
    /// Names of permissions, for example `item.review`.
    pub may: Vec<String>,
}

/// The district as its pages name and colour it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DistrictInfo {
    pub name: String,
    pub short_name: String,
    pub colour: Option<String>,
    /// An IANA time zone; times are shown in it.
    pub time_zone: String,
}

/// To whom a set-up link belongs.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupInvitation {
    pub name: String,
    pub email: String,
}

/// A new account and the link with which its owner chooses a password.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewPerson {
    pub person: Person,
    pub setup_url: String,
}

/// A fresh link with which somebody chooses a password; it is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupLink {
    pub setup_url: String,
}

/// What the server can do just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    pub model: ModelStatus,
    pub index: IndexStatus,
    pub jobs: JobsStatus,
    /// What the signed-in person was told, still is so, and was not read.
    pub notices_unread: u64,
    pub version: String,
}

/// Whether the model can draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    Loading,
    Ready,
    Failed,
    Absent,
}

/// The model, and why it is not ready if it is not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModelStatus {
    pub state: ModelState,
    pub name: Option<String>,
    pub reason: Option<String>,
    pub load_ms: Option<u64>,
}

/// What can be searched.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IndexStatus {
    pub passages: u64,
    pub documents: u64,
    /// Whether documents in force are still missing from it: drafts wait, and a search finds too little.
    pub building: bool,
    /// Of the documents that are being put in just now.
    pub progress: Option<IndexProgress>,
}

/// How many of how many documents are in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IndexProgress {
    pub done: u64,
    pub of: u64,
}

/// Background work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JobsStatus {
    pub waiting: u64,
    pub running: u64,
}
