//! The events of a drafting run, as they stream.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ItemState, Support};

/// A step of a drafting run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Search,
    Read,
    Answerable,
    Write,
    Check,
}

/// Whether a step goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Running,
    Done,
}

/// `event: progress`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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

/// `event: sentence`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SentenceEvent {
    pub index: u32,
    pub text: String,
    pub support: Support,
}

/// `event: end`; the stream closes after it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EndEvent {
    pub state: ItemState,
}
