//! Probabilities learned from judged examples: the model that was fitted, as drafting reads it.
//!
//! `countersign calibrate` writes these models to `models/calibration/`; they are part of the program, so that a
//! draft's record can name the one that judged it.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::support::{SupportReadings, is_passage, support_names};

const ANSWERABILITY: &str = include_str!("../../models/calibration/answerability.json");

/// What the probability that the sources answer was fitted on, and the model that came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerabilityCalibration {
    pub fitted_on: Date,
    /// The version of the prompts whose answers are among the features.
    pub prompts: String,
    /// The judged questions: their files' hash and their number.
    pub examples_sha256: String,
    pub examples: usize,
    /// For the model that a probe was fitted on, and for any other.
    pub probed: LogisticModel,
    pub unprobed: LogisticModel,
    /// The default bound: from here on the sources are taken to answer.
    pub threshold: f32,
}

impl AnswerabilityCalibration {
    /// The calibration that is part of this program; a test keeps the file readable and for these features.
    pub fn embedded() -> &'static AnswerabilityCalibration {
        static EMBEDDED: LazyLock<AnswerabilityCalibration> = LazyLock::new(|| {
            serde_json::from_str(ANSWERABILITY).unwrap_or_else(|_| AnswerabilityCalibration::nothing())
        });
        &EMBEDDED
    }

    /// Answers nothing: what a file that cannot be read must lead to.
    fn nothing() -> Self {
        let never = LogisticModel {
            names: Vec::new(),
            means: Vec::new(),
            scales: Vec::new(),
            weights: Vec::new(),
            bias: f32::NEG_INFINITY,
        };
        Self {
            fitted_on: Date::default(),
            prompts: String::new(),
            examples_sha256: String::new(),
            examples: 0,
            probed: never.clone(),
            unprobed: never,
            threshold: 1.0,
        }
    }
}

/// Names all that was fitted: with other weights a draft comes out otherwise.
pub(super) fn calibration_version() -> String {
    let mut hash =
        crate::retrieval::content_sha256(&[ANSWERABILITY, SUPPORT, super::answer_probe::FILE].concat());
    hash.truncate(8);
    hash
}

const SUPPORT_FILE: &str = "models/calibration/support.json";
const SUPPORT: &str = include_str!("../../models/calibration/support.json");

/// What the check of claims was fitted on, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupportCalibration {
    pub fitted_on: Date,
    /// The version of the prompts and the file of the model whose answers are among the features.
    pub prompts: String,
    pub model_sha256: Option<String>,
    /// The judged examples: their files' hash and their number.
    pub examples_sha256: String,
    pub examples: usize,
    /// For a claim that cites single sentences.
    pub sentence: SupportModels,
    /// For a claim that cites a whole passage.
    pub passage: SupportModels,
}

/// The fitted models for one kind of claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupportModels {
    /// With what the drafting model answers, and with the state it answers from, for the model that was asked in fitting;
    /// absent where asking does not pay.
    pub with_state: Option<SupportModel>,
    /// With the answers of any other model; absent likewise.
    pub with_answers: Option<SupportModel>,
    /// From the words alone, for claims that the model is not asked about.
    pub words_alone: SupportModel,
}

/// One way of judging a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupportModel {
    pub bounds: SupportBounds,
    pub model: LogisticModel,
    /// What the model's state adds to the log odds.
    pub state: Option<StateProbe>,
}

impl SupportModel {
    /// The probability that the claim is supported, 0 to 1.
    pub fn probability(&self, features: &[f32], state: &[f32]) -> f32 {
        let added = self.state.as_ref().and_then(|probe| probe.log_odds(state));
        logistic(self.model.log_odds(features) + added.unwrap_or_default())
    }
}

/// From which probability on a claim is supported, and below which it is not; between the two it is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SupportBounds {
    pub supported_min: f32,
    pub unsupported_below: f32,
}

impl SupportCalibration {
    /// The calibration that is part of this program.
    pub fn embedded() -> Result<&'static SupportCalibration, &'static CalibrationError> {
        static EMBEDDED: LazyLock<Result<SupportCalibration, CalibrationError>> =
            LazyLock::new(|| SupportCalibration::from_json(SUPPORT));
        EMBEDDED.as_ref()
    }

    fn from_json(json: &str) -> Result<SupportCalibration, CalibrationError> {
        let file = SUPPORT_FILE;
        let read: SupportCalibration =
            serde_json::from_str(json).map_err(|source| CalibrationError::Unreadable { file, source })?;
        let asked = support_names(Some(&SupportReadings::default()));
        let unasked = support_names(None);
        for models in [&read.sentence, &read.passage] {
            let asking = models.with_state.iter().chain(&models.with_answers);
            let asking = asking.map(|one| (&one.model, &asked));
            for (model, names) in asking.chain([(&models.words_alone.model, &unasked)]) {
                if !model.is_for(names) {
                    let (found, expected) = (model.names.len(), names.len());
                    return Err(CalibrationError::Features {
                        file,
                        found,
                        expected,
                    });
                }
            }
        }
        Ok(read)
    }

    /// The model that looks at the state of this drafting model, and the layer that it is of; nothing for a drafting model that
    /// it was not fitted on.
    pub fn probed(&self, cited: &[&str], file_sha256: &str) -> Option<(&SupportModel, usize)> {
        let of = self.models(cited).with_state.as_ref()?;
        let layer = of.state.as_ref()?.layer;
        (self.model_sha256.as_deref() == Some(file_sha256)).then_some((of, layer))
    }

