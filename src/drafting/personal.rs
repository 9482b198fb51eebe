//! Personal data and secrets in a text, by patterns: what must not be stored in clear or shown to the model.
//!
//! Patterns miss what has no form (a lone first name); a person still reads every draft. What they find,
//! they name by kind, never by repeating it.

use std::sync::LazyLock;

use regex::{Match, Regex};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    StudentName,
    StudentNumber,
    SocialSecurityNumber,
    DateOfBirth,
    Email,
    Phone,
    HomeAddress,
    PaymentCard,
    Secret,
}

impl PersonalKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::StudentName => "a student's name",
            Self::StudentNumber => "a student number",
            Self::SocialSecurityNumber => "a Social Security number",
            Self::DateOfBirth => "a date of birth",
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number",
            Self::HomeAddress => "a home address",
            Self::PaymentCard => "a card number",
            Self::Secret => "a password or access key",
        }
    }
}

/// Bytes of a text that hold personal data of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalSpan {
    pub kind: PersonalKind,
    pub start: usize,
    pub end: usize,
}

/// The personal data in a text, in order; spans do not overlap.
pub fn personal_data(text: &str) -> Vec<PersonalSpan> {
    let mut found: Vec<PersonalSpan> = Vec::new();
    for (kind, pattern, holds) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            // The first group is the datum itself where the pattern needs its surroundings.
            let Some(datum) = captures.get(1).or_else(|| captures.get(0)) else {
                continue;
            };
            let free = found
                .iter()
                .all(|other| datum.end() <= other.start || other.end <= datum.start());
            if free && holds(text, &datum) {
                found.push(PersonalSpan {
                    kind: *kind,
                    start: datum.start(),
                    end: datum.end(),
                });
            }
        }
    }
    found.sort_by_key(|span| span.start);
    found
}

type Holds = fn(&str, &Match<'_>) -> bool;

static PATTERNS: LazyLock<Vec<(PersonalKind, Regex, Holds)>> = LazyLock::new(|| {
    use PersonalKind::{
        DateOfBirth, Email, HomeAddress, PaymentCard, Phone, Secret, SocialSecurityNumber, StudentName,
        StudentNumber,
    };
    let date = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4})";
    let name = r"\p{Lu}[\p{L}'’-]+";
    let kin = r"(?:son|daughter|child|kid|stepson|stepdaughter|grandson|granddaughter|grandchild|nephew|niece|brother|sister|foster child|student)";
    let always: Holds = |_, _| true;
    let table: Vec<(PersonalKind, String, Holds)> = vec![
        (Secret, r"-----BEGIN [A-Z ]*PRIVATE KEY-----".into(), always),
        (Secret, r"\b(?:sk|pk|rk)[-_](?:[a-z]+[-_])*[A-Za-z0-9_-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}".into(), always),
        (Secret, r"(?i)\b(?:api[_ -]?key|password|passwd|passcode|secret|access[_ -]?token)\b\s*(?:is|[:=])\s*(\S{6,})".into(),
            |_, datum| datum.as_str().chars().any(|c| c.is_ascii_digit() || c.is_ascii_punctuation() && c != '?' && c != '.')),
        (Email, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+".into(), always),
        (SocialSecurityNumber, r"\b\d{3}[- ]\d{2}[- ]\d{4}\b".into(), always),
        (SocialSecurityNumber, r"(?i)\b(?:ssn|social security(?: number)?)\b\D{0,12}(\d{9})\b".into(), always),
        (PaymentCard, r"\b(?:\d[ -]?){12,18}\d\b".into(), |_, datum| passes_luhn(datum.as_str())),
        (DateOfBirth, format!(r"(?i)\b(?:born|dob|d\.o\.b\.|date of birth|birth ?date|birthday)\b.{{0,20}}?({date})"), always),
        (DateOfBirth, format!(r"(?i-u:\b)(?:{name} {name}),? ?\(?(?i:({date}))"), |_, datum| is_childhood(datum.as_str())),
        (Phone, r"(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\b\d{3}[-. ])\d{3}[-. ]\d{4}(?:\s?(?i:x|ext\.?)\s?\d{1,6})?\b|\b\d{3}-\d{4}\b".into(), always),
        // With the sign and code of a country, grouped as people there do.
        (Phone, r"\+\d{1,3}[-. ]?(?:\(\d{1,4}\)[-. ]?)?\d{1,4}(?:[-. ]?\d{2,4}){2,4}\b".into(), always),
        (StudentNumber, r"(?i)\b(?:student|pupil|child|lunch|state|perm(?:anent)?)(?:'s)?\s*(?:id|number|no\.?|#|pin)(?:\s*(?:number|no\.?))?\s*(?:is|was|:|#|=)*\s*#?([a-z]{0,3}-?\d{4,12})\b".into(), always),
        (StudentNumber, r"(?i)\b(?:id|number)\s*(?:is|:|#)?\s*#?(\d{6,12})\b".into(), always),
        (StudentNumber, r"\b(\d{7,12})\b".into(), always),
        (HomeAddress, r"(?i)\b(?:lives? at|living at|address is|reside[sd]? at|moved to|home at)\s+(\d{1,6}\s+(?:[\w.]+\s){1,4}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|circle|terrace)\b)".into(), always),
        (StudentName, format!(r"(?i:\b(?:my|our|his|her|their|the|a)\s+(?:\w+\s+){{0,2}}?{kin}(?:,|\s+named|\s+called|'s name is|\s+is named)?)\s+({name}(?: {name})?)"), is_name),
        (StudentName, format!(r"({name}(?: {name}){{1,2}})(?-u:\b)[^.?!]{{0,80}}?(?i:{SENSITIVE})"), is_full_name),
        (StudentName, format!(r"(?i:{SENSITIVE})[^.?!]{{0,60}}?(?-u:\b)({name}(?: {name}){{1,2}})"), is_full_name),
    ];
    let compiled = table.into_iter().map(|(kind, pattern, holds)| {
        (
            kind,
            Regex::new(&pattern).expect("the patterns are fixed and compiled in a test"),
            holds,
        )
    });
    compiled.collect()
});

