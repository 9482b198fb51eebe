//! Words as the index compares them: lower case, without stop words, by their English stem.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};

use crate::corpus::Span;

/// Names the analysis; part of the index's stamp, so a change of it rebuilds the index.
pub(super) const ANALYSIS: &str = "en-stem-3";

/// A longer "word" is not one: encoded data, or an attack on the index.
const WORD_BYTES_MAX: usize = 60;

/// Words that say nothing about a question's subject.
const STOP_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did",
    "do", "does", "for", "from", "had", "has", "have", "he", "her", "hers", "him", "his", "how", "i", "if",
    "in", "into", "is", "it", "its", "me", "my", "of", "on", "or", "our", "ours", "she", "should", "so",
    "such", "than", "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "this",
    "those", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose",
    "why", "will", "with", "would", "you", "your", "yours", "please", "tell",
];

/// Whether a lower-case word says nothing about a text's subject.
pub fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Plurals that the English stemmer takes for words of their own ("buses" would become "buse").
const PLURALS: &[(&str, &str)] = &[
    ("buses", "bus"),
    ("busses", "bus"),
    ("busing", "bus"),
    ("bused", "bus"),
    ("campuses", "campus"),
    ("viruses", "virus"),
    ("bonuses", "bonus"),
    ("statuses", "status"),
    ("syllabuses", "syllabus"),
    ("children", "child"),
    ("lives", "live"),
];

/// What tantivy does with [`indexed_words`]: it only cuts at the spaces.
pub(super) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::from(WhitespaceTokenizer::default())
}

/// A text as the index takes it: its stems, so that index, questions and checks share one analysis.
pub(super) fn indexed_words(text: &str) -> String {
    let stems: Vec<String> = stemmed_words(text).into_iter().map(|(stem, _)| stem).collect();
    stems.join(" ")
}

/// The stem of one word in lower case: "buses" and "bus" have the same.
pub fn stem(word: &str) -> String {
    stem_with(&Stemmer::create(Algorithm::English), word)
}

fn stem_with(stemmer: &Stemmer, word: &str) -> String {
    let word = word.to_lowercase();
    let singular = PLURALS.iter().find(|(plural, _)| *plural == word);
    singular.map_or_else(
        || stemmer.stem(&word).into_owned(),
        |(_, singular)| (*singular).to_owned(),
    )
}

/// The stems of a text's words with their places; stop words are left out.
pub fn stemmed_words(text: &str) -> Vec<(String, Span)> {
    let stemmer = Stemmer::create(Algorithm::English);
    words(text)
        .filter(|(word, _)| word.len() <= WORD_BYTES_MAX && !is_stop_word(&word.to_lowercase()))
        .map(|(word, place)| (stem_with(&stemmer, word), place))
        .collect()
}

/// The runs of letters and digits in a text, with their places.
pub fn words(text: &str) -> impl Iterator<Item = (&str, Span)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let length = text[start..]
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(text.len() - start);
        rest = start + length;
        Some((&text[start..rest], Span { start, end: rest }))
    })
}

/// The different stems of a question, in order, at most `limit`.
pub(super) fn terms(question: &str, limit: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    stemmed_words(question)
        .into_iter()
        .map(|(word, _)| word)
        .filter(|word| seen.insert(word.clone()))
        .take(limit)
        .collect()
}

/// Where the terms occur in `text`.
pub(super) fn highlights(text: &str, terms: &[String]) -> Vec<Span> {
    stemmed_words(text)
        .into_iter()
        .filter(|(word, _)| terms.contains(word))
        .map(|(_, place)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_share_a_stem_and_stop_words_go() {
        assert_eq!(
            terms("Are the buses' riding rules for a rider?", 10),
            ["bus", "ride", "rule", "rider"]
        );
        assert_eq!(stem("Campuses"), stem("campus"));
        assert_eq!(indexed_words("The late buses, please!"), "late bus");
    }

    #[test]
    fn terms_are_bounded_and_distinct() {
        let question = "bus ".repeat(20_000);
        assert_eq!(terms(&question, 64), ["bus"]);
        let many: String = (0..500).map(|n| format!("w{n} ")).collect();
        assert_eq!(terms(&many, 64).len(), 64);
    }

    #[test]
    fn highlights_are_byte_offsets_of_whole_words() {
        let text = "Señor, the bus — late buses.";
        let found = highlights(text, &["bus".into()]);
        let words: Vec<&str> = found.iter().map(|span| &text[span.start..span.end]).collect();
        assert_eq!(words, ["bus", "buses"]);
    }
}
