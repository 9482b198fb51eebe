//! Names in a question: the school, the office or the programme that it is about.

use super::institutions::{schools, schools_called};
use super::words::{is_stop_word, words};

/// So many names of a question are looked up.
const NAMES_MAX: usize = 8;
/// No name has more words; a longer run is a title, or an attack on the index.
const NAME_WORDS_MAX: usize = 10;
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

/// Words with a capital that follow each other, with nothing but a space or a hyphen between; a possessive "'s" ends nothing.
pub struct CapitalRun<'a> {
    pub words: Vec<&'a str>,
    /// Whether its first word begins a sentence, and may have its capital from there.
    pub begins: bool,
}

/// All runs of a text, in its order.
pub fn capital_runs(text: &str) -> Vec<CapitalRun<'_>> {
    let mut runs: Vec<CapitalRun> = Vec::new();
    let mut before = None;
    let mut is_open = false;
    for (word, place) in words(text) {
        let between = before.and_then(|end| text.get(end..place.start));
        before = Some(place.end);
        if word == "s" && matches!(between, Some("'" | "’")) {
            continue;
        }
        let capital = has_capital(word);
        match runs.last_mut() {
            Some(run) if capital && is_open && matches!(between, Some(" " | "-")) => run.words.push(word),
            _ if capital => {
                let starts = |between: &str| between.contains(['.', '?', '!', ':', '\n', '"', '“']);
                let begins = between.is_none_or(starts);
                let words = vec![word];
                runs.push(CapitalRun { words, begins });
            }
            _ => {}
        }
        is_open = capital;
    }
    runs
}

/// The names in a question, each as its words in lower case. One word that begins a sentence is none.
pub fn names(question: &str) -> Vec<Vec<String>> {
    let runs = capital_runs(question);
    let capitals: usize = runs.iter().map(|run| run.words.len()).sum();
    if capitals as f32 > CAPITALS_SHARE_MAX * words(question).count() as f32 {
        return Vec::new();
    }
    let mut names: Vec<Vec<String>> = Vec::new();
    for run in runs {
        let lower: Vec<String> = run.words.iter().map(|word| word.to_lowercase()).collect();
        let is_none = |word: &String| is_stop_word(word) || NO_NAMES.contains(&word.as_str());
        for (part, name) in lower.split(is_none).enumerate() {
            let has_it_from_there = run.begins && part == 0 && name.len() == 1;
            let is_name = (1..=NAME_WORDS_MAX).contains(&name.len()) && !has_it_from_there;
            if is_name && names.len() < NAMES_MAX && !names.iter().any(|known| known == name) {
                names.push(name.to_vec());
            }
        }
    }
    names
}

fn has_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// The names in a question with those of schools that it calls in small letters, where one of `offices` is that school's.
pub fn names_among<'a>(question: &str, offices: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
    let known = offices.into_iter().flat_map(schools).collect();
    let mut names = names(question);
    for called in schools_called(question, &known) {
        let called: Vec<String> = called.split(' ').map(str::to_owned).collect();
        let is_known = |name: &Vec<String>| name.starts_with(&called);
        if names.len() < NAMES_MAX && !names.iter().any(is_known) {
            names.push(called);
        }
    }
    names
}

/// How a question names an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOffice {
    /// So many of the office's first words.
    pub words: usize,
    /// In the question's words, in lower case.
    pub said: String,
}

/// Whether an office is named by its first words. "Lincoln" names "Lincoln Elementary" as well as "Lincoln High", and
/// "Lincoln High" the latter with more words. Spaces do not count: "Quill Haven" is "Quillhaven".
pub fn office_named(office: &str, names: &[Vec<String>]) -> Option<NamedOffice> {
    let office: Vec<String> = words(office)
        .map(|(word, _)| word.to_lowercase())
        .skip_while(|word| is_stop_word(word))
        .collect();
    (1..=office.len()).rev().find_map(|words| {
        let first = office.get(..words)?;
        let joined = first.concat();
        let is_any = first.iter().all(|word| ANY_OFFICE.contains(&word.as_str()));
        if is_any || joined.chars().count() < OFFICE_LETTERS_MIN {
            return None;
        }
        let said = names.iter().find_map(|name| run_of(name, &joined))?.join(" ");
        Some(NamedOffice { words, said })
    })
}

/// Words of the name that follow each other and together are `joined`.
fn run_of<'a>(name: &'a [String], joined: &str) -> Option<&'a [String]> {
    (0..name.len()).find_map(|start| {
        let mut rest = joined;
        for (end, word) in name.iter().enumerate().skip(start) {
            rest = rest.strip_prefix(word.as_str())?;
            if rest.is_empty() {
                return name.get(start..=end);
            }
        }
        None
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
            let named = office_named(office, &names(question)).map_or(0, |named| named.words);
            assert_eq!(named, expected, "{office}: {question}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_names(question in "\\PC{0,200}", office in "\\PC{0,60}") {
            let names = names(&question);
            prop_assert!(names.len() <= NAMES_MAX);
            prop_assert!(names.iter().all(|name| !name.is_empty()));
            let named = office_named(&office, &names);
            prop_assert!(named.is_none_or(|named| named.words <= words(&office).count()));
        }
    }
}
