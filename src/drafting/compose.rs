//! Composition: which sentences state the answer, as statements, each in plainer words where that is needed
//! and safe.
//!
//! The model chooses labels and words single sentences; it never merges two. A wording that breaks any rule is
//! dropped for the approved sentence itself, which is always an acceptable answer.

use super::agreement::uncovered;
use super::check::{findings, lost_literals};
use super::draft::{Citation, ClaimSentence, Support};
use super::evidence::{Evidence, Labelled};
use super::literals::{literals, missing};
use super::mask::closed_vocabulary;
use super::model::Model;
use super::numbering::without_numbering;
use super::prompts;
use super::readability::grade;
use super::rows::{as_prose, is_row};
use super::settings::DraftingSettings;
use crate::engine::{EngineError, Grammar, Stop};
use crate::retrieval::{is_stop_word, words};

#[cfg(test)]
mod tests;

/// Tokens of a list of labels.
const LABEL_TOKENS_MAX: usize = 24;
/// Items of a list that are taken over when only the line that introduces them was chosen.
const ITEMS_MAX: usize = 6;
/// A rewording must keep this share of the sentence's content words.
const KEPT_SHARE_MIN: f32 = 0.6;

/// One or more sentences of the evidence that make one statement: a sentence, or a list with its lead-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Places in the evidence, in its order.
    pub places: Vec<usize>,
    /// The approved words.
    pub text: String,
}

/// The places of the sentences that the model says state the answer; empty for none.
pub(super) fn select(
    model: &mut dyn Model,
    evidence: &Evidence,
    question: &str,
    sentences_max: usize,
) -> Result<Vec<usize>, EngineError> {
    let mask = Grammar::labels(&evidence.labels(), sentences_max);
    let written = model.write(
        &prompts::select(&evidence.text, question),
        &mask,
        LABEL_TOKENS_MAX,
    )?;
    Ok(evidence.places(&written.text))
}

/// The choice with each table row replaced by a sentence that says the same, where the evidence has one: it holds all of the
/// row's literals and is at least as near to the question. A row names its columns and not what it says of them.
pub(super) fn in_prose(evidence: &Evidence, places: Vec<usize>) -> Vec<usize> {
    let says_the_same = |row: &Labelled, other: &Labelled| {
        let (row_text, text) = (row.citation.quote.as_str(), other.citation.quote.as_str());
        !is_row(text)
            && other.near > 0.0
            && other.near >= row.near
            && !literals(row_text).is_empty()
            && missing(row_text, &[text]).is_empty()
    };
    let prose = |place: usize| {
        let row = evidence.sentences.get(place)?;
        let others = evidence.sentences.iter().enumerate();
        others
            .filter(|(_, other)| is_row(&row.citation.quote) && says_the_same(row, other))
            .max_by(|(_, left), (_, right)| left.near.total_cmp(&right.near))
            .map(|(other, _)| other)
    };
    places
        .into_iter()
        .map(|place| prose(place).unwrap_or(place))
        .collect()
}

/// The chosen sentences as statements in the order of the evidence: list items are joined under the line
/// that introduces them, which they cannot be understood without.
pub(super) fn statements(evidence: &Evidence, chosen: &[usize]) -> Vec<Statement> {
    let mut places: Vec<usize> = chosen.to_vec();
    for place in chosen {
        let items: Vec<usize> = items_of(evidence, *place);
        if !items.iter().any(|item| chosen.contains(item)) {
            places.extend(items.into_iter().take(ITEMS_MAX));
        }
    }
    places.extend(
        places
            .clone()
            .iter()
            .filter_map(|place| evidence.sentences.get(*place)?.lead_in),
    );
    places.sort_unstable();
    places.dedup();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in places {
        let lead_in = evidence
            .sentences
            .get(place)
            .and_then(|sentence| sentence.lead_in);
        match groups
            .iter_mut()
            .find(|group| lead_in.is_some() && group.first().copied() == lead_in)
        {
            Some(group) => group.push(place),
            None => groups.push(vec![place]),
        }
    }
    groups
        .into_iter()
        .filter_map(|places| statement(evidence, places))
        .collect()
}

