//! A direct lead for a yes-or-no question: "Yes." or "No." before the answer, only where rules alone can show it.
//!
//! A wrong "Yes" is worse than none, so the rules are narrow: question and sentence must be about the same words both
//! ways (a sentence with a narrower subject is about more than the question), the sentence may hold no condition or
//! exception, and a "not" must deny exactly the word that is asked about. Whoever is not caught by the rules reads
//! the sentence without a lead.

use std::collections::BTreeSet;

use super::agreement::{Marker, markers};
use super::draft::{ClaimSentence, Support};
use crate::retrieval::{stem, stemmed_words, words};

/// The share of the question's content words that the sentence must have.
const QUESTION_COVERED_MIN: f32 = 0.8;
/// The share of the sentence's content words that the question must have: less is a narrower or another subject.
const SENTENCE_COVERED_MIN: f32 = 0.65;
/// Fewer content words than this say too little to compare.
const CONTENT_WORDS_MIN: usize = 2;

/// Words that begin a question which can be answered with yes or no.
const OPENERS: &[&str] = &[
    "is", "are", "do", "does", "can", "could", "may", "will", "would", "must", "should", "has", "have",
];
/// Signs that a sentence has a second clause, whose "not" may deny something else.
const CLAUSES: &[&str] = &[
    "but", "however", "although", "though", "while", "who", "which", "where", "because",
];

/// Whether the question's last sentence can be answered with yes or no.
pub(super) fn is_yes_or_no(question: &str) -> bool {
    let last = question
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .rsplit(['.', '!', '?'])
        .next()
        .unwrap_or_default();
    let asked = lower_words(last);
    let offers_choices = asked.iter().any(|word| word == "or");
    asked
        .first()
        .is_some_and(|opener| OPENERS.contains(&opener.as_str()))
        && !offers_choices
}

/// "Yes." or "No." for a question that the statement answers in so many words.
pub(super) fn lead(question: &str, statement: &str) -> Option<&'static str> {
    let asked: Vec<String> = lower_words(question);
    let said: Vec<String> = lower_words(statement);
    let opener = asked.first()?;
    let offers_choices = asked.iter().any(|word| word == "or");
    if !OPENERS.contains(&opener.as_str()) || offers_choices || !one_clause(question, statement, &said) {
        return None;
    }
    if !about_the_same(question, statement) || !modal_fits(opener, question, statement) {
        return None;
    }
    let (asked_markers, said_markers) = (markers(question), markers(statement));
    let conditional = said_markers
        .iter()
        .any(|marker| is_condition(*marker) && !asked_markers.contains(marker));
    if conditional || asked_markers.contains(&Marker::Not) {
        return None;
    }
    if !said_markers.contains(&Marker::Not) {
        return Some("Yes.");
    }
    denies_what_is_asked(question, &said).then_some("No.")
}

/// The lead as a sentence of the draft, resting on what the answer rests on.
pub(super) fn claim(lead: &str, answer: &ClaimSentence) -> ClaimSentence {
    let cited: Vec<&str> = answer
        .citations
        .iter()
        .map(|citation| citation.quote.as_str())
        .collect();
    let (support, note) = verdict(lead, &cited).unzip();
    ClaimSentence {
        text: lead.to_owned(),
        support: support.unwrap_or(Support::Doubtful),
        support_probability: None,
        note,
        citations: answer.citations.clone(),
    }
}

/// The verdict on a sentence that is a lead and nothing more: it must affirm or deny as the cited sentences do. The
/// check knows no question, so that it answers the question is for the reviewer to see, and the note says so.
pub(super) fn verdict(text: &str, cited: &[&str]) -> Option<(Support, String)> {
    let denies = match text.trim() {
        "Yes." => false,
        "No." => true,
        _ => return None,
    };
    let source_denies = cited.iter().any(|quote| markers(quote).contains(&Marker::Not));
    Some(if denies == source_denies {
        (
            Support::Supported,
            "a lead: compare the question with the sentence after it".to_owned(),
        )
    } else {
        let said = if source_denies { "denies" } else { "does not deny" };
        (
            Support::Unsupported,
            format!("the cited sentence {said} something"),
        )
    })
}

fn lower_words(text: &str) -> Vec<String> {
    words(text).map(|(word, _)| word.to_lowercase()).collect()
}

/// A clause word of the statement is harmless where the question has it too ("… because of unpaid fees").
fn one_clause(question: &str, statement: &str, said: &[String]) -> bool {
    let asked = lower_words(question);
    !statement.contains([';', ':'])
        && !said
            .iter()
            .any(|word| CLAUSES.contains(&word.as_str()) && !asked.contains(word))
}

fn about_the_same(question: &str, statement: &str) -> bool {
    let (asked, said) = (content(question), content(statement));
    let shared = asked.intersection(&said).count() as f32;
    asked.len() >= CONTENT_WORDS_MIN
        && shared >= QUESTION_COVERED_MIN * asked.len() as f32
        && shared >= SENTENCE_COVERED_MIN * said.len() as f32
}

