//! The mask for a reworded sentence: a closed vocabulary. What is not in the cited sentence, in the glossary
//! or among the small words of English cannot be emitted at all.

use std::collections::BTreeSet;

use super::agreement::markers;
use super::literals::literals;
use crate::engine::Grammar;
use crate::retrieval::words;

pub(super) const MASK_VERSION: &str = "closed-vocabulary-2";

/// Small words that change no rule; the ones that do ("not", "only", "must") come from the sentence alone.
const SMALL_WORDS: &[&str] = &[
    "a", "an", "the", "of", "to", "in", "on", "for", "from", "by", "at", "with", "as", "is", "are", "was",
    "were", "be", "been", "being", "it", "its", "this", "that", "these", "those", "they", "their", "them",
    "you", "your", "we", "our", "who", "which", "then", "than", "into", "about", "during", "there", "also",
    "so", "and", "do", "does", "has", "have", "had", "gets", "get", "will",
];

/// One sentence of allowed words with plain punctuation, ended by a full stop.
pub(super) fn closed_vocabulary(sentence: &str, glossary: &[(String, String)]) -> Grammar {
    let mut allowed: BTreeSet<String> = BTreeSet::new();
    SMALL_WORDS.iter().for_each(|word| allow(&mut allowed, word));
    for (word, _) in words(sentence).filter(|(word, _)| word.chars().all(char::is_alphabetic)) {
        allow(&mut allowed, word);
        inflections(&word.to_lowercase())
            .iter()
            .for_each(|form| allow(&mut allowed, form));
    }
    // "may" or "and/or" and hyphenated names are taken over as they stand.
    for token in sentence
        .split_whitespace()
        .map(|t| t.trim_matches(|c: char| !c.is_alphanumeric()))
    {
        if !token.is_empty() && !token.chars().any(|c| c.is_ascii_digit()) {
            allow(&mut allowed, token);
        }
    }
    let lower = sentence.to_lowercase();
    let known = markers(sentence);
    for (formal, plain) in glossary
        .iter()
        .filter(|(formal, _)| lower.contains(&formal.to_lowercase()))
    {
        if markers(plain).iter().all(|marker| known.contains(marker)) || formal == "shall" {
            plain.split(' ').for_each(|word| allow(&mut allowed, word));
        }
    }
    for literal in literals(sentence) {
        if let Some(shown) = sentence.get(literal.start..literal.end) {
            allowed.insert(shown.trim_end_matches('.').to_owned());
        }
    }
    let mut choices: Vec<String> = allowed
        .iter()
        .map(|word| regex::escape(word).replace('/', "\\/"))
        .collect();
    choices.sort_by_key(|choice| std::cmp::Reverse(choice.len()));
    let word = choices.join("|");
    Grammar::lark(format!(
        "start: SENTENCE\nSENTENCE: /(\\(|\")?({word})((, |; |: | | \\(|\\) |\\), | \"|\" |-|–|\\/)({word}))*(\\)|\")?\\./"
    ))
}

/// The word in lower case, as a sentence's first word, and as it stands.
fn allow(allowed: &mut BTreeSet<String>, word: &str) {
    let lower = word.to_lowercase();
    let mut letters = lower.chars();
    if let Some(first) = letters.next() {
        allowed.insert(first.to_uppercase().chain(letters).collect());
    }
    allowed.insert(lower);
    allowed.insert(word.to_owned());
}

/// Regular forms of a word. Wrong ones do no harm: the model does not write them.
fn inflections(word: &str) -> Vec<String> {
    let mut stems = vec![word.to_owned()];
    for ending in ["s", "es", "d", "ed", "ing"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.chars().count() >= 3) {
            stems.push(stem.to_owned());
            stems.push(format!("{stem}e"));
        }
    }
    if let Some(stem) = word.strip_suffix("ies") {
        stems.push(format!("{stem}y"));
    }
    let endings = ["", "s", "es", "d", "ed", "ing"];
    stems
        .iter()
        .flat_map(|stem| endings.iter().map(move |ending| format!("{stem}{ending}")))
        .collect()
}
