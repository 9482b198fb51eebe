//! What kind of thing a question asks for, where its words say so plainly, and whether a sentence has any of it.
//!
//! "How much does a hotspot cost?" is not answered by a sentence without an amount, however near it is.

use super::literals::{LiteralKind, literals};
use crate::retrieval::words;

/// The kind of answer that a question plainly asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerType {
    Amount,
    Time,
    Count,
    Contact,
}

/// Turns of phrase that ask for an answer of a kind. Questions that can be meant otherwise ("how much of …",
/// "how much notice") are not among them.
const ASKING: &[(&str, AnswerType)] = &[
    ("phone number", AnswerType::Contact),
    ("telephone number", AnswerType::Contact),
    ("email address", AnswerType::Contact),
    ("e mail address", AnswerType::Contact),
    ("how much is", AnswerType::Amount),
    ("how much are", AnswerType::Amount),
    ("how much does", AnswerType::Amount),
    ("how much do", AnswerType::Amount),
    ("how much will", AnswerType::Amount),
    ("how much would", AnswerType::Amount),
    ("how much money", AnswerType::Amount),
    ("what is the cost", AnswerType::Amount),
    ("what is the price", AnswerType::Amount),
    ("what is the fee", AnswerType::Amount),
    ("what time", AnswerType::Time),
    ("what date", AnswerType::Time),
    ("what day", AnswerType::Time),
    ("when is", AnswerType::Time),
    ("when are", AnswerType::Time),
    ("when does", AnswerType::Time),
    ("when do", AnswerType::Time),
    ("when will", AnswerType::Time),
    ("how soon", AnswerType::Time),
    ("how many", AnswerType::Count),
    ("how long", AnswerType::Count),
    ("how old", AnswerType::Count),
    ("how far", AnswerType::Count),
];

/// Words that answer without a figure.
const AMOUNT_WORDS: &[&str] = &[
    "free", "none", "nothing", "no", "cost", "costs", "price", "fee", "fees", "charge", "charged", "charges",
    "pay", "paid", "amount", "half", "full", "owe", "waived",
];
const TIME_WORDS: &[&str] = &[
    "before", "after", "until", "during", "day", "days", "daily", "week", "weeks", "weekly", "month",
    "months", "year", "years", "annually", "hour", "hours", "minute", "minutes", "morning", "afternoon",
    "evening", "immediately", "once", "spring", "summer", "fall", "winter", "semester", "quarter", "season",
    "start", "end", "begin", "begins", "starts", "ends", "when", "soon", "never", "always", "any", "time",
    "still",
];
const COUNT_WORDS: &[&str] = &[
    "no", "none", "all", "every", "each", "one", "once", "twice", "half", "unlimited", "limit", "until",
    "never", "always", "whole", "both", "single", "day", "week", "month", "year",
];

/// What the question asks for, if its words say so.
pub(super) fn asked_for(question: &str) -> Option<AnswerType> {
    let all: Vec<String> = words(question).map(|(word, _)| word.to_lowercase()).collect();
    let text = format!(" {} ", all.join(" "));
    ASKING
        .iter()
        .find(|(phrase, _)| text.contains(&format!(" {phrase} ")))
        .map(|(_, kind)| *kind)
}

/// Whether a text has anything that an answer of this kind could be.
pub(super) fn has(kind: AnswerType, text: &str) -> bool {
    use LiteralKind::{Date, Email, Identifier, Money, Number, Percent, Phone, Time, Url};
    let (kinds, stand_ins): (&[LiteralKind], &[&str]) = match kind {
        AnswerType::Amount => (&[Money, Percent], AMOUNT_WORDS),
        AnswerType::Time => (&[Date, Time, Number], TIME_WORDS),
        AnswerType::Count => (&[Number, Percent, Date, Time, Identifier], COUNT_WORDS),
        AnswerType::Contact => (&[Phone, Email, Url], &[]),
    };
    literals(text).iter().any(|literal| kinds.contains(&literal.kind))
        || words(text).any(|(word, _)| stand_ins.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_plain_questions_have_a_type() {
        for (question, kind) in [
            (
                "How much does it cost to replace a lost hotspot?",
                Some(AnswerType::Amount),
            ),
            ("How much of a controlled medicine is accepted?", None),
            ("How much notice do I have to give?", None),
            ("When do classes resume?", Some(AnswerType::Time)),
            ("What happens when a student is late?", None),
            ("How many days may I excuse?", Some(AnswerType::Count)),
            (
                "What is the e-mail address of the nurse?",
                Some(AnswerType::Contact),
            ),
            ("Is there a charge for late books?", None),
            ("", None),
        ] {
            assert_eq!(asked_for(question), kind, "{question}");
        }
    }

    #[test]
    fn a_sentence_without_anything_of_the_kind_is_no_answer() {
        for (kind, text, expected) in [
            (
                AnswerType::Amount,
                "The hotspot works with the district Chromebook.",
                false,
            ),
            (AnswerType::Amount, "Item: Courtesy seat; Fee: $180.", true),
            (AnswerType::Amount, "There are no fines.", true),
            (AnswerType::Time, "Classes resume on Monday, April 5, 2027.", true),
            (AnswerType::Time, "The report is read by the principal.", false),
            (AnswerType::Count, "Students in K-5 may ride.", true),
            (AnswerType::Contact, "Call the office.", false),
            (AnswerType::Contact, "Call 555-0182.", true),
        ] {
            assert_eq!(has(kind, text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_amount_is_an_amount(dollars in 0u32..100_000) {
            let text = format!("Item: x; Fee: ${dollars}.");
            prop_assert!(has(AnswerType::Amount, &text));
        }
    }
}