    /// The models for a claim that cites so much.
    pub fn models(&self, cited: &[&str]) -> &SupportModels {
        if is_passage(cited) {
            &self.passage
        } else {
            &self.sentence
        }
    }
}

/// A logistic regression on standardised features: P(yes) = 1 / (1 + exp(-(bias + Σ weight · (x - mean) / scale))).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticModel {
    /// What each feature is, in the order in which they are given.
    pub names: Vec<String>,
    pub means: Vec<f32>,
    /// Standard deviations; a feature that never varied has 1.
    pub scales: Vec<f32>,
    pub weights: Vec<f32>,
    pub bias: f32,
}

/// A linear probe of a hidden state (Alain and Bengio 2016): weights for the output of one layer as it is. Good for one model
/// and one prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateProbe {
    /// Counted from 0.
    pub layer: usize,
    pub bias: f32,
    /// One for each number of the state.
    pub weights: Vec<f32>,
}

/// Where in a model its state is looked at, in eighths of its layers. Of ten layers from a third of the way to the last, this
/// was the best or within 0.004 of it on answers and on claims, and the best on sets that nothing was fitted on.
const STATE_DEPTH_EIGHTHS: usize = 5;

impl StateProbe {
    /// The layer to fit a probe on, of a model with so many.
    pub fn layer_of(layers: usize) -> usize {
        layers * STATE_DEPTH_EIGHTHS / 8
    }

    /// The log odds, or what the state adds to them; none for a state of another width.
    pub fn log_odds(&self, state: &[f32]) -> Option<f32> {
        let products = self.weights.iter().zip(state).map(|(weight, x)| weight * x);
        (state.len() == self.weights.len()).then(|| self.bias + products.sum::<f32>())
    }
}

/// A fitted model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    #[error("{file} is not a calibration; run `countersign calibrate` to write it anew")]
    Unreadable {
        file: &'static str,
        #[source]
        source: serde_json::Error,
    },
    #[error(
        "{file} was fitted on other features ({found}) than this program computes ({expected}); run \
         `countersign calibrate` to fit it anew"
    )]
    Features {
        file: &'static str,
        found: usize,
        expected: usize,
    },
}

impl LogisticModel {
    /// The probability of "yes", from 0 to 1.
    pub fn probability(&self, features: &[f32]) -> f32 {
        logistic(self.log_odds(features))
    }

    /// The log odds of "yes". Features that are missing at the end count as their mean.
    pub fn log_odds(&self, features: &[f32]) -> f32 {
        let parts = self.weights.iter().zip(&self.means).zip(&self.scales);
        let sum: f32 = parts
            .zip(features)
            .map(|(((weight, mean), scale), x)| weight * (x - mean) / scale)
            .sum();
        self.bias + sum
    }

    /// Whether the model was fitted on exactly these features.
    pub fn is_for(&self, names: &[String]) -> bool {
        let counts = [self.means.len(), self.scales.len(), self.weights.len()];
        self.names == names && counts.iter().all(|count| *count == names.len())
    }
}

/// 1 / (1 + e^-x), without overflow.
pub fn logistic(log_odds: f32) -> f32 {
    if log_odds >= 0.0 {
        1.0 / (1.0 + (-log_odds).exp())
    } else {
        let e = log_odds.exp();
        e / (1.0 + e)
    }
}

#[cfg(test)]
mod tests {
    use super::super::answerable::AnswerSignals;
    use super::super::prompts;
    use super::*;

    #[test]
    fn the_embedded_check_of_claims_is_for_these_prompts_and_the_model_it_was_fitted_on() {
        let calibration = SupportCalibration::embedded().unwrap();
        assert_eq!(calibration.prompts, prompts::PROMPT_VERSION);
        let fitted_on = calibration.model_sha256.clone().unwrap();
        let (of, _) = calibration.probed(&["One."], &fitted_on).unwrap();
        let weights = &of.state.as_ref().unwrap().weights;
        assert!(weights.len() > 100 && weights.iter().all(|weight| weight.is_finite()));
        assert!(calibration.probed(&["One."], "another").is_none());
        assert!(
            calibration.probed(&["One."; 9], &fitted_on).is_none(),
            "a passage is not asked about"
        );
    }

    #[test]
    fn a_state_of_another_width_says_nothing() {
        let probe = StateProbe {
            layer: 0,
            weights: vec![2.0, -1.0],
            bias: 0.5,
        };
        assert_eq!(probe.log_odds(&[1.0, 0.5]), Some(2.0));
        assert_eq!(probe.log_odds(&[1.0]), None);
        assert_eq!(probe.log_odds(&[]), None);
    }

    #[test]
    fn the_embedded_calibration_is_for_the_features_that_are_computed() {
        let calibration: AnswerabilityCalibration = serde_json::from_str(ANSWERABILITY)
            .expect("models/calibration/answerability.json is a calibration");
        let probed = AnswerSignals::PROBED_NAMES.map(str::to_owned);
        assert!(calibration.probed.is_for(&probed));
        let unprobed = AnswerSignals::NAMES.map(str::to_owned);
        assert!(calibration.unprobed.is_for(&unprobed));
        assert!((0.0..1.0).contains(&calibration.threshold));
        assert_eq!(calibration.prompts, prompts::PROMPT_VERSION);
    }
}