/// The stems of the words that carry the subject: no stop words, no rule words.
fn content(text: &str) -> BTreeSet<String> {
    stemmed_words(text)
        .into_iter()
        .filter(|(_, place)| {
            text.get(place.start..place.end)
                .is_none_or(|word| markers(word).is_empty())
        })
        .map(|(stem, _)| stem)
        .collect()
}

/// A permission is no duty and a recommendation is neither: "Must I …?" is not answered by "may".
fn modal_fits(opener: &str, question: &str, statement: &str) -> bool {
    let said = markers(statement);
    let has = |marker| said.contains(&marker);
    if has(Marker::Should) {
        return opener == "should";
    }
    // "Will" asks what happens; in the middle of a sentence it is read as a duty.
    let behind_opener = question.trim_start().split_once(' ').map_or("", |(_, rest)| rest);
    let asks_duty = opener == "must" || markers(behind_opener).contains(&Marker::Must);
    let asks_leave = matches!(opener, "can" | "could" | "may");
    match (has(Marker::Must), has(Marker::May)) {
        (true, false) => asks_duty || (has(Marker::Not) && asks_leave) || opener == "will",
        (false, true) => asks_leave,
        (false, false) => !asks_duty,
        (true, true) => false,
    }
}

fn is_condition(marker: Marker) -> bool {
    use Marker::{After, AtLeast, AtMost, Before, Except, If, Only, Some, Until, Within};
    matches!(
        marker,
        If | Except | Only | Some | AtLeast | AtMost | Before | After | Until | Within
    )
}

/// Whether the one word of denial stands right before a word of the question.
fn denies_what_is_asked(question: &str, said: &[String]) -> bool {
    let asked = content(question);
    let denials: Vec<usize> = (0..said.len())
        .filter(|at| said.get(*at).is_some_and(|word| is_denial(word)))
        .collect();
    let [only] = denials.as_slice() else { return false };
    let denied = said.get(only + 1).map(|word| stem(word));
    denied.is_some_and(|denied| asked.contains(&denied))
}

fn is_denial(word: &str) -> bool {
    markers(word) == [Marker::Not]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_sentence_says_whether_yes_or_no_is_asked_for() {
        for (question, expected) in [
            ("Is breakfast free?", true),
            ("My son has asthma. Can he carry his inhaler?", true),
            ("Is it free or reduced?", false),
            ("When does it leave?", false),
            ("", false),
        ] {
            assert_eq!(is_yes_or_no(question), expected, "{question}");
        }
    }

    #[test]
    fn only_what_the_sentence_says_outright_gets_a_lead() {
        for (question, statement, expected) in [
            (
                "Will the district hold back a transcript because of unpaid fees?",
                "The district does not hold back grades, transcripts or diplomas because of unpaid fees.",
                Some("No."),
            ),
            (
                "Is breakfast free?",
                "Breakfast is free for every student.",
                Some("Yes."),
            ),
            // A narrower subject than the one asked about.
            ("Is lunch free?", "Reduced-price lunch is free.", None),
            // A condition that the question does not name.
            (
                "Can students ride the bus?",
                "Students may ride the bus if they live 1.0 mile away.",
                None,
            ),
            // The denial belongs to another clause.
            (
                "Can students ride the bus?",
                "Students may ride the bus but drivers do not wait.",
                None,
            ),
            (
                "Can students ride the bus?",
                "Students may ride the bus.",
                Some("Yes."),
            ),
            // A permission is no duty.
            ("Must students ride the bus?", "Students may ride the bus.", None),
            (
                "May students ride the bus?",
                "Students must not ride the bus.",
                Some("No."),
            ),
            ("When does the bus leave?", "The bus leaves at noon.", None),
            (
                "Is breakfast free or reduced?",
                "Breakfast is free for every student.",
                None,
            ),
            ("Is it?", "It is.", None),
        ] {
            assert_eq!(lead(question, statement), expected, "{question} / {statement}");
        }
    }

    #[test]
    fn a_lead_must_affirm_or_deny_as_its_source_does() {
        for (text, quote, expected) in [
            ("Yes.", "Breakfast is free.", Some(Support::Supported)),
            ("No.", "Breakfast is free.", Some(Support::Unsupported)),
            ("No.", "Breakfast is not free.", Some(Support::Supported)),
            ("Yes.", "Breakfast is not free.", Some(Support::Unsupported)),
            ("Yes, it is.", "Breakfast is free.", None),
        ] {
            let found = verdict(text, &[quote]).map(|(support, _)| support);
            assert_eq!(found, expected, "{text} / {quote}");
        }
    }

    proptest! {
        #[test]
        fn a_condition_never_gets_a_lead(word in "(if|unless|only|until|except)") {
            let statement = format!("Students may ride the bus {word} the office agrees.");
            prop_assert_eq!(lead("Can students ride the bus?", &statement), None);
        }

        #[test]
        fn no_text_is_too_strange(question in "\\PC{0,60}", statement in "\\PC{0,80}") {
            let _ = lead(&question, &statement);
        }
    }
}
