//! Two sources in force that state the same thing with different figures: nobody but the district can say
//! which holds, so there is no draft.
//!
//! Precise rather than eager: the sentences must share most of their words, speak of the same case, and differ in literals of
//! one kind only, none of which could mean the same.

use std::collections::{BTreeMap, BTreeSet};

use super::agreement::{Marker, markers};
use super::literals::{Literal, LiteralKind, agrees, literals};
use super::rows;
use crate::retrieval::{stemmed_words, words};

/// Shared content words that suffice, with the share of the shorter sentence's words that they must be: table
/// rows carry the names of their columns, so long ones share less.
const SHARED: &[(usize, f32)] = &[(3, 0.75), (4, 0.5)];

/// The share of the longer sentence's words that must be shared: a long rule and a short one that lies in its words speak
/// of different things.
pub(super) const SHARED_OF_LONGER_MIN: f32 = 0.45;

/// Words that tell cases of one rule apart: sentences that differ in one of them speak of different things.
const CONTRASTS: &[&str] = &[
    "first", "second", "third", "fourth", "last", "initial", "elementary", "middle", "high", "kindergarten",
    "preschool", "primary", "secondary", "reduced", "free", "full", "half", "adult", "student", "staff",
    "breakfast", "lunch", "dinner", "summer", "winter", "spring", "fall", "morning", "afternoon", "evening",
    "late", "early", "resident", "nonresident", "varsity", "lost", "stolen", "damaged", "repair",
    "replacement", "with", "without", "new", "returning", "early-release", "delay",
];

/// Words before a number that make it a name: sentences about policy 4.6 and policy 5.4, or bus 3 and bus 7, speak of
/// different things.
const NUMBERED: &[&str] = &[
    "policy", "policies", "regulation", "procedure", "section", "article", "chapter", "rule", "form",
    "exhibit", "appendix", "page", "step", "part", "title", "statute", "grade", "grades", "level", "tier",
    "room", "route", "bus", "zone", "option", "no", "number",
];

/// What two sentences disagree in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disagreement {
    pub kind: LiteralKind,
    pub left: Vec<String>,
    pub right: Vec<String>,
}

/// Literals that can contradict each other: those of one kind, where a day of the week says nothing against a day of the
/// calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Comparable {
    Weekday,
    Of(LiteralKind),
}

impl Comparable {
    fn of(literal: &Literal) -> Self {
        let is_weekday = literal.kind == LiteralKind::Date && !literal.value.contains('-');
        if is_weekday {
            Self::Weekday
        } else {
            Self::Of(literal.kind)
        }
    }

    fn kind(self) -> LiteralKind {
        match self {
            Self::Weekday => LiteralKind::Date,
            Self::Of(kind) => kind,
        }
    }
}

/// A sentence taken apart once, to be held against many.
pub(super) struct Stated<'t> {
    pub text: &'t str,
    literals: Vec<Literal>,
    /// The places of its literals, by what they can contradict; numbers that name something are not among them.
    values: BTreeMap<Comparable, Vec<usize>>,
    /// The stems of its words outside literals.
    pub words: BTreeSet<String>,
    /// All its words in small letters.
    said: BTreeSet<String>,
    /// What tells its case from others: contrasts, names, and numbers that name something.
    cases: BTreeSet<String>,
    denies: bool,
}

impl<'t> Stated<'t> {
    pub fn of(text: &'t str) -> Self {
        let literals = literals(text);
        let said: BTreeSet<String> = words(text).map(|(word, _)| word.to_lowercase()).collect();
        let lower = text.to_lowercase();
        let contrasts = CONTRASTS.iter().filter(|word| has_word(&lower, word));
        let mut cases: BTreeSet<String> = contrasts.map(|word| (*word).to_owned()).collect();
        cases.extend(names(text, &literals));
        let mut values: BTreeMap<Comparable, Vec<usize>> = BTreeMap::new();
        for (place, literal) in literals.iter().enumerate() {
            match numbered(text, literal) {
                Some(named) => {
                    cases.insert(named);
                }
                None => values.entry(Comparable::of(literal)).or_default().push(place),
            }
        }
        Self {
            words: content(text, &literals),
            // "Without a plan" is a case and denies nothing.
            denies: markers(&lower.replace("without", "with")).contains(&Marker::Not),
            cases,
            said,
            values,
            literals,
            text,
        }
    }

