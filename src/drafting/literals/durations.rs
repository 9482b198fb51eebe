//! Lengths of time that are the same in other units: 24 hours and one day, 14 days and two weeks.

use super::{Literal, LiteralKind};
use crate::retrieval::words;

/// Units of one family can be counted in each other. Days of a kind ("school days") are no such unit.
const UNITS: &[(&str, Family, u64)] = &[
    ("second", Family::Clock, 1),
    ("minute", Family::Clock, 60),
    ("hour", Family::Clock, 3_600),
    ("day", Family::Clock, 86_400),
    ("week", Family::Clock, 604_800),
    ("month", Family::Calendar, 1),
    ("year", Family::Calendar, 12),
];

/// How long a unit is exactly; a month is no fixed number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// In seconds.
    Clock,
    /// In months.
    Calendar,
}

/// A length of time in the smallest unit of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration(Family, u64);

/// The length of time that a number of the text counts, if the next word is a unit of time.
pub fn duration(text: &str, literal: &Literal) -> Option<Duration> {
    if literal.kind != LiteralKind::Number {
        return None;
    }
    let count: u64 = literal.value.parse().ok()?;
    // "two (2) weeks" says its number twice: the word after the brackets is the unit for both.
    let rest = text.get(literal.end..)?;
    let (next, _) = words(rest).find(|(word, _)| word.chars().any(char::is_alphabetic))?;
    let next = next.to_lowercase();
    let single = next.strip_suffix('s').unwrap_or(&next);
    let (_, family, length) = UNITS.iter().find(|(name, ..)| *name == single)?;
    Some(Duration(*family, count.checked_mul(*length)?))
}

#[cfg(test)]
mod tests {
    use super::super::literals;
    use super::*;

    fn first(text: &str) -> Option<Duration> {
        literals(text).first().and_then(|literal| duration(text, literal))
    }

    #[test]
    fn the_same_length_in_other_units() {
        for (left, right, same) in [
            ("24 hours", "one day", true),
            ("fourteen (14) days", "two weeks", true),
            ("2 minutes", "120 seconds", true),
            ("12 months", "1 year", true),
            ("48 hours", "three days", false),
            ("30 days", "1 month", false),
            ("14 school days", "two weeks", false),
        ] {
            let equal = first(left).is_some() && first(left) == first(right);
            assert_eq!(equal, same, "{left} / {right}");
        }
        assert_eq!(first("99999999999999999999 days"), None);
        assert_eq!(first("12 students a day"), None);
    }
}
