//! The check of a claim against what it cites and nothing else: rules first, then a calibrated probability.
//!
//! The rules alone can find a claim wrong: a figure that is not cited, a rule turned around. What passes them is
//! judged by the models of `models/calibration/support.json`, from the words of both and the drafting model's answers.

use super::agreement::{disagreement, turns_around, uncovered};
use super::calibration::{SupportBounds, SupportCalibration, SupportModel};
use super::draft::{ClaimSentence, Section, Support};
use super::lead;
use super::literals::{Literal, literals, missing, missing_in_any_unit};
use super::model::Model;
use super::numbering::without_numbering;
use super::rows::words_of_prose;
use super::settings::DraftingSettings;
use super::support::{self, SupportReadings};
use crate::engine::EngineError;
use crate::retrieval::words;

#[cfg(test)]
mod tests;

/// Below this share of its content words found in the source, a claim is doubtful whatever the model says.
const COVERAGE_MIN: f32 = 0.6;
/// From this likeness on a claim is the same sentence with changes, and one changed rule word is a changed rule. Below
/// it the same can be said in other words ("not before June" for "from June on"), and the probability decides.
const ALIKE_MIN: f32 = 0.65;
/// So many uncovered words are named to the reviewer.
const NAMED_WORDS_MAX: usize = 5;

/// What the rules found about one claim.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Findings {
    /// The claim is the cited sentences, word for word.
    pub verbatim: bool,
    /// What makes it wrong, in words.
    pub wrong: Vec<String>,
    /// What makes it doubtful, in words.
    pub doubts: Vec<String>,
}

/// Holds a claim against the cited sentences by rules alone.
pub(super) fn findings(claim: &str, cited: &[&str], glossary: &[(String, String)]) -> Findings {
    if is_verbatim(claim, cited) {
        return Findings {
            verbatim: true,
            ..Findings::default()
        };
    }
    let source = cited.join(" ");
    let mut found = Findings::default();
    found.wrong.extend(
        missing_in_any_unit(claim, cited)
            .iter()
            .map(|literal| not_cited(claim, literal)),
    );
    let (added, dropped) = disagreement(claim, &source);
    let differences = added
        .iter()
        .map(|marker| format!("the cited sentence does not say {}", marker.name()))
        .chain(
            dropped
                .iter()
                .map(|marker| format!("the cited sentence also says {}", marker.name())),
        );
    if turns_around(&added, &dropped) && support::alike(claim, &source) >= ALIKE_MIN {
        found.wrong.extend(differences);
    } else {
        found.doubts.extend(differences);
    }
    let (new_words, content_words) = uncovered(claim, &source, glossary);
    let covered = content_words - new_words.len();
    if (covered as f32) < COVERAGE_MIN * content_words as f32 {
        let named: Vec<&str> = new_words
            .iter()
            .take(NAMED_WORDS_MAX)
            .map(String::as_str)
            .collect();
        found
            .doubts
            .push(format!("not in the cited sentence: {}", named.join(", ")));
    }
    found
}

/// The literals of the cited sentence that the claim leaves out; for a rewording none may get lost.
pub(super) fn lost_literals(claim: &str, cited: &str) -> Vec<Literal> {
    let said = literals(claim);
    let lost = |literal: &Literal| !said.iter().any(|other| super::literals::agrees(other, literal));
    literals(cited).into_iter().filter(lost).collect()
}

/// The fitted bounds, unless the settings have others.
fn bounds(of: &SupportModel, settings: &DraftingSettings) -> SupportBounds {
    SupportBounds {
        supported_min: settings.supported_min.unwrap_or(of.bounds.supported_min),
        unsupported_below: settings.support_threshold.unwrap_or(of.bounds.unsupported_below),
    }
}

/// The verdict on a claim, with the reason in words for the reviewer. `judged` is the probability with its bounds, if
/// the model was asked.
pub(super) fn verdict(found: &Findings, judged: Option<(f32, SupportBounds)>) -> (Support, Option<String>) {
    if found.verbatim {
        return (Support::Supported, None);
    }
    if !found.wrong.is_empty() {
        return (Support::Unsupported, Some(sentence(&found.wrong)));
    }
    let (support, reason) = match judged {
        Some((p, bounds)) if p < bounds.unsupported_below => (
            Support::Unsupported,
            "the check finds that the cited sentence does not say this",
        ),
        Some((p, bounds)) if p >= bounds.supported_min => return (Support::Supported, None),
        Some(_) => (
            Support::Doubtful,
            "the check is not sure that the cited sentence says this",
        ),
        None => (
            Support::Doubtful,
            "the model was not asked whether the cited sentence says this",
        ),
    };
    let mut reasons = found.doubts.clone();
    reasons.push(reason.to_owned());
    (support, Some(sentence(&reasons)))
}