    /// Whether it says anything that another sentence could say otherwise.
    pub fn has_literals(&self) -> bool {
        !self.values.is_empty()
    }

    fn of_sort(&self, sort: Comparable) -> impl Iterator<Item = &Literal> {
        let places = self.values.get(&sort).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.literals.get(*place))
    }

    /// Its literals of a sort, as they are written.
    fn written(&self, sort: Comparable) -> Vec<String> {
        self.of_sort(sort)
            .filter_map(|literal| self.text.get(literal.start..literal.end).map(str::to_owned))
            .collect()
    }

    /// Whether it speaks of a case that the other does not mention at all.
    fn has_a_case_of_its_own(&self, other: &Stated<'_>) -> bool {
        let mentioned = |case: &String| other.cases.contains(case) || other.said.contains(case);
        !self.cases.iter().all(mentioned)
    }

    /// The stems of the columns' names over its literals of a sort, where it is a table's row and they have any.
    fn columns(&self, sort: Comparable) -> Option<BTreeSet<String>> {
        let names = self
            .of_sort(sort)
            .filter_map(|literal| rows::column_at(self.text, literal.start));
        let stems: BTreeSet<String> = names.flat_map(stemmed_words).map(|(stem, _)| stem).collect();
        (!stems.is_empty()).then_some(stems)
    }
}

/// The literals in which two sentences about the same thing disagree, as they are written.
pub(super) fn disagreement(left: &str, right: &str) -> Option<Disagreement> {
    between(&Stated::of(left), &Stated::of(right))
}

/// As [`disagreement`], of sentences that were taken apart before.
pub(super) fn between(left: &Stated<'_>, right: &Stated<'_>) -> Option<Disagreement> {
    let sort = differing(left, right)?;
    let shared = left.words.intersection(&right.words).count();
    let shorter = left.words.len().min(right.words.len());
    let longer = left.words.len().max(right.words.len());
    let about_the_same = SHARED
        .iter()
        .any(|(count, share)| shared >= *count && shared as f32 >= share * shorter as f32);
    let alike = shared as f32 >= SHARED_OF_LONGER_MIN * longer as f32;
    let each_has_its_own = left.has_a_case_of_its_own(right) && right.has_a_case_of_its_own(left);
    // "It runs on Mondays" and "it does not run on Fridays" are both true of one bus.
    let one_denies = left.denies != right.denies;
    if !about_the_same || !alike || each_has_its_own || one_denies || of_other_columns(left, right, sort) {
        return None;
    }
    Some(Disagreement {
        kind: sort.kind(),
        left: left.written(sort),
        right: right.written(sort),
    })
}

/// The one sort of which both have literals and none that could mean the same, if they agree in all other sorts both have.
fn differing(left: &Stated<'_>, right: &Stated<'_>) -> Option<Comparable> {
    let mut differing = None;
    for sort in left.values.keys().filter(|sort| right.values.contains_key(sort)) {
        let here: Vec<&Literal> = left.of_sort(*sort).collect();
        let there: Vec<&Literal> = right.of_sort(*sort).collect();
        if !here.iter().any(|literal| fits(literal, &there)) {
            if differing.is_some() {
                return None;
            }
            differing = Some(*sort);
            continue;
        }
        let all_fit = here.iter().all(|literal| fits(literal, &there))
            && there.iter().all(|literal| fits(literal, &here));
        if !all_fit && *sort == Comparable::Of(LiteralKind::Number) {
            return None;
        }
    }
    differing.filter(|sort| {
        !matches!(
            sort.kind(),
            LiteralKind::Url | LiteralKind::Email | LiteralKind::Identifier
        )
    })
}

/// Whether a literal could mean the same as one of the others. "August 3" is August 3, 2026, and "October" may be October 7: a
/// source that says less says nothing else.
fn fits(literal: &Literal, others: &[&Literal]) -> bool {
    others
        .iter()
        .any(|other| agrees(literal, other) || agrees(other, literal))
}

