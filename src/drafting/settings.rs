//! Every setting of drafting with its default; the one place where thresholds live.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calibration::AnswerabilityCalibration;
use super::gate::GateSettings;
use crate::engine::Engine;
use crate::retrieval::{Index, content_sha256};

/// What drafting works with.
#[derive(Clone)]
pub struct DraftingContext {
    pub engine: Engine,
    pub index: Arc<Index>,
    pub settings: DraftingSettings,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DraftingSettings {
    /// A longer question is sent back.
    pub question_characters_max: usize,
    /// What the district is called, in full and in short; left out of what a question is looked up by.
    pub district_names: Vec<String>,
    /// Passages put before the model at most. On doc2dial and school_policies the right one is among the first five for
    /// 78 of 100 questions, and among the first two for 60.
    pub passages_max: usize,
    /// Tokens of evidence at most. Reading is the slowest part: on two cores 100 tokens cost 0.6 to 1.3 s.
    pub evidence_tokens_max: usize,
    /// Below this cosine of the best passage the documents are taken not to touch the subject at all.
    pub relevant_dense_min: f32,
    /// Below this probability the sources are taken not to state the answer. The default was chosen with the
    /// calibration, from its curve (models/calibration/answerability.md).
    pub answerable_threshold: f32,
    /// A newsletter's section is drafted from this score on: the mean of the model's yes and the best passage's cosine.
    pub topic_threshold: f32,
    /// Below this probability of being a school district's matter, a question without an answer is out of scope.
    pub scope_min: f32,
    /// Sentences of an answer at most.
    pub sentences_max: usize,
    /// Sentences put into plainer words at most; each costs about 4 s on two cores.
    pub reworded_max: usize,
    /// A sentence that reads easier than this grade is quoted as it is.
    pub reworded_grade_min: f32,
    /// Tokens of one reworded sentence at most.
    pub wording_tokens_max: usize,
    /// From this probability on a claim counts as supported; unset, the calibration's bound holds.
    pub supported_min: Option<f32>,
    /// Below this probability a claim counts as unsupported, between the two it is doubtful; unset, the
    /// calibration's bound holds.
    pub support_threshold: Option<f32>,
    /// Whether an answer closes with whom to ask, where the document that answers says so.
    pub contact_line: bool,
    /// A harder text is flagged for the reviewer.
    pub reading_grade_max: f32,
    /// A longer text is flagged for the reviewer.
    pub words_max: usize,
    /// Formal words and what may stand for them in plain language.
    pub glossary: Vec<(String, String)>,
}

impl Default for DraftingSettings {
    fn default() -> Self {
        Self {
            question_characters_max: GateSettings::default().question_chars_max,
            district_names: Vec::new(),
            passages_max: 5,
            evidence_tokens_max: 600,
            relevant_dense_min: 0.2,
            answerable_threshold: AnswerabilityCalibration::embedded().threshold,
            topic_threshold: 0.45,
            scope_min: 0.3,
            sentences_max: 4,
            reworded_max: 2,
            reworded_grade_min: 12.0,
            wording_tokens_max: 70,
            supported_min: None,
            support_threshold: None,
            contact_line: true,
            reading_grade_max: 9.0,
            words_max: 250,
            glossary: default_glossary(),
        }
    }
}

impl DraftingSettings {
    /// Names all of these settings: under others a draft comes out otherwise.
    pub fn sha256(&self) -> String {
        // Numbers, texts and lists can always be written as JSON.
        content_sha256(&serde_json::to_string(self).unwrap_or_default())
    }

    pub fn gate(&self) -> GateSettings {
        GateSettings {
            question_chars_max: self.question_characters_max,
        }
    }
}

fn default_glossary() -> Vec<(String, String)> {
    let pairs = [
        ("shall", "must"),
        ("shall", "will"),
        ("pupil", "student"),
        ("pupils", "students"),
        ("parent/guardian", "parent or guardian"),
        ("prior to", "before"),
        ("subsequent to", "after"),
        ("in the event", "if"),
        ("commence", "start"),
        ("terminate", "end"),
        ("utilize", "use"),
        ("submit", "send"),
        ("obtain", "get"),
        ("provide", "give"),
        ("assist", "help"),
        ("notify", "tell"),
        ("regarding", "about"),
        ("purchase", "buy"),
        ("require", "need"),
        ("required", "need"),
        ("transportation", "bus service"),
        ("residence", "home"),
        ("reside", "live"),
        ("resides", "lives"),
        ("approximately", "about"),
        ("additional", "more"),
        ("sufficient", "enough"),
        ("request", "ask"),
        ("annually", "every year"),
        ("facilitate", "help"),
        ("designee", "someone they name"),
    ];
    pairs
        .iter()
        .map(|(formal, plain)| ((*formal).to_owned(), (*plain).to_owned()))
        .collect()
}
