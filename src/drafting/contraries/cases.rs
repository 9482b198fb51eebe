//! Which case of a rule is asked about, where rules count their cases: the row of a first repair is no answer to what a
//! second one costs, however near its words are.

use std::collections::BTreeSet;

use crate::drafting::draft::Citation;
use crate::retrieval::{stemmed_words, words};

/// Longer counts are rare, and a larger one is mostly a day of a month.
const ORDINALS: &[&[&str]] = &[
    &["first", "1st"],
    &["second", "2nd"],
    &["third", "3rd"],
    &["fourth", "4th"],
    &["fifth", "5th"],
    &["sixth", "6th"],
    &["seventh", "7th"],
    &["eighth", "8th"],
    &["ninth", "9th"],
    &["tenth", "10th"],
];
/// Words behind an ordinal among which what it counts is named: "first accidental Chromebook repair".
const PHRASE_WORDS: usize = 3;
/// What a rule counts under several names: the "second time" of a question is the "second offense" of a rule.
const OCCASIONS: &[&str] = &[
    "time", "times", "offense", "offence", "violation", "infraction", "incident", "instance", "occurrence",
    "occasion", "referral",
];
/// Between two ordinals they make a stretch of what lies between.
const THROUGH: &[&str] = &["through", "thru", "to"];
/// Before or behind an ordinal they say that other cases are meant too, or instead: "after the first repair", "a second
/// repair or any later one".
const OPENING: &[&str] = &[
    "after", "before", "beyond", "following", "until", "since", "than", "by", "up", "every", "each", "any",
    "later", "subsequent", "additional", "further", "more", "above", "higher",
];
/// How far from an ordinal such a word still belongs to it.
const OPENING_WORDS: usize = 4;

/// How a sentence stands to the case that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It names the case.
    Same,
    /// It speaks of another one: both count the same thing, and no number that the question names is among the sentence's.
    Another,
    /// One of the two counts nothing, or something else.
    Apart,
}

/// A sentence that counts nothing is of the case of the heading above it.
pub fn stands(question: &str, citation: &Citation) -> Stands {
    let asked = cases(question);
    if asked.is_empty() {
        return Stands::Apart;
    }
    let own = cases(&citation.quote);
    let said = if own.is_empty() {
        citation
            .heading
            .last()
            .map_or_else(Vec::new, |heading| cases(heading))
    } else {
        own
    };
    // The "second time" of a question may count whatever it speaks of; a "second grader" counts grades and nothing else.
    let of_occasions = asked.iter().any(Case::is_occasion);
    let counted: BTreeSet<String> = if of_occasions {
        stems(question)
    } else {
        asked.iter().flat_map(|case| case.counted.clone()).collect()
    };
    let of_the_same =
        |case: &Case| !case.counted.is_disjoint(&counted) || (of_occasions && case.is_occasion());
    if !said.iter().any(of_the_same) {
        return Stands::Apart;
    }
    let numbers = |cases: &[Case]| -> BTreeSet<usize> { cases.iter().map(|case| case.number).collect() };
    if !numbers(&asked).is_disjoint(&numbers(&said)) {
        return Stands::Same;
    }
    if said.iter().any(|case| case.is_open) {
        return Stands::Apart;
    }
    Stands::Another
}

/// A place where a text counts something.
struct Case {
    number: usize,
    /// The stems of what it counts.
    counted: BTreeSet<String>,
    /// Whether other numbers are meant too.
    is_open: bool,
}

impl Case {
    fn is_occasion(&self) -> bool {
        OCCASIONS
            .iter()
            .any(|name| self.counted.is_superset(&stems(name)) && !stems(name).is_empty())
    }
}

fn cases(text: &str) -> Vec<Case> {
    let all: Vec<(String, usize, usize)> = words(text)
        .map(|(word, place)| (word.to_lowercase(), place.start, place.end))
        .collect();
    let word = |at: usize| all.get(at).map_or("", |(word, ..)| word.as_str());
    let mut found: Vec<Case> = Vec::new();
    let mut before: Option<(usize, usize)> = None;
    for at in 0..all.len() {
        let Some(number) = ordinal(word(at)) else {
            continue;
        };
        // "First through third" is each of the three.
        if let Some((place, low)) = before
            && place + 2 == at
            && THROUGH.contains(&word(at - 1))
        {
            found.extend((low + 1..number).map(|number| Case {
                number,
                counted: BTreeSet::new(),
                is_open: false,
            }));
        }
        before = Some((at, number));
        let around = at.saturating_sub(OPENING_WORDS)..at + OPENING_WORDS + 1;
        found.push(Case {
            number,
            counted: counted(text, &all, at + 1),
            is_open: around.into_iter().any(|near| OPENING.contains(&word(near))),
        });
    }
    found
}

