//! What the reviewer should look at in the text as a whole.

use super::draft::{Citation, Flag, FlagKind, Section};
use super::personal::{PersonalKind, PersonalSpan, personal_data};
use super::readability::grade;
use super::redaction::is_redacted;
use super::settings::DraftingSettings;
use crate::retrieval::words;

/// Words of offices that families should not need to know.
const JARGON: &[&str] = &[
    "pursuant to",
    "herein",
    "hereby",
    "thereof",
    "therein",
    "aforementioned",
    "notwithstanding",
    "in lieu of",
    "commence",
    "utilize",
    "subsequent to",
    "remit",
    "promulgate",
    "in loco parentis",
    "forthwith",
    "shall",
    "designee",
    "stakeholder",
    "LEA",
    "SEA",
    "LRE",
    "FAPE",
];

/// The flags of a text: reading grade, length, jargon and personal data.
pub(super) fn flags(sections: &[Section], settings: &DraftingSettings) -> Vec<Flag> {
    let sentences = || sections.iter().flat_map(|section| &section.sentences);
    let mut flags = Vec::new();
    let mut flag = |kind, detail| flags.push(Flag { kind, detail });
    let grade = grade(sentences().map(|sentence| sentence.text.as_str()));
    if let Some(grade) = grade.filter(|grade| *grade > settings.reading_grade_max) {
        flag(
            FlagKind::ReadingGrade,
            format!(
                "reads at grade {grade:.1}; at most {:.0} is wanted",
                settings.reading_grade_max
            ),
        );
    }
    let count: usize = sentences().map(|sentence| words(&sentence.text).count()).sum();
    if count > settings.words_max {
        flag(
            FlagKind::Length,
            format!("{count} words; at most {} are wanted", settings.words_max),
        );
    }
    let text: Vec<&str> = sentences().map(|sentence| sentence.text.as_str()).collect();
    let text = text.join(" ");
    let jargon: Vec<&str> = JARGON
        .iter()
        .filter(|term| has_term(&text, term))
        .copied()
        .collect();
    if !jargon.is_empty() {
        flag(FlagKind::Jargon, format!("office words: {}", jargon.join(", ")));
    }
    for kind in personal(sections) {
        flag(
            FlagKind::PersonalData,
            format!("the text seems to contain {}", kind.name()),
        );
    }
    flags
}

/// What the reviewer should look at in the question that heads the public page: personal data, and the marks of what
/// was taken out of the asker's words.
pub fn public_question_flags(question: &str, sections: &[Section]) -> Vec<Flag> {
    let cited: Vec<&Citation> = sections
        .iter()
        .flat_map(|section| &section.sentences)
        .flat_map(|sentence| &sentence.citations)
        .collect();
    let flag = |detail| Flag {
        kind: FlagKind::PersonalData,
        detail,
    };
    let found = personal_kinds(question, cited);
    let found = found
        .into_iter()
        .map(|kind| flag(format!("the public question seems to contain {}", kind.name())));
    let shown = is_redacted(question).then(|| {
        flag("the public question shows where personal data was taken out; word it anew".to_owned())
    });
    found.chain(shown).collect()
}

/// Kinds of personal data in all sentences.
fn personal(sections: &[Section]) -> Vec<PersonalKind> {
    let sentences = sections.iter().flat_map(|section| &section.sentences);
    sorted(sentences.flat_map(|sentence| personal_kinds(&sentence.text, &sentence.citations)))
}

/// Kinds of personal data in a text. What an approved source itself says (an office's phone) is no find.
fn personal_kinds<'a>(
    text: &str,
    citations: impl IntoIterator<Item = &'a Citation> + Clone,
) -> Vec<PersonalKind> {
    let cited = |span: &PersonalSpan| {
        let datum = text.get(span.start..span.end).unwrap_or_default();
        citations
            .clone()
            .into_iter()
            .any(|citation| citation.quote.contains(datum))
    };
    let found = personal_data(text).into_iter();
    sorted(found.filter(|span| !cited(span)).map(|span| span.kind))
}

fn sorted(kinds: impl Iterator<Item = PersonalKind>) -> Vec<PersonalKind> {
    let mut kinds: Vec<PersonalKind> = kinds.collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// Whole words only; abbreviations in capitals must be in capitals.
fn has_term(text: &str, term: &str) -> bool {
    let wanted: Vec<&str> = words(term).map(|(word, _)| word).collect();
    let all: Vec<&str> = words(text).map(|(word, _)| word).collect();
    let capitals = term.chars().all(char::is_uppercase);
    let same = |left: &str, right: &str| {
        if capitals {
            left == right
        } else {
            left.eq_ignore_ascii_case(right)
        }
    };
    all.windows(wanted.len())
        .any(|some| some.iter().zip(&wanted).all(|(left, right)| same(left, right)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::{ClaimSentence, Support};
    use crate::ids::{DocumentId, VersionId};

    fn flagged(text: &str) -> Vec<FlagKind> {
        let sentence = ClaimSentence {
            text: text.into(),
            support: Support::PersonWritten,
            support_probability: None,
            citations: vec![],
            note: None,
        };
        let sections = vec![Section {
            sentences: vec![sentence],
            ..Section::default()
        }];
        flags(&sections, &DraftingSettings::default())
            .into_iter()
            .map(|flag| flag.kind)
            .collect()
    }

    #[test]
    fn what_is_flagged() {
        assert_eq!(flagged("The bus leaves at 3 p.m."), []);
        assert_eq!(flagged("Pupils shall ride the bus."), [FlagKind::Jargon]);
        assert_eq!(flagged("Please see the sea."), []);
        assert_eq!(flagged("My son Jordan rides the bus."), [FlagKind::PersonalData]);
        assert_eq!(
            flagged(&"The bus is red. ".repeat(80)),
            [FlagKind::ReadingGrade, FlagKind::Length]
        );
    }

    #[test]
    fn the_public_question_is_flagged_like_the_text() {
        let details = |question: &str, quote: &str| -> Vec<String> {
            let sentence = ClaimSentence {
                text: "Call us.".into(),
                support: Support::Supported,
                support_probability: None,
                citations: vec![Citation {
                    document: DocumentId::fresh(),
                    version: VersionId::fresh(),
                    title: String::new(),
                    heading: vec![],
                    page: None,
                    start: 0,
                    end: quote.len(),
                    quote: quote.into(),
                }],
                note: None,
            };
            let sections = vec![Section {
                sentences: vec![sentence],
                ..Section::default()
            }];
            let flags = public_question_flags(question, &sections).into_iter();
            flags
                .map(|flag| {
                    assert_eq!(flag.kind, FlagKind::PersonalData);
                    flag.detail
                })
                .collect()
        };
        assert_eq!(details("Can a 4th grader ride the bus?", ""), [""; 0]);
        assert_eq!(
            details("Can my son Jordan ride the bus?", ""),
            ["the public question seems to contain a student's name"]
        );
        let office = "Is 555-123-4567 the office's number?";
        assert_eq!(details(office, "Call 555-123-4567."), [""; 0]);
        assert_eq!(
            details(office, ""),
            ["the public question seems to contain a phone number"]
        );
        assert_eq!(
            details("Can [a student's name removed] ride the bus?", ""),
            ["the public question shows where personal data was taken out; word it anew"]
        );
    }
}
