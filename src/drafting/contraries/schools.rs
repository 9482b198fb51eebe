//! Which school a question is about: when Fernbrook's day begins is no answer about Millrace.

use std::collections::BTreeSet;

use super::cases::Stands;
use crate::drafting::evidence::{Evidence, Labelled};
use crate::retrieval::{is_same, names, schools, schools_called, words};

/// In small letters these say that a sentence is about more than the schools that it names.
const MORE: &[&str] = &[
    "school", "schools", "campus", "campuses", "district", "districtwide",
];

/// How a sentence stands to the schools that a question names. One that names no school, or speaks of schools in general
/// beside those that it names, is of its document's school if that is the document of one.
pub fn stands(named: &str, evidence: &Evidence, sentence: &Labelled) -> Stands {
    let asked = asked_for(named, evidence);
    if asked.is_empty() {
        return Stands::Apart;
    }
    let is_asked = |school: &String| asked.iter().any(|asked| is_same(asked, school));
    let said = schools(&sentence.citation.quote);
    if said.iter().any(is_asked) {
        return Stands::Same;
    }
    if !said.is_empty() && !speaks_of_more(&sentence.citation.quote) {
        return Stands::Another;
    }
    let theirs = schools(&sentence.owner);
    match theirs.is_empty() || theirs.iter().any(is_asked) {
        true => Stands::Apart,
        false => Stands::Another,
    }
}

/// The schools that a question names, also those that it calls by their own name alone or in small letters, where the evidence
/// says that it is a school's.
fn asked_for(named: &str, evidence: &Evidence) -> Vec<String> {
    let known = |sentence: &Labelled| {
        let quoted = schools(&sentence.citation.quote).into_iter();
        quoted.chain(schools(&sentence.owner))
    };
    let known: BTreeSet<String> = evidence.sentences.iter().flat_map(known).collect();
    let mut called: Vec<String> = names(named).iter().map(|name| name.join(" ")).collect();
    called.extend(schools_called(named, &known));
    let is_called = |school: &String| called.iter().any(|name| is_same(name, school));
    let mut asked = schools(named);
    asked.extend(known.into_iter().filter(is_called));
    asked
}

fn speaks_of_more(sentence: &str) -> bool {
    words(sentence).any(|(word, _)| MORE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::test_model::cited;

    const DOORS: [&str; 4] = [
        "School: Fernbrook Elementary; Doors open: 8:20 a.m.",
        "School: Stonebridge Middle School; Doors open: 7:30 a.m.",
        "Tern Hollow School, the elementary schools and Kestrel Academy have no late bus.",
        "Students wait outside until the doors open.",
    ];

    fn labelled(quote: &str, owner: &str) -> Labelled {
        Labelled {
            label: String::new(),
            citation: cited("Bell schedules", "Doors", quote),
            owner: owner.to_owned(),
            lead_in: None,
            near: 0.0,
            passage: 0,
            states_something: true,
            goes_on: false,
        }
    }

    #[test]
    fn a_row_of_another_school_is_told_from_the_asked_ones() {
        use Stands::{Another, Apart, Same};
        for (question, expected) in [
            (
                "When do the doors open at Fernbrook Elementary?",
                [Same, Another, Apart, Apart],
            ),
            (
                "When do the doors open at Fernbrook?",
                [Same, Another, Apart, Apart],
            ),
            (
                "My kids are at Fernbrook and Stonebridge. When do the doors open?",
                [Same, Same, Apart, Apart],
            ),
            (
                "When do the doors open at Adams Elementary?",
                [Another, Another, Apart, Apart],
            ),
            ("When do the doors open at Adams?", [Apart, Apart, Apart, Apart]),
            (
                "when do the doors open at fernbrook?",
                [Same, Another, Apart, Apart],
            ),
            (
                "when does fernbrook open the doors?",
                [Apart, Apart, Apart, Apart],
            ),
            (
                "When do the doors of an elementary school open?",
                [Apart, Apart, Apart, Apart],
            ),
        ] {
            let evidence = Evidence {
                sentences: DOORS.map(|quote| labelled(quote, "District office")).into(),
                ..Evidence::default()
            };
            let stands: Vec<Stands> = evidence
                .sentences
                .iter()
                .map(|sentence| stands(question, &evidence, sentence))
                .collect();
            assert_eq!(stands, expected, "{question}");
        }
    }

    #[test]
    fn another_schools_handbook_is_about_that_school() {
        let evidence = Evidence {
            sentences: vec![
                labelled(DOORS[3], "Adams Elementary"),
                labelled(DOORS[3], "Lincoln High"),
            ],
            ..Evidence::default()
        };
        let stands = |question| {
            let of = |sentence| stands(question, &evidence, sentence);
            evidence.sentences.iter().map(of).collect::<Vec<_>>()
        };
        let adams = "Where do students wait at Adams?";
        assert_eq!(stands(adams), [Stands::Apart, Stands::Another]);
        assert_eq!(stands("Where do students wait?"), [Stands::Apart, Stands::Apart]);
    }
}