/// Whether both are rows of tables, and what they differ in stands under columns that the other knows nothing of: "Opens at"
/// and "Delayed start" are no contradiction.
fn of_other_columns(left: &Stated<'_>, right: &Stated<'_>, sort: Comparable) -> bool {
    match (left.columns(sort), right.columns(sort)) {
        (Some(here), Some(there)) => here.is_disjoint(&right.words) && there.is_disjoint(&left.words),
        _ => false,
    }
}

/// The name that a number is a part of, in small letters: "policy 5.4".
fn numbered(text: &str, literal: &Literal) -> Option<String> {
    if !matches!(literal.kind, LiteralKind::Number | LiteralKind::Identifier) {
        return None;
    }
    let before = text.get(..literal.start)?.trim_end();
    let word = before.rsplit(|c: char| !c.is_alphabetic() && c != '.').next()?;
    let word = word.trim_matches('.').to_lowercase();
    NUMBERED
        .contains(&word.as_str())
        .then(|| format!("{word} {}", literal.value))
}

/// The capitalised words that do not begin a sentence, a cell or a quotation, in small letters; none of a text in which most
/// words are written so.
fn names(text: &str, literals: &[Literal]) -> Vec<String> {
    const BEGINS: [char; 10] = ['.', ':', ';', '!', '?', '(', '"', '“', '•', '/'];
    let is_name = |(word, start): &(&str, usize)| {
        let before = text.get(..*start).unwrap_or_default().trim_end();
        word.starts_with(char::is_uppercase)
            && !before.is_empty()
            && !before.ends_with(BEGINS)
            && !literals.iter().any(|l| l.start <= *start && *start < l.end)
    };
    let all: Vec<(&str, usize)> = words(text).map(|(word, place)| (word, place.start)).collect();
    let capitals = all
        .iter()
        .filter(|(word, _)| word.starts_with(char::is_uppercase));
    if 2 * capitals.count() > all.len() {
        return Vec::new();
    }
    let names = all.iter().filter(|word| is_name(word));
    names.map(|(word, _)| word.to_lowercase()).collect()
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

    /// Each pair with whether it is a conflict, in either order.
    fn judge(pairs: &[(&str, &str, bool)]) {
        for (left, right, conflict) in pairs {
            assert_eq!(disagreement(left, right).is_some(), *conflict, "{left} / {right}");
            assert_eq!(disagreement(right, left).is_some(), *conflict, "{right} / {left}");
        }
    }

    #[test]
    fn only_the_same_statement_with_another_figure_is_a_conflict() {
        judge(&[
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
        ]);
    }

    #[test]
    fn figures_that_may_both_be_meant_and_those_of_other_cases_are_no_conflict() {
        judge(&[
            // A source that says less says nothing else.
            (
                "Classes for all students begin on August 17, 2026.",
                "Classes for all students begin on August 17.",
                false,
            ),
            (
                "Schools dismiss early on October 7 and November 4.",
                "Schools dismiss early from October through May.",
                false,
            ),
            (
                "Classes for all students begin on August 17, 2026.",
                "Classes for all students begin on August 24.",
                true,
            ),
            // Days of the week say nothing against days of the year.
            (
                "The late bus runs on Mondays and Tuesdays.",
                "The late bus runs from September 14 to May 27.",
                false,
            ),
            (
                "The late bus runs on Mondays and Tuesdays.",
                "The late bus does not run on Wednesdays.",
                false,
            ),
            (
                "The school library closes to visitors at 4:00 p.m. on Mondays.",
                "The school library closes to visitors at 4:30 p.m. on Mondays.",
                true,
            ),
            // A number that names something is no figure.
            (
                "Complaints are handled under Board Policy 4.6.",
                "Complaints are handled under Board Policy 5.4.",
                false,
            ),
            (
                "Bus 12 leaves the school at 3:10 p.m.",
                "Bus 14 leaves the school at 3:25 p.m.",
                false,
            ),
            (
                "A meal at Millbrook costs a visitor $4.",
                "A meal at Fernbrook costs a visitor $5.",
                false,
            ),
            (
                "School: Millbrook; Open to students: 8:35 a.m.",
                "School: Millbrook; Delayed start: 10:50 a.m.",
                false,
            ),
            (
                "School: Millbrook; Library opens: 8:35 a.m.",
                "School: Millbrook; Library opens at: 8:50 a.m.",
                true,
            ),
        ]);
    }
}
