//! What a session counts of its own work, for a draft's record and for `bench`.

use serde::Serialize;

/// Tokens since the last reset: in prompts, of these actually computed, emitted, and emitted for having been guessed right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenUsage {
    pub prompt: u64,
    pub prefilled: u64,
    pub generated: u64,
    pub accepted_by_lookup: u64,
}

/// What output masks have cost since the last reset, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct MaskCost {
    pub compiled: u64,
    pub compile_ms: f64,
    pub compile_ms_max: f64,
    /// Tokens that were chosen under a mask.
    pub tokens: u64,
    pub tokens_ms: f64,
}

/// One call as the model saw it, for running the same work through another engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordedCall {
    pub prompt: String,
    pub prompt_tokens: usize,
    /// Written behind the prompt; a yes-or-no question takes the logits of one token and writes none.
    pub written_tokens: usize,
}
