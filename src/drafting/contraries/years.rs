//! Which year a question is about: what held in 2025 is no answer for 2027, however near its words are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::drafting::draft::Citation;
use crate::drafting::parts::last_sentence;
use crate::retrieval::words;

static YEARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)?\d\d))?\b")
        .expect("the pattern is fixed and used in a test")
});

/// Behind a number these make it an amount ("2000 calories").
const UNITS: &[&str] = &[
    "calories", "dollars", "feet", "hours", "meals", "mg", "miles", "minutes", "people", "points", "pounds",
    "square", "students", "words",
];
/// With these a year says since when or how old somebody is, and not when something is to hold.
const OF_PEOPLE: &[&str] = &["born", "birth", "birthday", "graduated", "since"];
/// No school year or contract is longer.
const SPAN_MAX: u16 = 30;

/// Whether a sentence is dated, and dated in other years than the question: in neither the sentence nor the headings and the
/// title above it is any year that was asked about.
pub fn is_of_another(question: &str, citation: &Citation) -> bool {
    let question = last_sentence(question);
    let (asked, said) = (years(question), years(&citation.quote));
    let of_people = words(question).any(|(word, _)| OF_PEOPLE.contains(&word.to_lowercase().as_str()));
    if asked.is_empty() || said.is_empty() || of_people {
        return false;
    }
    let above = citation.heading.iter().chain([&citation.title]);
    let known: BTreeSet<u16> = above.flat_map(|text| years(text)).chain(said).collect();
    asked.is_disjoint(&known)
}

/// The years that a text names; "2026–27" names both.
fn years(text: &str) -> BTreeSet<u16> {
    let mut years = BTreeSet::new();
    for found in YEARS.captures_iter(text) {
        let (Some(whole), Some(first)) = (found.get(0), found.get(1)) else {
            continue;
        };
        let before = text
            .get(..whole.start())
            .and_then(|before| before.chars().next_back());
        let behind = text.get(whole.end()..).unwrap_or_default();
        let Ok(first) = first.as_str().parse::<u16>() else {
            continue;
        };
        if before.is_some_and(|before| "$#.,€£".contains(before)) || is_no_year(behind) {
            continue;
        }
        let last = found.get(2).and_then(|last| match last.as_str() {
            short if short.len() == 2 => short.parse::<u16>().ok().map(|last| first / 100 * 100 + last),
            long => long.parse().ok(),
        });
        years.insert(first);
        years.extend((first..=last.unwrap_or(first)).take(usize::from(SPAN_MAX)));
    }
    years
}

/// Whether what stands behind a number says that it counts something or names a decade.
fn is_no_year(behind: &str) -> bool {
    let decade = ["s", "'s", "’s"].iter().any(|end| behind.starts_with(end));
    let next: String = behind
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphabetic())
        .collect();
    decade || UNITS.contains(&next.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drafting::test_model::cited;

    #[test]
    fn years_are_told_from_other_numbers() {
        for (text, expected) in [
            ("In the 2026–27 school year", vec![2026, 2027]),
            ("from 2025-2027", vec![2025, 2026, 2027]),
            ("on May 3, 2027, and in fall 2028", vec![2027, 2028]),
            ("in the 1990s or the 1950's", vec![]),
            ("2000 calories, $1950, policy 1201, 12026", vec![]),
            ("2099-00", vec![2099]),
        ] {
            assert_eq!(years(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn another_year_is_told() {
        const NEXT: &str = "What does lunch cost in 2027–28?";
        const BORN: [&str; 2] = [
            "My son was born in 2021. When can he start?",
            "Can a child born in 2021 start?",
        ];
        for (question, title, sentence, expected) in [
            (BORN[0], "Start", "Who is five by August 31, 2027, may.", false),
            (BORN[1], "Start", "Who is five by August 31, 2027, may.", false),
            (NEXT, "Meals", "In 2025–26 lunch costs $2.75.", true),
            (NEXT, "Meals", "In 2026–27 lunch costs $2.75.", false),
            (
                NEXT,
                "Meals 2027–28",
                "As decided on May 3, 2026, lunch costs $3.",
                false,
            ),
            (NEXT, "Meals 2025–26", "Lunch costs $2.75.", false),
            (
                "What does lunch cost?",
                "Meals",
                "In 2025–26 lunch costs $2.75.",
                false,
            ),
        ] {
            let found = is_of_another(question, &cited(title, "Rules", sentence));
            assert_eq!(found, expected, "{question} {title} {sentence}");
        }
    }

    proptest! {
        #[test]
        fn a_year_is_found_wherever_it_stands(text in "[a-z ,.]{0,40}", year in 1900u16..2100) {
            let dated = format!("{text} {year} {text}");
            prop_assert!(years(&dated).contains(&year) || UNITS.iter().any(|unit| text.contains(unit)) || text.starts_with('s'));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,60}") {
            let _ = years(&format!("{text} 2027–{text}"));
        }
    }
}
