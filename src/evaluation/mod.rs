//! Runs the product over question sets with known answers and says how well it did.
//!
//! [`evaluate`] is the way in. Each set has a module that puts it through the product's own rooms; what comes out
//! is kept question by question in `records`, judged by pure `measures`, and told in a [`Report`]. Nothing here
//! changes how the product works: what is measured is what people get.

mod alignment;
mod answering;
mod error;
mod figures;
mod hidden_instructions;
mod ingest;
mod jsonl;
mod measures;
mod personal_data;
mod progress;
mod questions;
mod records;
mod report;
mod run;
mod sampling;
mod scifact;
mod set_corpus;
mod sets;
mod support;
mod targets;

pub use error::EvaluationError;
pub use figures::Figures;
pub use measures::CurvePoint;
pub use progress::Tell;
pub use report::{Report, SetReport};
pub use run::{Evaluation, Tools, evaluate};
pub use sampling::Sample;
pub use sets::Set;
