//! Schools and districts that a text names: what holds at one school is no answer about another.

use std::collections::BTreeSet;

use super::names::capital_runs;
use super::searched::is_a_name;
use super::words::words;

/// What stands behind a school's own name.
const SCHOOL: &[&str] = &[
    "elementary", "primary", "middle", "intermediate", "junior", "senior", "high", "academy", "school",
];
/// What stands behind a district's own name, with or without words of [`SCHOOL`] between.
const DISTRICT: &[&str] = &["district", "schools", "isd", "usd"];
/// Words between a district's own name and what it is.
const OF_DISTRICT: &[&str] = &[
    "public", "unified", "union", "independent", "consolidated", "community", "county", "city",
];
/// With a capital, or at the start of a sentence, before "Elementary School" these name none.
const NO_NAME: &[&str] = &[
    "a", "all", "an", "any", "at", "both", "each", "every", "for", "former", "home", "if", "in", "its",
    "local", "most", "my", "neighborhood", "new", "no", "of", "on", "online", "other", "our", "private",
    "regular", "some", "state", "that", "the", "their", "these", "this", "those", "virtual", "your",
];

/// The own names of the schools in a text, in lower case: "fernbrook" of "Fernbrook Elementary School".
pub fn schools(text: &str) -> Vec<String> {
    named(text, Kind::School)
}

/// Likewise of the districts.
pub fn districts(text: &str) -> Vec<String> {
    named(text, Kind::District)
}

/// The schools among `known`, own names in lower case, that a text names in any letters, each with what it is said to be:
/// "lincoln" or "lincoln elementary". A name is often a word as well ("spring break"), so it has to stand behind "at" or before
/// what a school is.
pub fn schools_called(text: &str, known: &BTreeSet<String>) -> Vec<String> {
    let said: Vec<String> = words(text).map(|(word, _)| word.to_lowercase()).collect();
    let is_kind = |word: &&String| SCHOOL.contains(&word.as_str());
    let call = |name: &String| {
        let name: Vec<&str> = name.split(' ').collect();
        said.windows(name.len()).enumerate().find_map(|(start, run)| {
            let behind = said.get(start + name.len()..).unwrap_or_default();
            let kinds = behind.iter().take_while(is_kind).count();
            let is_at = start > 0 && said.get(start - 1).is_some_and(|before| before == "at");
            let is_called = run == name.as_slice() && (is_at || kinds > 0);
            is_called.then(|| {
                said.get(start..start + name.len() + kinds)
                    .map(|said| said.join(" "))
            })?
        })
    };
    known.iter().filter_map(call).collect()
}

/// A district in the question that is not this one, whose names are `ours`, and that no text which was `found` mentions: its
/// name would bring such a text up. Where nobody set this one's name, none can be told from it.
pub fn another_district<'a>(
    question: &str,
    ours: &[String],
    mut found: impl Iterator<Item = &'a String>,
) -> Option<String> {
    let mentions = |text: &str, name: &str| text.to_lowercase().contains(name);
    let is_ours = |name: &str| ours.iter().any(|ours| mentions(ours, name));
    if !ours.iter().any(|name| is_a_name(name)) {
        return None;
    }
    let others = districts(question).into_iter();
    let name = others
        .into_iter()
        .find(|name| !is_ours(name) && !found.any(|text| mentions(text, name)))?;
    as_written(question, &name)
}

/// A name in lower case as the question writes it.
fn as_written(question: &str, name: &str) -> Option<String> {
    let first = name.split(' ').next()?;
    let (_, start) = words(question).find(|(word, _)| word.to_lowercase() == first)?;
    let count = name.split(' ').count();
    let rest = question.get(start.start..)?;
    let (_, last) = words(rest).take(count).last()?;
    rest.get(..last.end).map(str::to_owned)
}

/// Whether two own names are one institution's: one may have more before or behind it ("Osier Flats", "Osier").
pub fn is_same(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let rest = long.strip_prefix(short).or_else(|| long.strip_suffix(short));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || rest.ends_with(' '))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    School,
    District,
}

