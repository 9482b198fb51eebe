//! Whether the evidence states the answer: what the model says, what a probe of its state says, and how near the nearest
//! sentence is, made into one probability.
//!
//! No signal is enough alone: the model calls most near misses answers, and passages about the same subject are near
//! whether they answer or not. For a model without a probe, what it says of the sentences it chose and how much of the
//! question those speak of help a little. The weights are fitted by `countersign calibrate`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::calibration::AnswerabilityCalibration;
use super::compose;
use super::evidence::{Evidence, place};
use crate::retrieval::stemmed_words;

/// A probability is kept this far from 0 and 1, where its log odds would be infinite.
const ODDS_MARGIN: f32 = 1e-4;

/// What speaks for and against an answer. All are from 0 to 1 but the cosines and the log odds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct AnswerSignals {
    /// The model's probability that the evidence states the answer.
    pub yes: f32,
    /// The model's probability that the chosen sentences, seen alone, answer the question.
    pub judged: f32,
    /// The cosine of the question and its best passage.
    pub near: f32,
    /// The cosine of the question and the nearest sentence of the evidence.
    pub nearest: f32,
    /// The share of the question's content words that the chosen sentences and their headings have.
    pub covered: f32,
    /// 1 for a question that is answered with yes or no, which the model's own yes and no are easily mixed up with; else 0.
    #[serde(default)]
    pub yes_or_no: f32,
    /// The log odds that the evidence states the answer, from the state in which the model says yes or no; absent for a model
    /// that no probe was fitted on.
    #[serde(default)]
    pub probed: Option<f32>,
    /// Whether all that the model chose is of another case than what is asked about, or says its opposite.
    #[serde(default)]
    pub contrary: bool,
}

impl AnswerSignals {
    /// What the numbers of [`AnswerSignals::features`] are.
    pub const NAMES: [&'static str; 5] = [
        "yes_log_odds",
        "judged_log_odds",
        "nearest",
        "covered",
        "yes_or_no",
    ];
    /// What the numbers of [`AnswerSignals::probed_features`] are. What the model says of its choice, and how much of the
    /// question that covers, is left out: beside the probe it made near misses likelier and nothing else better.
    pub const PROBED_NAMES: [&'static str; 4] = ["yes_log_odds", "nearest", "yes_or_no", "probed_log_odds"];

    /// The numbers that are weighed for a model that no probe was fitted on.
    pub fn features(&self) -> [f32; 5] {
        [
            log_odds(self.yes),
            log_odds(self.judged),
            self.nearest,
            self.covered,
            self.yes_or_no,
        ]
    }

    /// The numbers that are weighed for the model that one was fitted on.
    pub fn probed_features(&self) -> Option<[f32; 4]> {
        let probed = self.probed?;
        Some([log_odds(self.yes), self.nearest, self.yes_or_no, probed])
    }

    /// The calibrated probability that the chosen sentences answer the question, 0 to 1; 0 where what was chosen cannot.
    pub fn probability(&self) -> f32 {
        if self.contrary {
            return 0.0;
        }
        let calibration = AnswerabilityCalibration::embedded();
        match self.probed_features() {
            Some(features) => calibration.probed.probability(&features),
            None => calibration.unprobed.probability(&self.features()),
        }
    }

    /// How surely the evidence touches the subject at all, 0 to 1: the mean of the model's yes and the nearness.
    pub(super) fn touch(&self) -> f32 {
        (self.yes.clamp(0.0, 1.0) + self.near.clamp(0.0, 1.0)) / 2.0
    }

    /// The signals of whichever part is answered more surely.
    pub(super) fn better(before: Option<Self>, now: Self) -> Option<Self> {
        Some(match before {
            Some(before) if before.probability() >= now.probability() => before,
            _ => now,
        })
    }
}

/// The chosen sentences as one reply, in the approved words.
pub(super) struct Reply {
    /// Title and headings over the first sentence, which often carry what the sentence leaves out.
    pub heading: String,
    pub text: String,
}

impl Reply {
    pub fn of(evidence: &Evidence, places: &[usize]) -> Option<Self> {
        let first = evidence.sentences.get(*places.first()?)?;
        let statements = compose::statements(evidence, places);
        let texts: Vec<&str> = statements
            .iter()
            .map(|statement| statement.text.as_str())
            .collect();
        Some(Self {
            heading: place(&first.citation.title, &first.citation.heading),
            text: texts.join(" "),
        })
    }
}

/// The share of the question's content words that the reply or its headings have, 0 to 1.
pub(super) fn covered(question: &str, reply: &Reply) -> f32 {
    let stems =
        |text: &str| -> BTreeSet<String> { stemmed_words(text).into_iter().map(|(stem, _)| stem).collect() };
    let asked = stems(question);
    let said = &stems(&reply.text) | &stems(&reply.heading);
    if asked.is_empty() {
        return 0.0;
    }
    asked.intersection(&said).count() as f32 / asked.len() as f32
}

fn log_odds(probability: f32) -> f32 {
    let kept = probability.clamp(ODDS_MARGIN, 1.0 - ODDS_MARGIN);
    (kept / (1.0 - kept)).ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_headings_cover_the_question_too() {
        let reply = Reply {
            heading: "Late Bus › Passes".to_owned(),
            text: "A pass costs nothing.".to_owned(),
        };
        for (question, expected) in [
            ("What does a late bus pass cost?", 1.0),
            ("What does a hall pass cost?", 2.0 / 3.0),
            ("Who?", 0.0),
        ] {
            assert_eq!(covered(question, &reply), expected, "{question}");
        }
    }

    proptest! {
        #[test]
        fn more_of_what_speaks_for_an_answer_never_lowers_its_probability(
            yes in 0.0f32..=0.9, judged in 0.0f32..=0.9, near in 0.0f32..=0.9, more in 0.0f32..0.1,
        ) {
            let signals = AnswerSignals { yes, judged, near, nearest: near, covered: 0.5, ..AnswerSignals::default() };
            let probability = signals.probability();
            prop_assert!((0.0..=1.0).contains(&probability));
            let surer = AnswerSignals { judged: judged + more, yes: yes + more, ..signals };
            prop_assert!(surer.probability() >= probability);
            let probed = AnswerSignals { probed: Some(10.0 * judged - 5.0), ..signals };
            let surer = AnswerSignals { probed: Some(10.0 * (judged + more) - 5.0), yes: yes + more, nearest: near + more, ..signals };
            prop_assert!(surer.probability() >= probed.probability());
        }
    }
}