/// Checks every sentence anew. A sentence without citation is the writer's own; only a reviewer vouches for
/// it. Without a model (`None`) the rules alone decide, and the notes say so.
pub(super) fn run(
    mut model: Option<&mut dyn Model>,
    sections: &mut [Section],
    settings: &DraftingSettings,
) -> Result<(), EngineError> {
    for sentence in sections.iter_mut().flat_map(|section| &mut section.sentences) {
        let model: Option<&mut dyn Model> = match &mut model {
            Some(model) => Some(&mut **model),
            None => None,
        };
        check_sentence(model, sentence, settings)?;
    }
    Ok(())
}

/// Checks one sentence anew; see [`run`].
pub(super) fn check_sentence(
    model: Option<&mut dyn Model>,
    sentence: &mut ClaimSentence,
    settings: &DraftingSettings,
) -> Result<(), EngineError> {
    sentence.support_probability = None;
    if sentence.citations.is_empty() {
        sentence.support = Support::PersonWritten;
        sentence.note = Some("no source is cited; the reviewer vouches for it".into());
        return Ok(());
    }
    let cited: Vec<&str> = sentence
        .citations
        .iter()
        .map(|citation| citation.quote.as_str())
        .collect();
    if let Some((support, note)) = lead::verdict(&sentence.text, &cited) {
        (sentence.support, sentence.note) = (support, Some(note));
        return Ok(());
    }
    let found = findings(&sentence.text, &cited, &settings.glossary);
    let judged = match calibrated() {
        Some(calibration) if !found.verbatim => {
            judge(model, sentence, &cited, &found, calibration, settings)?
        }
        _ => None,
    };
    sentence.support_probability = judged.map(|(probability, _)| probability);
    (sentence.support, sentence.note) = verdict(&found, judged);
    Ok(())
}

/// The probability that the cited sentences support the claim, with its bounds; nothing where the model would have to
/// be asked and is not there.
fn judge(
    model: Option<&mut dyn Model>,
    sentence: &ClaimSentence,
    cited: &[&str],
    found: &Findings,
    calibration: &SupportCalibration,
    settings: &DraftingSettings,
) -> Result<Option<(f32, SupportBounds)>, EngineError> {
    let models = calibration.models(cited);
    let probability = |of: &SupportModel, readings: Option<&SupportReadings>| {
        let features = support::support_features(&sentence.text, cited, settings, readings);
        of.probability(&features, readings.map_or(&[], |readings| &readings.state))
    };
    // Where the rule has decided, the number only sorts, and is not worth a question.
    let Some(with_answers) = models.with_answers.as_ref().filter(|_| found.wrong.is_empty()) else {
        let of = &models.words_alone;
        return Ok(Some((probability(of, None), bounds(of, settings))));
    };
    let Some(model) = model else {
        return Ok(None);
    };
    let probed = calibration.probed(cited, model.file_sha256());
    let layer = probed.map(|(_, layer)| layer);
    let readings = support::readings(model, &sentence.text, cited, settings, layer)?;
    let of = probed.map_or(with_answers, |(of, _)| of);
    Ok(Some((probability(of, Some(&readings)), bounds(of, settings))))
}

/// Whether a rule alone finds the claim wrong.
pub(super) fn breaks_a_rule(claim: &str, cited: &[&str], glossary: &[(String, String)]) -> bool {
    !findings(claim, cited, glossary).wrong.is_empty()
}

/// The fitted models. Without them no claim but a copy counts as supported.
fn calibrated() -> Option<&'static SupportCalibration> {
    match SupportCalibration::embedded() {
        Ok(calibration) => Some(calibration),
        Err(error) => {
            tracing::error!(%error, "claims are checked by rules alone");
            None
        }
    }
}

/// Whether the claim's words are exactly the words of the cited sentences, in order; punctuation, bullets and section
/// numbers aside. A table's row worded by [`super::rows`] counts as a copy of it.
fn is_verbatim(claim: &str, cited: &[&str]) -> bool {
    let read = |text| -> Vec<&str> { words(text).map(|(word, _)| word).collect() };
    let said = read(claim);
    let sources: Vec<Vec<&str>> = cited
        .iter()
        .map(|sentence| read(without_numbering(sentence)))
        .collect();
    let whole = || cited.iter().any(|sentence| read(sentence) == said);
    let row = || {
        let said: Vec<String> = said.iter().map(|word| word.to_lowercase()).collect();
        (cited.iter()).any(|sentence| words_of_prose(sentence).is_some_and(|prose| prose == said))
    };
    let copied = sources.contains(&said) || sources.concat() == said || whole() || row();
    !said.is_empty() && copied && missing(claim, cited).is_empty()
}

fn not_cited(claim: &str, literal: &Literal) -> String {
    let shown = claim.get(literal.start..literal.end).unwrap_or(&literal.value);
    // A sentence's full stop is no part of it; that of "p.m." is.
    let shown = match shown.strip_suffix(".m.") {
        Some(_) => shown,
        None => shown.trim_end_matches('.'),
    };
    format!("{} {shown} is not in the cited sentence", literal.kind.name())
}

fn sentence(reasons: &[String]) -> String {
    reasons.join("; ")
}
