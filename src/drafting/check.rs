//! The check of a claim against what it cites and nothing else: rules first, then the model's own doubt.
//!
//! Pure parts only: whoever calls brings the model's probability. [`run`] is the loop that asks for it.

use super::agreement::{disagreement, turns_around, uncovered};
use super::draft::{ClaimSentence, Section, Support};
use super::literals::{Literal, literals, missing};
use super::model::Model;
use super::prompts;
use super::settings::DraftingSettings;
use crate::engine::EngineError;
use crate::retrieval::words;

#[cfg(test)]
mod tests;

/// Below this share of its content words found in the source, a claim is doubtful whatever the model says.
const COVERAGE_MIN: f32 = 0.6;
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
        missing(claim, cited)
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
    if turns_around(&added, &dropped) {
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

/// The verdict on a claim, with the reason in words for the reviewer.
pub(super) fn verdict(
    found: &Findings,
    probability: Option<f32>,
    settings: &DraftingSettings,
) -> (Support, Option<String>) {
    if found.verbatim {
        return (Support::Supported, None);
    }
    if !found.wrong.is_empty() {
        return (Support::Unsupported, Some(sentence(&found.wrong)));
    }
    let unsure = match probability {
        Some(p) if p < settings.support_threshold => {
            return (
                Support::Unsupported,
                Some("the model finds the cited sentence does not say this".into()),
            );
        }
        Some(p) if p >= settings.supported_min => None,
        Some(_) => Some("the model is not sure that the cited sentence says this"),
        None => Some("the model was not asked whether the cited sentence says this"),
    };
    let mut doubts = found.doubts.clone();
    doubts.extend(unsure.map(str::to_owned));
    if doubts.is_empty() {
        (Support::Supported, None)
    } else {
        (Support::Doubtful, Some(sentence(&doubts)))
    }
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
    let found = findings(&sentence.text, &cited, &settings.glossary);
    if let Some(model) = model
        && !found.verbatim
        && found.wrong.is_empty()
    {
        let prompt = prompts::support(&cited.join("\n"), &sentence.text);
        sentence.support_probability = Some(model.yes_probability(&prompt)?);
    }
    (sentence.support, sentence.note) = verdict(&found, sentence.support_probability, settings);
    Ok(())
}

/// Whether the claim's words are exactly the words of the cited sentences, in order; punctuation aside.
fn is_verbatim(claim: &str, cited: &[&str]) -> bool {
    let said: Vec<&str> = words(claim).map(|(word, _)| word).collect();
    let source: Vec<&str> = cited
        .iter()
        .flat_map(|sentence| words(sentence))
        .map(|(word, _)| word)
        .collect();
    let one = cited
        .iter()
        .any(|sentence| words(sentence).map(|(word, _)| word).eq(said.iter().copied()));
    !said.is_empty() && (one || said == source) && missing(claim, cited).is_empty()
}

fn not_cited(claim: &str, literal: &Literal) -> String {
    let shown = claim.get(literal.start..literal.end).unwrap_or(&literal.value);
    format!(
        "{} {} is not in the cited sentence",
        literal.kind.name(),
        shown.trim_end_matches('.')
    )
}

fn sentence(reasons: &[String]) -> String {
    reasons.join("; ")
}
