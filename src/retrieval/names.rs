//! Names in a question: the school, the office or the programme that it is about.

use super::words::{is_stop_word, words};

/// So many names of a question are looked up.
const NAMES_MAX: usize = 8;
/// Where more of a question's words than this share have a capital, capitals say nothing: a heading, or shouted.
const CAPITALS_SHARE_MAX: f32 = 0.75;
/// A shorter beginning of an office's name is not taken for the office.
const OFFICE_LETTERS_MIN: usize = 3;

/// Words that are written with a capital and are no names of what a question is about.
const NO_NAMES: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "mr",
    "mrs", "ms", "dr",
];

/// Words that any office may begin with ("District office"), so that they name none.
const ANY_OFFICE: &[&str] = &[
    "board", "central", "city", "county", "department", "district", "main", "office", "public", "school",
    "schools",
];

/// The names in a question, each as its words in lower case: words with a capital that follow each other. One word that
/// begins a sentence has its capital from there and is none.
pub fn names(question: &str) -> Vec<Vec<String>> {
    let (all, capitals) = words(question).fold((0, 0), |(all, capitals), (word, _)| {
        (all + 1, capitals + u32::from(has_capital(word)))
    });
    if capitals as f32 > CAPITALS_SHARE_MAX * all as f32 {
        return Vec::new();
    }
    let mut names = Names::default();
    let mut before = None;
    for (word, place) in words(question) {
        let between = before.and_then(|end| question.get(end..place.start));
        let begins = between.is_none_or(|between| between.contains(['.', '?', '!', ':', '\n', '"', '“']));
        let lower = word.to_lowercase();
        let is_name = has_capital(word) && !is_stop_word(&lower) && !NO_NAMES.contains(&lower.as_str());
        if !is_name || between != Some(" ") {
            names.close();
        }
        if is_name {
            names.begins |= begins && names.open.is_empty();
            names.open.push(lower);
        }
        before = Some(place.end);
    }
    names.close();
    names.found
}

#[derive(Default)]
struct Names {
    found: Vec<Vec<String>>,
    open: Vec<String>,
    /// Whether the open name's first word begins a sentence.
    begins: bool,
}

impl Names {
    fn close(&mut self) {
        let name = std::mem::take(&mut self.open);
        let begins = std::mem::take(&mut self.begins);
        if name.len() > usize::from(begins) && !self.found.contains(&name) && self.found.len() < NAMES_MAX {
            self.found.push(name);
        }
    }
}

fn has_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// With how many of its first words an office is named; 0 where it is not. "Lincoln" names "Lincoln Elementary" as well as
/// "Lincoln High", and "Lincoln High" the latter with more words. Spaces do not count: "Quill Haven" is "Quillhaven".
pub(super) fn office_named(office: &str, names: &[Vec<String>]) -> usize {
    let office: Vec<String> = words(office)
        .map(|(word, _)| word.to_lowercase())
        .skip_while(|word| is_stop_word(word))
        .collect();
    (1..=office.len())
        .rev()
        .find(|count| {
            let first = office.get(..*count).unwrap_or_default();
            let joined = first.concat();
            joined.chars().count() >= OFFICE_LETTERS_MIN
                && !first.iter().all(|word| ANY_OFFICE.contains(&word.as_str()))
                && names.iter().any(|name| has_run(name, &joined))
        })
        .unwrap_or_default()
}

/// Whether words that follow each other in the name are `joined`.
fn has_run(name: &[String], joined: &str) -> bool {
    (0..name.len()).any(|start| {
        let mut rest = joined;
        name.iter().skip(start).any(|word| {
            match rest.strip_prefix(word.as_str()) {
                Some(left) => rest = left,
                // What does not go on as it began cannot match from here.
                None => rest = "\0",
            }
            rest.is_empty()
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_runs_of_words_with_a_capital() {
        let cases: [(&str, &[&[&str]]); 9] = [
            ("When does Minuteman take school choice kids?", &[&["minuteman"]]),
            (
                "We're 1.2 miles from our West Ada school. Do we get a bus?",
                &[&["west", "ada"]],
            ),
            (
                "Is Friday off at Lincoln Elementary in May?",
                &[&["lincoln", "elementary"]],
            ),
            (
                "Does Lincoln, or does Adams, have a pool?",
                &[&["lincoln"], &["adams"]],
            ),
            ("Is Lincoln's pool open? We like Lincoln", &[&["lincoln"]]),
            ("Minuteman called me.", &[]),
            ("West Ada called me about it.", &[&["west", "ada"]]),
            ("WHAT TIME DOES SCHOOL START", &[]),
            ("what do I do", &[]),
        ];
        for (question, expected) in cases {
            assert_eq!(names(question), expected, "{question}");
        }
    }

    #[test]
    fn an_office_is_named_by_its_first_words() {
        for (office, question, expected) in [
            (
                "Lincoln Elementary School",
                "When does Lincoln Elementary start?",
                2,
            ),
            (
                "Lincoln Elementary School",
                "When does school at Lincoln start?",
                1,
            ),
            ("Lincoln High", "When does Lincoln Elementary start?", 1),
            ("Adams Elementary", "When does Lincoln Elementary start?", 0),
            ("The Quillhaven Library", "Is the Quill Haven library open?", 1),
            ("District office", "Does the District pay?", 0),
            ("Ada", "Is it allowed in Canada or in Adair?", 0),
            ("Transportation Office", "is transportation free?", 0),
            (
                "Transportation Office",
                "Whom do I call, the Transportation Office?",
                2,
            ),
            ("", "Is Lincoln open?", 0),
        ] {
            assert_eq!(
                office_named(office, &names(question)),
                expected,
                "{office}: {question}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_names(question in "\\PC{0,200}", office in "\\PC{0,60}") {
            let names = names(&question);
            prop_assert!(names.len() <= NAMES_MAX);
            prop_assert!(names.iter().all(|name| !name.is_empty()));
            prop_assert!(office_named(&office, &names) <= words(&office).count());
        }
    }
}
