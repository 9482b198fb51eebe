//! Everything that can go wrong between asking the drafting model and its answer.

/// Why the model could not do what was asked. Causes are kept as sources and not repeated in the message.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the model has as much work queued as it accepts; try again in a moment")]
    Busy,
    #[error("the work was cancelled")]
    Cancelled,
    #[error(
        "the prompt has {tokens} tokens and the model is set to read at most {tokens_max}; use less evidence"
    )]
    PromptTooLong { tokens: usize, tokens_max: usize },
    #[error("the prompt is empty")]
    PromptEmpty,
    #[error("the drafting model is not available: {0}")]
    Load(String),
    #[error("the output mask is not valid: {0}")]
    Grammar(String),
    #[error("the text could not be tokenized")]
    Tokenizer(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the drafting model has stopped; restart the process")]
    Closed,
    #[error("the drafting model failed on this job and was reset: {0}")]
    Panicked(String),
    #[error("the drafting model could not compute an answer")]
    Candle(#[from] candle_core::Error),
}

/// Why a model file could not be loaded; told to people as [`EngineError::Load`].
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error("{path} does not exist; run `countersign models pull`")]
    Missing { path: String },
    #[error("{path} cannot be read; check its permissions")]
    Unreadable {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} is not a whole GGUF file; delete it and run `countersign models pull`")]
    Corrupt {
        path: String,
        #[source]
        source: candle_core::Error,
    },
    #[error(
        "the file is for the `{0}` family; only llama, qwen2 and qwen3 can be loaded: choose another model"
    )]
    UnknownFamily(String),
    #[error("the file's tokenizer is `{0}`, which cannot be reproduced exactly: choose another model")]
    UnknownTokenizer(String),
    #[error(
        "the file's tokenizer has no `{0}`, which the prompts need: choose an instruct model that uses ChatML"
    )]
    NoChatTokens(&'static str),
    #[error("the file lacks `{0}`; delete it and run `countersign models pull`")]
    Lacks(String),
    #[error("the file's `{0}` does not have the expected value")]
    Unexpected(String),
    #[error("the file's tensors do not fit together")]
    Tensors(#[source] candle_core::Error),
}

impl LoadError {
    /// The whole chain on one line, for a status that has no source to walk.
    pub(super) fn reason(&self) -> String {
        let mut reason = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            reason.push_str(": ");
            reason.push_str(&inner.to_string());
            cause = inner.source();
        }
        reason
    }
}
