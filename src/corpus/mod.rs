//! Documents and versions: extraction, sentences, approval and lifecycle.
//!
//! A file becomes text in a child process ([`extract`]); the text becomes passages and sentences by byte
//! offsets ([`Extracted`]); many files at once are [`imports`]; [`lifecycle`] says when a version of it may be drafted from, [`owners`] who looks after a
//! document, [`topics`] what it is filed under, [`reminders`] what they are told of it.

mod asides;
mod blocks;
mod cleaning;
mod colours;
mod extract;
mod extract_child;
mod extracted;
mod figures;
mod formats;
pub mod imports;
pub mod lifecycle;
mod ocr;
pub mod owners;
mod passages;
pub mod reminders;
mod rendition;
mod sentences;
pub mod topics;

pub use cleaning::one_line;
pub use extract::{ExtractionError, ExtractionLimits, extract, name_extractor, show};
pub use extract_child::run_child;
pub use extracted::{Extracted, ExtractionWarning, Passage, Span, WarningKind};
pub use figures::{Fidelity, FidelityVerdict, MissingFigure};
pub use ocr::{Recognition, extract_recognising, run_tool_child};
pub use rendition::Rendition;
pub use sentences::sentences;
