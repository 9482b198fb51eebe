//! Fitting the probabilities that drafting relies on, from examples that people judged.
//!
//! `examples` reads them, `readings` has the drafting model answer about them and `kept` keeps that in a file, `logistic`
//! fits, `validation` judges the fit on documents it has not seen, `support` does so for the check of claims, and `report`
//! says what came of it. `probe` fits what the model's state says of an answer, on `paragraphs`; `answerability` fits when
//! the sources answer, from the records of an evaluation. `wordings` fits nothing: it compares the ways to word a sentence.

mod answerability;
mod examples;
mod kept;
mod logistic;
mod paragraphs;
mod probe;
mod readings;
mod report;
mod support;
mod validation;
mod wordings;

pub use answerability::{
    AnswerabilityFit, RecordsError, SetJudgement, fit_answerability, write_answerability,
};
pub use examples::{Example, Examples, ExamplesError, examples};
pub use kept::KeptError;
pub use logistic::{Fit, Row};
pub use paragraphs::{ParagraphQuestion, ParagraphQuestions, paragraph_questions};
pub use probe::{ProbeFit, fit_probe, probed_layer, states, write_probe};
pub use readings::readings;
pub use report::{WriteError, write};
pub use support::{Calibrated, Judgement, Provenance, fit};
pub use validation::{Judged, Point, auroc, cross_validated, point, threshold_holding, threshold_keeping};
pub use wordings::{Comparison, Timed, approved_sentences, compare_wordings, write_wordings};