fn named(text: &str, kind: Kind) -> Vec<String> {
    let mut found = Vec::new();
    let runs = capital_runs(text);
    let parts = runs
        .iter()
        .flat_map(|run| run.words.split(|word| is_shouted(word)));
    for part in parts {
        if let Some((name, of)) = institution(part)
            && of == kind
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

/// Words all in capitals are a heading's or an abbreviation.
fn is_shouted(word: &str) -> bool {
    let is_short = matches!(word, "ISD" | "USD");
    word.len() > 1 && !is_short && !word.chars().any(char::is_lowercase)
}

/// The own name at the start of a run of words with a capital, and what it is the name of.
fn institution(run: &[&str]) -> Option<(String, Kind)> {
    let lower: Vec<String> = run.iter().map(|word| word.to_lowercase()).collect();
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let start = lower.iter().position(|word| !is(NO_NAME, word))?;
    let lower = lower.get(start..)?;
    let end = lower
        .iter()
        .position(|word| is(SCHOOL, word) || is(DISTRICT, word) || is(OF_DISTRICT, word))?;
    let (name, behind) = lower.split_at(end);
    let is_district = behind.last().is_some_and(|word| is(DISTRICT, word));
    let all_say_what = behind
        .iter()
        .all(|word| is(SCHOOL, word) || is(DISTRICT, word) || is(OF_DISTRICT, word));
    let is_school = behind.iter().all(|word| is(SCHOOL, word));
    let kind = match (is_school, is_district && all_say_what) {
        (true, _) => Kind::School,
        (_, true) => Kind::District,
        _ => return None,
    };
    (!name.is_empty()).then(|| (name.join(" "), kind))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn schools_and_districts_are_told_from_other_words() {
        let cases: [(&str, &[&str], &[&str]); 14] = [
            ("School: Fernbrook Elementary; Grades: K–5", &["fernbrook"], &[]),
            (
                "at Stonebridge Middle School and Quillhaven High",
                &["stonebridge", "quillhaven"],
                &[],
            ),
            ("Tern Hollow School's office", &["tern hollow"], &[]),
            ("St. Mary's Academy", &["mary"], &[]),
            ("The Kestrel Academy", &["kestrel"], &[]),
            ("All Elementary School students", &[], &[]),
            ("Elementary Attendance", &[], &[]),
            ("Idaho High School Activities Association", &[], &[]),
            ("ATHLETICS IN HIGH SCHOOL", &[], &[]),
            ("the elementary schools", &[], &[]),
            ("When does Boise School District start?", &[], &["boise"]),
            ("Is it so in Salem Public Schools?", &[], &["salem"]),
            ("the Austin ISD rule", &[], &["austin"]),
            ("Does the School District pay? Our District?", &[], &[]),
        ];
        for (text, expected_schools, expected_districts) in cases {
            assert_eq!(schools(text), expected_schools, "{text}");
            assert_eq!(districts(text), expected_districts, "{text}");
        }
    }

    #[test]
    fn another_district_is_one_that_is_neither_this_one_nor_mentioned() {
        let found = ["Transfers from Salem Public Schools are free.".to_owned()];
        let ours = ["Quillhaven School District".to_owned()];
        let unset = ["Your School District".to_owned()];
        let asked = "When does North Boise School District take forms?";
        for (question, ours, expected) in [
            (asked, &ours, Some("North Boise")),
            (asked, &unset, None),
            ("Does the Quillhaven School District take forms?", &ours, None),
            ("Can I come from Salem Public Schools?", &ours, None),
            ("When does the district take forms?", &ours, None),
        ] {
            let found = another_district(question, ours, found.iter());
            assert_eq!(found.as_deref(), expected, "{question}");
        }
    }

    #[test]
    fn a_school_may_be_named_in_small_letters() {
        let known = ["fernbrook", "spring", "tern hollow"].map(str::to_owned).into();
        let cases: [(&str, &[&str]); 8] = [
            ("when do doors open at fernbrook?", &["fernbrook"]),
            ("does tern hollow school have a bus", &["tern hollow school"]),
            ("is fernbrook elementary's office open", &["fernbrook elementary"]),
            ("Is it so at SPRING High?", &["spring high"]),
            ("when is spring break", &[]),
            ("is fernbrook open", &[]),
            ("at tern", &[]),
            ("", &[]),
        ];
        for (question, expected) in cases {
            assert_eq!(schools_called(question, &known), expected, "{question}");
        }
    }

    #[test]
    fn a_name_may_have_more_words() {
        assert!(is_same("osier flats", "osier") && is_same("hollow", "tern hollow") && is_same("a", "a"));
        assert!(!is_same("adams", "adamson") && !is_same("north lincoln", "lincoln south"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            let schools = schools(&text);
            prop_assert!(schools.iter().chain(&districts(&text)).all(|name| !name.is_empty()));
            let known = schools.into_iter().collect();
            prop_assert!(schools_called(&text, &known).len() <= known.len());
        }
    }
}
