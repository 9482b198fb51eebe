//! From a question and its evidence to a draft whose every sentence is checked, or to a typed refusal.

mod draft;

pub use draft::{
    Citation, ClaimSentence, Draft, DraftRecord, Flag, FlagKind, Nearest, Outcome, Refusal, RefusalKind,
    Section, Support, Timing, Tokens, cited_versions, text_sha256,
};
