//! The audit log as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use super::Time;

/// One entry of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntry {
    pub seq: u64,
    pub at: Time,
    /// A person's id, `countersign` or `public`.
    pub actor: String,
    pub actor_name: Option<String>,
    pub role: String,
    pub action: String,
    pub object: String,
    pub result: String,
    pub detail: serde_json::Value,
    pub content_sha256: Option<String>,
    pub request_id: Option<String>,
    pub prev_hash: String,
    pub hash: String,
}

/// The outcome of reading the whole log and computing every hash again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verification {
    pub ok: bool,
    pub entries: u64,
    pub first_bad: Option<BadEntry>,
    pub head: Option<Head>,
}

/// The first entry that does not fit, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadEntry {
    pub seq: u64,
    pub reason: String,
}

/// The last entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct Head {
    pub seq: u64,
    pub hash: String,
}
