//! Two sources in force that state the same thing with different figures: nobody but the district can say
//! which holds, so there is no draft.
//!
//! Precise rather than eager: the sentences must share most of their words and differ in literals of one
//! kind only.

use std::collections::{BTreeMap, BTreeSet};

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
    literals: Vec<Literal>,
    /// What its literals of each kind say.
    values: BTreeMap<LiteralKind, BTreeSet<String>>,
    /// The stems of its words outside literals.
    pub words: BTreeSet<String>,
    /// Which of the contrasts it has, by their places.
    contrasts: BTreeSet<usize>,
}

impl<'t> Stated<'t> {
    pub fn of(text: &'t str) -> Self {
        let literals = literals(text);
        let mut values: BTreeMap<LiteralKind, BTreeSet<String>> = BTreeMap::new();
        for literal in &literals {
            values
                .entry(literal.kind)
                .or_default()
                .insert(literal.value.clone());
        }
        let lower = text.to_lowercase();
        let contrasts = (0..CONTRASTS.len()).filter(|place| has_word(&lower, CONTRASTS[*place]));
        Self {
            contrasts: contrasts.collect(),
            words: content(text, &literals),
            values,
            literals,
            text,
        }
    }

    /// Whether it says anything that another sentence could say otherwise.
    pub fn has_literals(&self) -> bool {
        !self.literals.is_empty()
    }

    /// Its literals of a kind, as they are written.
    fn written(&self, kind: LiteralKind) -> Vec<String> {
        let of_kind = self.literals.iter().filter(|literal| literal.kind == kind);
        of_kind
            .filter_map(|literal| self.text.get(literal.start..literal.end).map(str::to_owned))
            .collect()
    }
}

/// The literals in which two sentences about the same thing disagree, as they are written.
pub(super) fn disagreement(left: &str, right: &str) -> Option<Disagreement> {
    between(&Stated::of(left), &Stated::of(right))
}

/// As [`disagreement`], of sentences that were taken apart before.
pub(super) fn between(left: &Stated<'_>, right: &Stated<'_>) -> Option<Disagreement> {
    let kind = differing_kind(&left.values, &right.values)?;
    let shared = left.words.intersection(&right.words).count();
    let shorter = left.words.len().min(right.words.len());
    let longer = left.words.len().max(right.words.len());
    let about_the_same = SHARED
        .iter()
        .any(|(count, share)| shared >= *count && shared as f32 >= share * shorter as f32);
    let alike = shared as f32 >= SHARED_OF_LONGER_MIN * longer as f32;
    let each_has_its_own =
        !left.contrasts.is_subset(&right.contrasts) && !right.contrasts.is_subset(&left.contrasts);
    if !about_the_same || !alike || each_has_its_own {
        return None;
    }
    Some(Disagreement {
        kind,
        left: left.written(kind),
        right: right.written(kind),
    })
}

/// The one kind of which both have literals and share none, if they agree in all other kinds both have.
fn differing_kind(
    left: &BTreeMap<LiteralKind, BTreeSet<String>>,
    right: &BTreeMap<LiteralKind, BTreeSet<String>>,
) -> Option<LiteralKind> {
    let mut differing = None;
    for (kind, here) in left {
        let Some(there) = right.get(kind).filter(|there| *there != here) else {
            continue;
        };
        let disjoint = here.is_disjoint(there);
        if differing.is_some() || !disjoint && *kind == LiteralKind::Number {
            return None;
        }
        if disjoint {
            differing = Some(*kind);
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
