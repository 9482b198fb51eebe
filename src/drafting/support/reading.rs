//! A text as its words: in order, as stems of content words, and its names.

use std::collections::BTreeSet;

use crate::drafting::literals::{LiteralKind, literals};
use crate::retrieval::{is_stop_word, stem, words};

/// The words of a text in the forms in which texts are compared.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// All words in lower case, in order.
    pub words: Vec<String>,
    /// The stems of content words and the values of numbers, in order.
    pub content: Vec<String>,
    /// Words with a capital inside a sentence, and figures, in lower case.
    pub names: Vec<String>,
    stems: BTreeSet<String>,
    lower: BTreeSet<String>,
}

impl Reading {
    pub fn new(text: &str, glossary: &[(String, String)]) -> Self {
        let numbers: Vec<_> = literals(text)
            .into_iter()
            .filter(|literal| literal.kind == LiteralKind::Number)
            .collect();
        let mut reading = Self::default();
        let mut begins = true;
        let mut end = 0;
        for (word, place) in words(text) {
            begins |= text
                .get(end..place.start)
                .is_some_and(|gap| gap.contains(['.', '!', '?', ':', '\n']));
            end = place.end;
            let lower = word.to_lowercase();
            if !begins && word.chars().any(|c| c.is_uppercase() || c.is_numeric()) {
                reading.names.push(lower.clone());
            }
            begins = false;
            let number = numbers
                .iter()
                .find(|n| n.start < place.end && place.start < n.end);
            match number {
                Some(number) if number.start == place.start => reading.content.push(number.value.clone()),
                None if !is_stop_word(&lower) => reading.content.push(stem(&lower)),
                Some(_) | None => {}
            }
            reading.words.push(lower);
        }
        reading.stems = reading.content.iter().cloned().collect();
        reading.lower = reading.words.iter().cloned().collect();
        reading.add_plain_words(text, glossary);
        reading
    }

    /// Whether the text has the stem, or a word that the glossary takes for the same.
    pub fn has(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    pub fn has_word(&self, lower: &str) -> bool {
        self.lower.contains(lower)
    }

    /// The stems of what the glossary has for phrases of the text, in both directions: a claim may be the plainer or
    /// the more formal of the two.
    fn add_plain_words(&mut self, text: &str, glossary: &[(String, String)]) {
        let lower = text.to_lowercase();
        let mut known = BTreeSet::new();
        for (formal, plain) in glossary {
            for (here, other) in [(formal, plain), (plain, formal)] {
                let one_word = !here.contains([' ', '/']);
                let occurs = if one_word {
                    self.lower.contains(here.as_str())
                } else {
                    lower.contains(here.as_str())
                };
                if occurs {
                    known.extend(words(other).map(|(word, _)| stem(word)));
                }
            }
        }
        self.stems.extend(known);
    }
}
