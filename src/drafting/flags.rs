//! What the reviewer should look at in the text as a whole.

use super::draft::{Flag, FlagKind, Section};
use super::personal::{PersonalKind, personal_data};
use super::readability::grade;
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
                "reads at grade {grade:.0}; at most {:.0} is wanted",
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

/// Kinds of personal data in the text. What an approved source itself says (an office's phone) is no find.
fn personal(sections: &[Section]) -> Vec<PersonalKind> {
    let mut kinds = Vec::new();
    for sentence in sections.iter().flat_map(|section| &section.sentences) {
        let found = personal_data(&sentence.text);
        let cited = |start: usize, end: usize| {
            let datum = sentence.text.get(start..end).unwrap_or_default();
            sentence
                .citations
                .iter()
                .any(|citation| citation.quote.contains(datum))
        };
        kinds.extend(
            found
                .iter()
                .filter(|span| !cited(span.start, span.end))
                .map(|span| span.kind),
        );
    }
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
}
