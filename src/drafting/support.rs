//! What can be told about a claim beside the sentences it cites, as numbers for the fitted model.
//!
//! Every number is about language in general: shared words, small words that carry a rule, who does it, what is
//! said of a figure. None is about a subject. What the drafting model answers is added by the caller.

mod contrasts;
mod matching;
mod overlap;
mod reading;
mod roles;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::agreement::{MARKERS, markers};
use super::calibration::StateProbe;
use super::check::breaks_a_rule;
use super::literals::{Literal, LiteralKind, literals, missing_in_any_unit};
use super::model::Model;
use super::prompts;
use super::settings::DraftingSettings;
use crate::engine::{EngineError, Session};
use contrasts::Contrasts;
use matching::best_sentences;
use overlap::Overlap;
use reading::Reading;
use roles::Roles;

/// A feature with its name.
type Named = (String, f32);

/// More cited sentences than this are a passage.
const SINGLE_SENTENCES_MAX: usize = 4;

/// What the drafting model says about a claim.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SupportReadings {
    /// Log-odds of Yes against No.
    pub answer: f32,
    /// The hidden state that this is answered from, where it was asked for.
    #[serde(default)]
    pub state: Vec<f32>,
}

/// Whether so many sentences are a passage rather than single sentences; each has models of its own.
pub fn is_passage(cited: &[&str]) -> bool {
    cited.len() > SINGLE_SENTENCES_MAX
}

/// The names of the features, with those that readings add.
pub fn support_names(readings: Option<&SupportReadings>) -> Vec<String> {
    let words = features("", &[], &[]).into_iter().map(|(name, _)| name);
    words.chain(readings.map(|_| "answer".to_owned())).collect()
}

/// What the fitted model judges by, in the order of [`support_names`].
pub fn support_features(
    claim: &str,
    cited: &[&str],
    settings: &DraftingSettings,
    readings: Option<&SupportReadings>,
) -> Vec<f32> {
    let words = features(claim, cited, &settings.glossary)
        .into_iter()
        .map(|(_, value)| value);
    words.chain(readings.map(|readings| readings.answer)).collect()
}

/// Asks the model about a claim and the cited sentences it rests on; the state is that of the layer to fit a probe on.
pub fn support_readings(
    session: &mut Session,
    claim: &str,
    cited: &[&str],
    settings: &DraftingSettings,
) -> Result<SupportReadings, EngineError> {
    let layer = StateProbe::layer_of(session.layers());
    readings(session, claim, cited, settings, Some(layer))
}

/// Whether a rule alone finds the claim wrong: it is then unsupported whatever the probability.
pub fn breaks_a_support_rule(claim: &str, cited: &[&str], settings: &DraftingSettings) -> bool {
    breaks_a_rule(claim, cited, &settings.glossary)
}

pub(super) fn readings(
    model: &mut dyn Model,
    claim: &str,
    cited: &[&str],
    settings: &DraftingSettings,
    layer: Option<usize>,
) -> Result<SupportReadings, EngineError> {
    let source = best_sentences(claim, cited, &settings.glossary).join("\n");
    let prompt = prompts::support(&source, claim);
    let (yes, state) = match layer {
        Some(layer) => model.yes_with_state(&prompt, layer)?,
        None => (model.yes_probability(&prompt)?, Vec::new()),
    };
    Ok(SupportReadings {
        answer: log_odds(yes),
        state,
    })
}

fn log_odds(probability: f32) -> f32 {
    let bounded = probability.clamp(1e-6, 1.0 - 1e-6);
    (bounded / (1.0 - bounded)).ln()
}

/// How much of the shorter text is in the other, word for word and in order: from 0 to 1.
pub(super) fn alike(claim: &str, source: &str) -> f32 {
    Overlap::new(&Reading::new(claim, &[]), &Reading::new(source, &[])).alike
}

