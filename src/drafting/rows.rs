//! Table rows, which extraction writes as "School: Millbrook; Leaves at: 4:45 p.m.", worded for readers.

use std::ops::Range;

use super::evidence::Evidence;
use super::literals::missing;
use crate::retrieval::words;

/// A first cell with a word of so many letters names its row by itself; "3" or "K" needs its column's name.
const NAMING_LETTERS_MIN: usize = 3;
/// Columns beside the first that say no more than that there is something to say: their names are left out.
const WHAT: &[&str] = &[
    "activity", "description", "detail", "details", "event", "note", "notes", "occasion", "reason", "what",
    "what happens",
];
const BETWEEN_CELLS: &str = "; ";

/// One cell with its column's name.
struct Cell<'a> {
    column: &'a str,
    value: &'a str,
    /// The bytes of the row that its value takes.
    place: Range<usize>,
}

/// Whether a sentence of a document is a table's row.
pub(super) fn is_row(text: &str) -> bool {
    cells(text).is_some()
}

/// "Millbrook: leaves at 4:45 p.m." The first cell names the row, so that its column's name can go, and so can one that says
/// nothing ("Reason"); no other word does. A column's name becomes small where `is_common` says that its first word is no name. Nothing for what is no row, nor where
/// a figure would come of joining ("May: 4" is not May 4).
pub(super) fn as_prose(text: &str, is_common: &dyn Fn(&str) -> bool) -> Option<String> {
    let cells = cells(text)?;
    let (first, rest) = cells.split_first()?;
    let subject = if names_its_row(first.value) {
        first.value.to_owned()
    } else {
        format!("{} {}", first.column, first.value)
    };
    let said: Vec<String> = match rest {
        [what] if WHAT.contains(&what.column.to_lowercase().as_str()) => vec![what.value.to_owned()],
        _ => rest
            .iter()
            .map(|cell| format!("{} {}", in_small(cell.column, is_common), cell.value))
            .collect(),
    };
    let prose = format!("{subject}: {}", said.join(BETWEEN_CELLS));
    missing(&prose, &[text]).is_empty().then_some(prose)
}

/// The rows of the table that a sentence of the evidence is a row of, in their order; none if it is no row. Rows of one table
/// follow each other and begin with the same column.
pub(super) fn table_of(evidence: &Evidence, place: usize) -> Range<usize> {
    let sentences = &evidence.sentences;
    let key = |place: usize| {
        let sentence = sentences.get(place)?;
        let column = cells(&sentence.citation.quote)?.first()?.column.to_owned();
        Some((sentence.passage, column))
    };
    let Some(of_table) = key(place) else {
        return place..place;
    };
    let is_beside = |place: &usize| key(*place).as_ref() == Some(&of_table);
    let first = (0..place).rev().take_while(is_beside).last().unwrap_or(place);
    let behind = (place + 1..sentences.len()).take_while(is_beside).count();
    first..place + 1 + behind
}

/// The words of [`as_prose`] in lower case: what a claim must consist of to be a copy of the row.
pub(super) fn words_of_prose(text: &str) -> Option<Vec<String>> {
    let prose = as_prose(text, &|_| true)?;
    Some(words(&prose).map(|(word, _)| word.to_lowercase()).collect())
}

/// The name of the column that the byte `at` of a row stands under.
pub(super) fn column_at(text: &str, at: usize) -> Option<&str> {
    let cell = cells(text)?.into_iter().find(|cell| cell.place.contains(&at));
    cell.map(|cell| cell.column)
}

/// At least two cells, of which each but a continuation of the one before has its column's name.
fn cells(text: &str) -> Option<Vec<Cell<'_>>> {
    let mut cells: Vec<(&str, usize, usize)> = Vec::new();
    let mut start = 0;
    for part in text.split(BETWEEN_CELLS) {
        let end = start + part.len();
        match part.split_once(": ") {
            Some((column, value)) if !column.trim().is_empty() && !value.trim().is_empty() => {
                cells.push((column.trim(), end - value.len(), end));
            }
            // A semicolon inside a cell.
            _ => cells.last_mut()?.2 = end,
        }
        start = end + BETWEEN_CELLS.len();
    }
    let cell = |(column, from, to)| {
        let value = text.get(from..to)?.trim();
        Some(Cell {
            column,
            value,
            place: from..to,
        })
    };
    let cells: Vec<Cell<'_>> = cells.into_iter().map(cell).collect::<Option<_>>()?;
    (cells.len() >= 2).then_some(cells)
}

fn names_its_row(value: &str) -> bool {
    let begins_with_digit = value.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    let has_word = value
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().count() >= NAMING_LETTERS_MIN);
    has_word && !begins_with_digit
}

fn in_small(column: &str, is_common: &dyn Fn(&str) -> bool) -> String {
    let mut letters = column.chars();
    let first_word = column.split(char::is_whitespace).next().unwrap_or_default();
    match letters.next() {
        Some(first) if is_common(&first_word.to_lowercase()) && !is_abbreviation(first_word) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => column.to_owned(),
    }
}

fn is_abbreviation(word: &str) -> bool {
    word.chars().count() == 1 || word.chars().skip(1).any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_reads_as_a_statement() {
        let common = |word: &str| matches!(word, "leaves" | "fee" | "due" | "id" | "grade");
        for (row, expected) in [
            (
                "School: Millbrook Elementary; Leaves at: 4:45 p.m.",
                Some("Millbrook Elementary: leaves at 4:45 p.m."),
            ),
            (
                "Item: Courtesy seat; Fee: $180; Due: at sign-up.",
                Some("Courtesy seat: fee $180; due at sign-up."),
            ),
            ("Grade: 3; Fee: $20.", Some("Grade 3: fee $20.")),
            ("Route: North; Monday: 3:10 p.m.", Some("North: Monday 3:10 p.m.")),
            (
                "Card: Student card; ID: on the back.",
                Some("Student card: ID on the back."),
            ),
            (
                "Item: Lock; Fee: $7; $9 if lost.",
                Some("Lock: fee $7; $9 if lost."),
            ),
            (
                "Date: December 21 – January 1; Reason: Winter break.",
                Some("December 21 – January 1: Winter break."),
            ),
            ("Month: May; May: 4", None),
            ("Bring one of these: a lease or a deed.", None),
            ("It is closed; call the office.", None),
            ("", None),
        ] {
            assert_eq!(as_prose(row, &common).as_deref(), expected, "{row:?}");
            assert!(is_row(row) || expected.is_none(), "{row:?}");
        }
    }

    proptest! {
        #[test]
        fn only_words_of_the_row_are_said(row in "([A-Z][a-z]{0,6}: [$a-z0-9:. ]{0,9}; ){0,4}[A-Za-z:; ]{0,12}") {
            if let Some(said) = words_of_prose(&row) {
                let known: Vec<String> = words(&row).map(|(word, _)| word.to_lowercase()).collect();
                prop_assert!(said.iter().all(|word| known.contains(word)), "{said:?}");
            }
        }
    }
}