/// Beside a person's name, these make a statement about a student.
const SENSITIVE: &str = r"\b(?:IEP|504 plan|504|suspen\w+|expel\w+|expulsion|disciplin\w+|detention|diagnos\w+|autis\w+|ADHD|medication|custody|foster care|homeless\w*|bull(?:y|ied)\w*|fail(?:ed|ing)|truan\w+|arrest\w*|grades? (?:are|is|were|was)|report card|counsel(?:or|ing)|special education|special ed)\b";

/// Capitalised words that begin names of places and things rather than of people.
const NOT_NAMES: &[&str] = &[
    "school", "schools", "elementary", "middle", "high", "academy", "district", "board", "policy", "office",
    "department", "services", "county", "city", "street", "avenue", "road", "park", "university", "college",
    "center", "title", "section", "plan", "form", "act", "education", "student", "students", "handbook",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "the", "what", "when", "where", "who", "how", "why", "can", "does", "do", "is", "are", "if", "my", "our",
    "special", "american", "spanish", "english", "french", "math", "science", "chromebook", "transportation",
    "nutrition", "health", "code", "rights", "iep", "adhd", "unified", "union", "public", "state", "federal",
    "individualized", "program", "team", "meeting", "calendar", "grade", "kindergarten", "will", "should",
];

fn is_name(_: &str, datum: &Match<'_>) -> bool {
    datum
        .as_str()
        .split(' ')
        .all(|word| !NOT_NAMES.contains(&word.to_lowercase().as_str()))
}

/// Two or three names in a row; a capitalised first word of the sentence may stand before them.
fn is_full_name(_: &str, datum: &Match<'_>) -> bool {
    let names: Vec<bool> = datum
        .as_str()
        .split(' ')
        .map(|word| !NOT_NAMES.contains(&word.to_lowercase().as_str()))
        .skip_while(|is_name| !is_name)
        .collect();
    names.len() >= 2 && names.iter().all(|is_name| *is_name)
}

/// A date beside a name is a birth date if it lies in a pupil's or young adult's years.
fn is_childhood(date: &str) -> bool {
    let digits: Vec<&str> = date
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let year = digits
        .iter()
        .find(|part| part.len() == 4)
        .and_then(|year| year.parse::<u32>().ok());
    year.is_some_and(|year| (1998..=2023).contains(&year))
}

/// The check digit of payment cards (ISO/IEC 7812-1).
fn passes_luhn(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                *digit
            } else {
                (digit * 2) / 10 + (digit * 2) % 10
            }
        })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<PersonalKind> {
        personal_data(text).into_iter().map(|span| span.kind).collect()
    }

    #[test]
    fn personal_data_is_found_and_named() {
        use PersonalKind::*;
        for (text, expected) in [
            ("Can Maria Lopez with her IEP ride the bus?", vec![StudentName]),
            ("Was the suspension of Jordan Smith legal?", vec![StudentName]),
            ("My son Jordan missed the bus.", vec![StudentName]),
            ("her daughter, Ana Díaz, is late", vec![StudentName]),
            ("student ID 1048576 owes money", vec![StudentNumber]),
            ("what about 20481234?", vec![StudentNumber]),
            ("SSN 123-45-6789", vec![SocialSecurityNumber]),
            ("born on 3/14/2015", vec![DateOfBirth]),
            ("Jordan Smith (03/14/2015)", vec![DateOfBirth]),
            ("reply to pat@home.example", vec![Email]),
            ("call me at 208-555-0142", vec![Phone]),
            ("call (208)555-0142x365 after 5", vec![Phone]),
            ("call 208.555.0142 ext. 12", vec![Phone]),
            ("call +41 (0)62 555 51 90", vec![Phone]),
            ("call +447700 900 916", vec![Phone]),
            ("we live at 12 Oak Lane", vec![HomeAddress]),
            ("card 4111 1111 1111 1111", vec![PaymentCard]),
            ("the key is sk-abcdefghijklmnop1234", vec![Secret]),
            ("password: hunter2!", vec![Secret]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn ordinary_questions_hold_none() {
        for text in [
            "How far must a student live from school to ride the bus in 2026-27?",
            "What does a student with an IEP get at Lincoln Elementary School?",
            "When is the first day, August 26, 2026?",
            "Who is in charge of Section 504 at the District Office?",
            "How much is the second repair, $45 or $50?",
            "My daughter forgot her password: what now?",
            "Can my child ride the late bus on Monday?",
            "My son Monday practice ends at 4:30 p.m.",
            "What is the fine under Policy 8.4?",
            "Is it 5 + 12 days, or +2 days 2026?",
        ] {
            assert_eq!(kinds(text), vec![], "{text}");
        }
    }

    proptest! {
        #[test]
        fn spans_are_slices_and_nothing_panics(text in "\\PC{0,200}") {
            prop_assert!(personal_data(&text).iter().all(|span| text.get(span.start..span.end).is_some()));
        }
    }
}
