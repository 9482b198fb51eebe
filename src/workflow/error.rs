//! Why a use case was not carried out, free of any transport. `http` and `commands` each map it once.

use crate::corpus::ExtractionError;
use crate::engine::EngineError;
use crate::retrieval::IndexError;
use crate::review::Refused;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// The rules of review do not allow it; the words say who or what could.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The rules of a document's life do not allow it.
    #[error("{0}")]
    RefusedDocument(String),
    #[error("{0}")]
    Forbidden(String),
    #[error("There is no such {0}; it may have been removed, or the address may be incomplete.")]
    NotFound(&'static str),
    #[error(
        "Somebody changed this since you opened it, so nothing was done; look at it as it stands now and try again."
    )]
    Stale,
    #[error("{reason}")]
    Invalid { field: &'static str, reason: String },
    #[error(
        "{waiting} requests are waiting already, so this one was not taken; try again in {retry_after_seconds} seconds."
    )]
    Busy { waiting: u64, retry_after_seconds: u64 },
    #[error(transparent)]
    Extraction(#[from] ExtractionError),
    /// Something the use case needs is not there yet: a model that is loading or missing.
    #[error("{0}")]
    Unavailable(String),
    #[error(transparent)]
    Store(StoreError),
    #[error("the search index failed; nothing is lost, since it is made from the database")]
    Index(#[from] IndexError),
    #[error("the drafting model failed; the request is kept and can be drafted again")]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Internal(String),
}

impl From<StoreError> for WorkflowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => WorkflowError::Stale,
            error => WorkflowError::Store(error),
        }
    }
}

impl WorkflowError {
    /// For input that a field can't take.
    pub fn invalid(field: &'static str, reason: impl Into<String>) -> WorkflowError {
        WorkflowError::Invalid {
            field,
            reason: reason.into(),
        }
    }
}
