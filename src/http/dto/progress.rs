//! The events of a drafting run, as they stream.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ItemState, Step, StepStatus, Support};

/// `event: progress`.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProgressEvent {
    pub step: Step,
    pub status: StepStatus,
    /// In words: "searching 33 documents".
    pub detail: String,
    /// Since the run began.
    pub seconds: f64,
    pub tokens: u64,
    /// The sentence being written, so far.
    pub text: Option<String>,
}

/// `event: sentence`: one that is written and checked.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SentenceEvent {
    pub index: u32,
    pub text: String,
    pub support: Support,
}

/// `event: end`; the stream closes after it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EndEvent {
    pub state: ItemState,
}
