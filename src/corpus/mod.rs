//! Documents and their versions: what a file says, and when it may be drafted from.

mod extracted;
pub mod lifecycle;

pub use extracted::{Extracted, ExtractionWarning, Passage, Span, WarningKind};
