//! Numbers written out: "two", "twenty-five", "first", "one hundred".

use super::{Literal, LiteralKind};
use crate::retrieval::words;

const SMALL: &[(&str, u32)] = &[
    ("zero", 0),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("twice", 2),
    ("double", 2),
];
const TENS: &[(&str, u32)] = &[
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("thirtieth", 30),
    ("twentieth", 20),
];
/// "One" and "first" count only before these: elsewhere they are pronouns and turns of phrase.
const UNITS: &[&str] = &[
    "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes",
    "time", "mile", "miles", "grade", "grader", "school", "business", "calendar", "semester", "quarter",
    "term", "percent", "half", "meal", "dollar", "copy", "offense", "absence", "hundred", "thousand",
    "repair", "child", "parent", "student", "form", "member", "or",
];

/// The numbers in words that lie outside `taken`.
pub(super) fn number_words(text: &str, taken: &[(usize, usize)]) -> Vec<Literal> {
    let all: Vec<(String, usize, usize)> = words(text)
        .filter(|(_, place)| {
            taken
                .iter()
                .all(|(start, end)| place.end <= *start || *end <= place.start)
        })
        .map(|(word, place)| (word.to_lowercase(), place.start, place.end))
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((word, start, end)) = all.get(at) {
        let next = all.get(at + 1);
        let Some(mut value) = value_of(word, next.map(|(word, ..)| word.as_str())) else {
            at += 1;
            continue;
        };
        let mut last = *end;
        at += 1;
        // "twenty-five" and "one hundred" are one number in two words.
        if let Some((following, _, following_end)) = next {
            let ones = lookup(SMALL, following).or((following == "one" || following == "first").then_some(1));
            if let Some(ones) = ones.filter(|ones| lookup(TENS, word).is_some() && (1..10).contains(ones)) {
                (value, last, at) = (value + ones, *following_end, at + 1);
            } else if let Some(scale) = scale(following) {
                (value, last, at) = (value * scale, *following_end, at + 1);
            }
        }
        found.push(Literal {
            kind: LiteralKind::Number,
            value: value.to_string(),
            start: *start,
            end: last,
        });
    }
    found
}

fn value_of(word: &str, next: Option<&str>) -> Option<u32> {
    if matches!(word, "one" | "first") {
        return next.filter(|next| UNITS.contains(next)).map(|_| 1);
    }
    lookup(SMALL, word).or_else(|| lookup(TENS, word))
}

fn lookup(table: &[(&str, u32)], word: &str) -> Option<u32> {
    table
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, value)| *value)
}

fn scale(word: &str) -> Option<u32> {
    match word {
        "hundred" => Some(100),
        "thousand" => Some(1_000),
        _ => None,
    }
}