/// The features of a claim and the cited sentences, with their names, always the same ones in the same order.
pub(super) fn features(claim: &str, cited: &[&str], glossary: &[(String, String)]) -> Vec<Named> {
    let near = best_sentences(claim, cited, glossary);
    let source = near.join("\n");
    let (said, known) = (Reading::new(claim, glossary), Reading::new(&source, glossary));
    let whole = Reading::new(&cited.join("\n"), glossary);
    let overlap = Overlap::new(&said, &known);
    let mut all: Vec<Named> = Vec::new();
    let mut add = |name: &str, value: f32| all.push((name.to_owned(), value));
    overlap.features(&mut add);
    whole_source(&said, &whole, cited.len(), &mut add);
    figures(claim, &source, cited, &mut add);
    let (added, dropped) = rule_words(claim, &source, &mut add);
    let roles = Roles::new(&said, &known);
    roles.features(&mut add);
    let contrasts = Contrasts::new(&said, &known);
    contrasts.features(&mut add);
    shape(claim, &source, &mut add);
    // A difference weighs more where the rest is word for word the same.
    let like = overlap.alike;
    add("alike_added_words", like * overlap.uncovered as f32);
    add("alike_lost_words", like * overlap.lost as f32);
    add("alike_added_rule_words", like * added);
    add("alike_dropped_rule_words", like * dropped);
    add("alike_new_roles", like * roles.added as f32);
    add("alike_contrasts", like * contrasts.swapped as f32);
    add("unlike_coverage", (1.0 - like) * overlap.coverage);
    all
}

/// How much of the claim occurs anywhere in all that is cited.
fn whole_source(said: &Reading, whole: &Reading, sentences: usize, add: &mut impl FnMut(&str, f32)) {
    let share = |all: &[String]| {
        let known = all.iter().filter(|stem| whole.has(stem)).count();
        known as f32 / all.len().max(1) as f32
    };
    add("whole_coverage", share(&said.content));
    let unknown_names = said.names.iter().filter(|name| !whole.has_word(name)).count();
    add("unknown_names", unknown_names as f32);
    add(
        "unknown_names_share",
        unknown_names as f32 / said.names.len().max(1) as f32,
    );
    add("cited_sentences_log", (1.0 + sentences as f32).ln());
}

/// Numbers, dates and the like: not cited, lost, or said of something else.
fn figures(claim: &str, source: &str, cited: &[&str], add: &mut impl FnMut(&str, f32)) {
    let (said, known) = (literals(claim), literals(source));
    let lost = known
        .iter()
        .filter(|literal| !said.iter().any(|other| super::literals::agrees(other, literal)));
    add("figures_missing", missing_in_any_unit(claim, cited).len() as f32);
    add(
        "figures_missing_near",
        missing_in_any_unit(claim, &[source]).len() as f32,
    );
    add("figures_lost", lost.count() as f32);
    let moved = said.iter().filter(|literal| {
        let of = known.iter().filter(|other| other.value == literal.value);
        let measured: Vec<Option<String>> = of.map(|other| measures(source, other)).collect();
        let here = measures(claim, literal);
        here.is_some()
            && measured.iter().all(Option::is_some)
            && !measured.is_empty()
            && !measured.contains(&here)
    });
    add("figures_of_another_unit", moved.count() as f32);
}

/// The stem of the word that a number counts ("two weeks").
fn measures(text: &str, literal: &Literal) -> Option<String> {
    if literal.kind != LiteralKind::Number {
        return None;
    }
    let rest = text.get(literal.end..)?;
    let counted = crate::retrieval::words(rest)
        .map(|(word, _)| word)
        .find(|word| word.chars().all(char::is_alphabetic))?;
    Some(crate::retrieval::stem(counted))
}

/// The small words that carry a rule, each kind added or dropped; gives back how many of both.
fn rule_words(claim: &str, source: &str, add: &mut impl FnMut(&str, f32)) -> (f32, f32) {
    let (said, known) = (markers(claim), markers(source));
    let (mut added, mut dropped) = (0.0, 0.0);
    for marker in MARKERS {
        let (here, there) = (said.contains(marker), known.contains(marker));
        let (new, gone) = (f32::from(here && !there), f32::from(there && !here));
        add(&format!("added_{marker:?}"), new);
        add(&format!("dropped_{marker:?}"), gone);
        added += new;
        dropped += gone;
    }
    add("added_rule_words", added);
    add("dropped_rule_words", dropped);
    (added, dropped)
}

/// Sentences, questions and clauses.
fn shape(claim: &str, source: &str, add: &mut impl FnMut(&str, f32)) {
    let count = |text: &str, signs: &[char]| text.matches(signs).count() as f32;
    add("sentences", count(claim, &['.', '!', '?']));
    add("asks", count(claim, &['?']));
    add(
        "clauses_more",
        count(claim, &[',', ';']) - count(source, &[',', ';']),
    );
}
