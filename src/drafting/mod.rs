//! From a question and its evidence to a draft whose every sentence is checked, or to a typed refusal.
//!
//! In the order of the work: `gate` looks a question over, [`draft()`] searches and hands each section to a
//! `section` job on the model's thread, which lays out `evidence`, decides whether it is `answerable`, lets
//! `compose` choose and word sentences under a `mask`, and has `check` judge every one of them.

mod agreement;
mod answer_probe;
mod answer_type;
mod answerable;
mod awaited;
mod calibration;
mod check;
mod compose;
mod conflicts;
mod contact;
mod contradictions;
mod contraries;
mod designs;
mod draft;
mod evidence;
mod flags;
mod gate;
mod language;
mod lead;
mod leaning;
mod literals;
mod mask;
mod model;
mod newsletter;
mod numbering;
mod parts;
mod personal;
mod pipeline;
mod progress;
mod prompts;
mod readability;
mod redaction;
mod refusals;
mod rows;
mod section;
mod settings;
mod support;

#[cfg(test)]
mod test_model;
mod unclear;

pub use answer_probe::{AnswerProbe, answer_state};
pub use answerable::AnswerSignals;
pub use calibration::{
    AnswerabilityCalibration, CalibrationError, LogisticModel, StateProbe, SupportBounds, SupportCalibration,
    SupportModel, SupportModels,
};
pub use contact::is_contact;
pub use contradictions::{Contradiction, SourceSentence, contradictions};
pub use designs::{Design, Worded, worded};
pub use draft::{
    Citation, ClaimSentence, Draft, DraftRecord, Flag, FlagKind, Nearest, Outcome, Refusal, RefusalKind,
    Section, Support, Timing, Tokens, cited_versions, text_sha256,
};
pub use flags::public_question_flags;
pub use gate::{CleanQuestion, GateFinding, GateSettings, gate, question_gate, typed_line};
pub use literals::{Literal, LiteralKind, literals, missing as literals_outside};
pub use newsletter::NewsletterTopic;
pub use personal::{PersonalKind, PersonalSpan, personal_data};
pub use pipeline::{DraftingError, DraftingTask, check, check_without_model, draft, rules_version};
pub use progress::{Progress, SentenceProgress, Step, StepStatus};
pub use prompts::PROMPT_VERSION;
pub use readability::{reading_grade, words};
pub use redaction::redacted;
pub use settings::{DraftingContext, DraftingSettings};
pub use support::{
    SupportReadings, breaks_a_support_rule, is_passage, support_features, support_names, support_readings,
};