fn ordinal(word: &str) -> Option<usize> {
    ORDINALS
        .iter()
        .position(|names| names.contains(&word))
        .map(|place| place + 1)
}

/// What an ordinal before the word at `from` counts. A "2nd grader" counts grades, whatever he lost.
fn counted(text: &str, all: &[(String, usize, usize)], from: usize) -> BTreeSet<String> {
    let next = all.get(from).map_or("", |(word, ..)| word.as_str());
    if next.starts_with("grade") {
        return BTreeSet::from(["grade".to_owned()]);
    }
    stems(phrase(text, all, from))
}

/// The words from `from` on, up to a sign that ends what they name.
fn phrase<'t>(text: &'t str, all: &[(String, usize, usize)], from: usize) -> &'t str {
    let Some((_, start, _)) = all.get(from) else {
        return "";
    };
    let end = all
        .get(from..all.len().min(from + PHRASE_WORDS))
        .and_then(|named| named.last())
        .map_or(*start, |(.., end)| *end);
    let named = text.get(*start..end).unwrap_or_default();
    let until = named.find(['.', ',', ';', ':', '(', ')', '?', '!']);
    named.get(..until.unwrap_or(named.len())).unwrap_or_default()
}

/// The stems of words that name something; numbers do not.
fn stems(text: &str) -> BTreeSet<String> {
    stemmed_words(text)
        .into_iter()
        .filter(|(_, place)| {
            let word = text.get(place.start..place.end).unwrap_or_default();
            ordinal(&word.to_lowercase()).is_none() && !word.starts_with(|c: char| c.is_ascii_digit())
        })
        .map(|(stem, _)| stem)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drafting::test_model::cited;

    fn stands_to(question: &str, heading: &str, sentence: &str) -> Stands {
        stands(question, &cited("Fees", heading, sentence))
    }

    #[test]
    fn a_row_of_another_case_is_told_from_one_of_the_same() {
        use Stands::{Another, Apart, Same};
        const BROKEN: &str = "My daughter broke her Chromebook for the second time. How much is the repair?";
        const CAUGHT: &str = "What happens the 2nd time he is caught?";
        const OTHERS: [&str; 5] = [
            "When does second semester end?",
            "What does a repair cost?",
            "Does my 7th grader ride free?",
            "Is there school on the 3rd?",
            "My 2nd grader lost a library book. What is the fee for a lost book?",
        ];
        for (question, heading, sentence, expected) in [
            (
                BROKEN,
                "Costs",
                "Event: First repair; With the plan: $0.",
                Another,
            ),
            (BROKEN, "Costs", "Event: Second repair; With the plan: $45.", Same),
            (BROKEN, "Costs", "A 1st repair is free.", Another),
            (BROKEN, "Costs", "A repair costs $45.", Apart),
            (BROKEN, "Costs", "The first and second repair cost $45.", Same),
            (BROKEN, "Costs", "The first through third repair cost $45.", Same),
            (
                BROKEN,
                "Costs",
                "After the first repair, a repair costs $45.",
                Apart,
            ),
            (
                BROKEN,
                "Costs",
                "For a first or any later repair one pays.",
                Apart,
            ),
            (BROKEN, "First repair", "The family pays $20.", Another),
            (BROKEN, "First repair", "The second repair costs $45.", Same),
            (CAUGHT, "Steps", "First offense: a warning.", Another),
            (CAUGHT, "Steps", "Second offense: detention.", Same),
            (CAUGHT, "Steps", "First, the teacher calls home.", Apart),
            (CAUGHT, "Steps", "A parent must first call the school.", Apart),
            (
                OTHERS[0],
                "Changes",
                "In the first ten days, ask the office.",
                Apart,
            ),
            (OTHERS[1], "Costs", "A first repair costs $20.", Apart),
            (OTHERS[2], "Fares", "Pupils of 6th to 8th grade ride free.", Same),
            (OTHERS[4], "Fees", "First lost book: $5.", Apart),
            (OTHERS[3], "Calendar", "The first bell rings at 8:05.", Apart),
        ] {
            let found = stands_to(question, heading, sentence);
            assert_eq!(found, expected, "{question} {sentence}");
        }
    }

    proptest! {
        #[test]
        fn a_sentence_that_names_the_case_stands_for_it(
            number in 0usize..10, other in 0usize..10, noun in "x[a-z]{3,8}",
        ) {
            let asked = format!("What about the {} {noun}?", ORDINALS[number][0]);
            let sentence = format!("The {} {noun} and the {} {noun}.", ORDINALS[other][1], ORDINALS[number][1]);
            prop_assert_eq!(stands_to(&asked, "Rules", &sentence), Stands::Same);
        }

        #[test]
        fn no_text_is_too_strange(question in "\\PC{0,60}", sentence in "\\PC{1,60}") {
            let _ = stands_to(&format!("the first {question}"), "Rules", &format!("a 2nd {sentence}"));
        }
    }
}
