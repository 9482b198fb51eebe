//! From a question and its evidence to a draft whose every sentence is checked, or to a typed refusal.

mod agreement;
mod draft;
mod gate;
mod language;
mod literals;
mod personal;
mod readability;

pub use draft::{
    Citation, ClaimSentence, Draft, DraftRecord, Flag, FlagKind, Nearest, Outcome, Refusal, RefusalKind,
    Section, Support, Timing, Tokens, cited_versions, text_sha256,
};
pub use gate::{CleanQuestion, GateFinding, GateSettings, gate};
pub use personal::{PersonalKind, PersonalSpan, personal_data};
