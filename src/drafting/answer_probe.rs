//! What the model knows of an answer beyond its own yes or no: a linear probe of the state it would answer from.
//!
//! Asked whether the evidence states the answer, a small model says yes to most near misses. The state that it says so from
//! tells them apart better than the word (Alain and Bengio 2016, "Understanding intermediate layers using linear classifier
//! probes"; Slobodkin et al. 2023, "The Curious Case of Hallucinatory (Un)answerability"). `countersign calibrate --probe`
//! fits the weights; they are good for one model and one wording of the question only.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::calibration::StateProbe;
use super::evidence::{Budget, build};
use super::model::Model;
use super::prompts::{self, PROMPT_VERSION, Prompt};
use super::settings::DraftingSettings;
use crate::corpus::sentences;
use crate::engine::{EngineError, Session};
use crate::ids::{DocumentId, VersionId};
use crate::retrieval::{Hit, content_sha256};

pub(super) const FILE: &str = include_str!("../../models/calibration/answer_probe.json");

/// The fitted probe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerProbe {
    pub fitted_on: Date,
    /// What the state belongs to: a probe says nothing of another model or another prompt.
    pub prompts: String,
    pub model_sha256: String,
    /// The judged questions: their file's hash and their number.
    pub examples_sha256: String,
    pub examples: usize,
    /// Articles of that file that it saw nothing of, so that what it says of them can be weighed.
    pub left_out: Vec<String>,
    #[serde(flatten)]
    pub probe: StateProbe,
}

impl AnswerProbe {
    /// The probe that is part of this program, if it was fitted on this model.
    pub fn of_model(file_sha256: &str) -> Option<&'static AnswerProbe> {
        Self::embedded().filter(|probe| probe.model_sha256 == file_sha256 && probe.prompts == PROMPT_VERSION)
    }

    /// The probe that is part of this program, whichever model it is for.
    pub fn embedded() -> Option<&'static AnswerProbe> {
        static EMBEDDED: LazyLock<Option<AnswerProbe>> = LazyLock::new(|| serde_json::from_str(FILE).ok());
        EMBEDDED.as_ref()
    }
}

/// The model's probability of yes, and what the probe makes of the state that it is said from.
pub(super) fn says_yes(model: &mut dyn Model, prompt: &Prompt) -> Result<(f32, Option<f32>), EngineError> {
    match AnswerProbe::of_model(model.file_sha256()) {
        None => Ok((model.yes_probability(prompt)?, None)),
        Some(AnswerProbe { probe, .. }) => {
            let (yes, state) = model.yes_with_state(prompt, probe.layer)?;
            Ok((yes, probe.log_odds(&state)))
        }
    }
}

/// The state from which the model answers whether these paragraphs of one document state the answer, put to it as drafting
/// would put them, for a probe to be fitted on.
pub fn answer_state(
    session: &mut Session,
    title: &str,
    paragraphs: &[&str],
    question: &str,
    layer: usize,
) -> Result<Vec<f32>, EngineError> {
    let hits: Vec<Hit> = paragraphs.iter().map(|text| passage(title, text)).collect();
    let in_force = hits
        .iter()
        .map(|hit| (hit.version.clone(), hit.content_sha256.clone()))
        .collect();
    let settings = DraftingSettings::default();
    let budget = Budget {
        passages_max: settings.passages_max,
        tokens_max: settings.evidence_tokens_max,
    };
    let evidence = build(&hits, &[], &in_force, &budget, &|text| session.count_tokens(text));
    let prompt = prompts::answerable(&evidence.text, question);
    let (_, state) = session.yes_with_state(&prompt.segments(), layer)?;
    Ok(state)
}

fn passage(title: &str, text: &str) -> Hit {
    Hit {
        document: DocumentId::fresh(),
        version: VersionId::fresh(),
        title: title.to_owned(),
        owner: String::new(),
        heading: Vec::new(),
        page: None,
        start: 0,
        end: text.len(),
        text: text.to_owned(),
        sentences: sentences(text),
        content_sha256: content_sha256(text),
        score: 0.0,
        bm25: 0.0,
        dense: 0.0,
        highlights: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::catalog::{Catalog, ModelRole};

    #[test]
    fn the_embedded_probe_is_for_the_default_model_and_these_prompts() {
        let probe: AnswerProbe =
            serde_json::from_str(FILE).expect("models/calibration/answer_probe.json is a probe");
        assert_eq!(probe.prompts, PROMPT_VERSION);
        assert!(
            probe.probe.weights.len() > 100 && probe.probe.weights.iter().all(|weight| weight.is_finite())
        );
        let catalog = Catalog::embedded().unwrap();
        let model = catalog.default_for(ModelRole::Drafting).unwrap();
        assert!(model.files.iter().any(|file| file.sha256 == probe.model_sha256));
        assert!(AnswerProbe::of_model(&probe.model_sha256).is_some());
        assert!(AnswerProbe::of_model("another").is_none());
    }
}
