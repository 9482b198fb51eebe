//! Two sources in force that state the same thing with different figures: nobody but the district can say
//! which holds, so there is no draft.
//!
//! Precise rather than eager: the sentences must share most of their words and differ in literals of one
//! kind only.

use std::collections::BTreeSet;

use super::literals::{Literal, LiteralKind, literals};
use crate::retrieval::stemmed_words;

/// Shared content words that suffice, with the share of the shorter sentence's words that they must be: table
/// rows carry the names of their columns, so long ones share less.
const SHARED: &[(usize, f32)] = &[(3, 0.75), (4, 0.5)];

/// The share of the longer sentence's words that must be shared: a long rule and a short one that lies in its words speak
/// of different things.
pub(super) const SHARED_OF_LONGER_MIN: f32 = 0.45;

/// Words that tell cases of one rule apart: sentences that differ in one of them speak of different things.
const CONTRASTS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "last",
    "initial",
    "elementary",
    "middle",
    "high",
    "kindergarten",
    "preschool",
    "primary",
    "secondary",
    "reduced",
    "free",
    "full",
    "half",
    "adult",
    "student",
    "staff",
    "breakfast",
    "lunch",
    "dinner",
    "summer",
    "winter",
    "spring",
    "fall",
    "morning",
    "afternoon",
    "evening",
    "late",
    "early",
    "resident",
    "nonresident",
    "varsity",
    "lost",
    "stolen",
    "damaged",
    "repair",
    "replacement",
    "with",
    "without",
    "new",
    "returning",
    "early-release",
    "delay",
];

/// What two sentences disagree in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disagreement {
    pub kind: LiteralKind,
    pub left: Vec<String>,
    pub right: Vec<String>,
}

/// A sentence taken apart once, to be held against many.
pub(super) struct Stated<'t> {
    pub text: &'t str,
    pub literals: Vec<Literal>,
    /// The stems of its words outside literals.
    pub words: BTreeSet<String>,
}

impl<'t> Stated<'t> {
    pub fn of(text: &'t str) -> Self {
        let literals = literals(text);
        Self {
            words: content(text, &literals),
            literals,
            text,
        }
    }
}

/// The literals in which two sentences about the same thing disagree, as they are written.
pub(super) fn disagreement(left: &str, right: &str) -> Option<Disagreement> {
    between(&Stated::of(left), &Stated::of(right))
}

/// As [`disagreement`], of sentences that were taken apart before.
pub(super) fn between(left: &Stated<'_>, right: &Stated<'_>) -> Option<Disagreement> {
    let (left_literals, right_literals) = (&left.literals, &right.literals);
    let kind = differing_kind(left_literals, right_literals)?;
    let (left_words, right_words) = (&left.words, &right.words);
    let (left, right) = (left.text, right.text);
    let shared = left_words.intersection(right_words).count();
    let shorter = left_words.len().min(right_words.len());
    let longer = left_words.len().max(right_words.len());
    let about_the_same = SHARED
        .iter()
        .any(|(count, share)| shared >= *count && shared as f32 >= share * shorter as f32);
    let contrast = |text: &str, other: &str| {
        let (text, other) = (text.to_lowercase(), other.to_lowercase());
        CONTRASTS
            .iter()
            .any(|word| has_word(&text, word) && !has_word(&other, word))
    };
    let alike = shared as f32 >= SHARED_OF_LONGER_MIN * longer as f32;
    if !about_the_same || !alike || (contrast(left, right) && contrast(right, left)) {
        return None;
    }
    let shown = |text: &str, all: &[Literal]| -> Vec<String> {
        let of_kind = all.iter().filter(|literal| literal.kind == kind);
        of_kind
            .filter_map(|literal| text.get(literal.start..literal.end).map(str::to_owned))
            .collect()
    };
    Some(Disagreement {
        kind,
        left: shown(left, left_literals),
        right: shown(right, right_literals),
    })
}

/// The one kind of which both have literals and share none, if they agree in all other kinds both have.
fn differing_kind(left: &[Literal], right: &[Literal]) -> Option<LiteralKind> {
    let values = |all: &[Literal], kind| -> BTreeSet<String> {
        all.iter()
            .filter(|literal| literal.kind == kind)
            .map(|literal| literal.value.clone())
            .collect()
    };
    let kinds: BTreeSet<LiteralKind> = left.iter().map(|literal| literal.kind).collect();
    let mut differing = None;
    for kind in kinds {
        let (here, there) = (values(left, kind), values(right, kind));
        if there.is_empty() || here == there {
            continue;
        }
        let disjoint = here.is_disjoint(&there);
        if differing.is_some() || !disjoint && kind == LiteralKind::Number {
            return None;
        }
        if disjoint {
            differing = Some(kind);
        }
    }
    differing.filter(|kind| {
        !matches!(
            kind,
            LiteralKind::Url | LiteralKind::Email | LiteralKind::Identifier
        )
    })
}

/// The stems of the words outside literals.
fn content(text: &str, all: &[Literal]) -> BTreeSet<String> {
    stemmed_words(text)
        .into_iter()
        .filter(|(_, place)| !all.iter().any(|l| l.start < place.end && place.start < l.end))
        .map(|(stem, _)| stem)
        .collect()
}

fn has_word(lower: &str, word: &str) -> bool {
    lower
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_statement_with_another_figure_is_a_conflict() {
        for (left, right, conflict) in [
            (
                "Item: Second accidental repair in the same school year, with protection plan; Fee: $45.",
                "Second accidental repair in the same year: With the plan: $50; Without the plan: Actual cost, up to $320.",
                true,
            ),
            (
                "First accidental repair in the same year: $25",
                "Second accidental repair in the same year: $50",
                false,
            ),
            (
                "Lunch in elementary schools costs $2.75.",
                "Lunch in high schools costs $3.10.",
                false,
            ),
            (
                "Lunch in elementary schools costs $2.75.",
                "Lunch at elementary schools costs $2.95.",
                true,
            ),
            (
                "Students must live 1.5 miles from school.",
                "Students must live 1.5 miles from school.",
                false,
            ),
            ("The office opens at 8:00 a.m.", "Buses leave at 3:00 p.m.", false),
            (
                "The late bus leaves at 4:30 p.m. on Monday.",
                "The late bus leaves at 5:15 p.m. on Friday.",
                false,
            ),
            ("Send the form within 10 days.", "The form is $10.", false),
            (
                "A parent or guardian can excuse up to 10 days of illness in a school year; after that the school asks \
                 for a note from a health care provider.",
                "A note from a parent excuses a student for up to three days.",
                false,
            ),
            (
                "A parent or guardian may excuse up to 10 days in a school year for illness by portal, telephone or note.",
                "A note from a parent excuses a student for up to three days.",
                false,
            ),
        ] {
            assert_eq!(disagreement(left, right).is_some(), conflict, "{left} / {right}");
            assert_eq!(disagreement(right, left).is_some(), conflict, "{right} / {left}");
        }
    }
}