fn items_of(evidence: &Evidence, lead: usize) -> Vec<usize> {
    (0..evidence.sentences.len())
        .filter(|place| {
            evidence
                .sentences
                .get(*place)
                .is_some_and(|sentence| sentence.lead_in == Some(lead))
        })
        .collect()
}

fn statement(evidence: &Evidence, places: Vec<usize>) -> Option<Statement> {
    let quotes: Vec<&str> = places
        .iter()
        .filter_map(|place| evidence.sentences.get(*place))
        .map(|sentence| without_numbering(&sentence.citation.quote))
        .collect();
    let (first, items) = quotes.split_first()?;
    let text = if items.is_empty() {
        as_prose(first, &|word| is_stop_word(word) || evidence.has_word(word))
            .unwrap_or_else(|| (*first).to_owned())
    } else {
        let items: Vec<&str> = items
            .iter()
            .map(|item| item.trim_end_matches([';', ',', '.']))
            .collect();
        format!("{first} {}.", items.join("; "))
    };
    Some(Statement {
        places,
        text: text.replace('\n', " "),
    })
}

/// Whether a statement is worth rewording: one hard sentence, not a list and not a table row.
pub(super) fn wants_rewording(statement: &Statement, settings: &DraftingSettings) -> bool {
    let hard = grade([statement.text.as_str()]).is_some_and(|grade| grade > settings.reworded_grade_min);
    statement.places.len() == 1 && hard && statement.text.ends_with('.') && !statement.text.contains(':')
}

/// The statement in plainer words, or nothing if the model's wording breaks a rule.
pub(super) fn reword(
    model: &mut dyn Model,
    evidence: &Evidence,
    statement: &Statement,
    settings: &DraftingSettings,
) -> Result<Option<String>, EngineError> {
    let mask = closed_vocabulary(&statement.text, &settings.glossary);
    let prompt = prompts::reword(&evidence.text, &statement.text);
    let written = match model.write(&prompt, &mask, settings.wording_tokens_max) {
        Ok(written) => written,
        // A sentence of unforeseen signs can give a mask that does not compile; its own words remain.
        Err(EngineError::Grammar(reason)) => {
            tracing::warn!(reason, "a sentence could not be reworded");
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    let text = written.text.trim().to_owned();
    let keep = written.stop != Stop::Length && is_faithful(&text, &statement.text, settings);
    Ok(keep.then_some(text))
}

/// By rules alone: nothing added, no literal or rule word lost, most content kept, and easier to read.
fn is_faithful(text: &str, approved: &str, settings: &DraftingSettings) -> bool {
    let found = findings(text, &[approved], &settings.glossary);
    let (lost_words, content_words) = uncovered(approved, text, &settings.glossary);
    let kept = content_words - lost_words.len();
    let easier = grade([text]) < grade([approved]);
    !found.verbatim
        && found.wrong.is_empty()
        && found.doubts.is_empty()
        && lost_literals(text, approved).is_empty()
        && !drops_its_article(text, approved)
        && kept as f32 >= KEPT_SHARE_MIN * content_words as f32
        && easier
}

/// "Late bus leaves at four" for "A late bus leaves at four", which nobody would write to families.
fn drops_its_article(text: &str, approved: &str) -> bool {
    let mut approved = words(approved).map(|(word, _)| word.to_lowercase());
    let has_article = approved
        .next()
        .is_some_and(|first| ["a", "an", "the"].contains(&first.as_str()));
    let first = words(text).next().map(|(word, _)| word.to_lowercase());
    has_article && first.is_some() && first == approved.next()
}

/// A claim sentence that cites all sentences of its statement; the check fills the verdict in.
pub(super) fn claim(evidence: &Evidence, statement: &Statement, text: String) -> ClaimSentence {
    let citations: Vec<Citation> = statement
        .places
        .iter()
        .filter_map(|place| evidence.sentences.get(*place))
        .map(|sentence| sentence.citation.clone())
        .collect();
    ClaimSentence {
        text,
        support: Support::Doubtful,
        support_probability: None,
        citations,
        note: None,
    }
}
