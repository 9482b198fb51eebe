//! The closing line of an answer: whom to ask, where the document that answers says so in a section of its own.

use std::sync::LazyLock;

use regex::Regex;

use super::draft::{Citation, ClaimSentence, Section, Support};
use super::evidence::citation;
use super::literals::{LiteralKind, literals};
use super::rows::is_row;
use crate::retrieval::{Hit, words};

/// A longer sentence says more than whom to ask.
const WORDS_MAX: usize = 40;

/// Words of a heading over the part of a document that says whom to ask.
static CONTACT_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(contacts?|questions|(who|whom|where) to (ask|call|write)|for help|more information|reach us)\b")
        .expect("the pattern is fixed and used in a test")
});
/// What a whole sentence of that part says; a bare name and number are no sentence.
static ASKING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(call|ask|contact|write|e-?mail|phone|reach|visit|answers?)\b")
        .expect("the pattern is fixed and used in a test")
});

/// Whether a sentence of so headed a part says whom to ask rather than what is asked about.
pub fn is_contact(citation: &Citation) -> bool {
    is_contact_heading(&citation.heading)
}

fn is_contact_heading(heading: &[String]) -> bool {
    heading
        .last()
        .is_some_and(|heading| CONTACT_HEADING.is_match(heading))
}

/// The sentence among a document's passages that says whom to ask, as a claim in the approved words; the last part of that
/// kind is the document's own, the ones before are of its chapters.
pub(super) fn contact_line(passages: &[Hit]) -> Option<ClaimSentence> {
    let lines = passages
        .iter()
        .rev()
        .filter(|passage| is_contact_heading(&passage.heading));
    let citation = lines
        .flat_map(sentences)
        .find(|citation| says_whom(&citation.quote))?;
    Some(ClaimSentence {
        text: citation.quote.replace('\n', " "),
        support: Support::Supported,
        support_probability: None,
        note: None,
        citations: vec![citation],
    })
}

/// Puts the line at the end, unless the answer has it already.
pub(super) fn close(section: &mut Section, line: Option<ClaimSentence>) {
    let said = |line: &ClaimSentence| {
        section.sentences.iter().any(|sentence| {
            sentence
                .citations
                .iter()
                .any(|cited| line.citations.contains(cited))
        })
    };
    if let Some(line) = line.filter(|line| !said(line)) {
        section.sentences.push(line);
    }
}

fn sentences(passage: &Hit) -> impl Iterator<Item = Citation> {
    passage
        .sentences
        .iter()
        .filter_map(|span| Some(citation(passage, span.start, span.end, passage.slice(*span)?)))
}

fn says_whom(sentence: &str) -> bool {
    let reachable = |kind| matches!(kind, LiteralKind::Phone | LiteralKind::Email);
    // A table's row is for one matter among others, and nobody knows whether it is this one.
    ASKING.is_match(sentence)
        && !is_row(sentence)
        && sentence.ends_with('.')
        && words(sentence).count() <= WORDS_MAX
        && literals(sentence).iter().any(|literal| reachable(literal.kind))
}

#[cfg(test)]
mod tests {
    use super::super::test_model::hit;
    use super::*;

    fn headed(heading: &str, lines: &[&str]) -> Hit {
        Hit {
            heading: vec!["Late Bus".to_owned(), heading.to_owned()],
            ..hit("Late Bus", "Transportation", lines)
        }
    }

    #[test]
    fn a_whole_sentence_with_a_number_or_address_closes_the_answer() {
        let cases: [(&str, &str, bool); 8] = [
            ("Questions", "Call the Transportation Office at 555-0140.", true),
            ("Who to ask", "Please write to buses@quillhaven.example.", true),
            ("Contact", "The help desk answers 555-0150 on school days.", true),
            (
                "Contact",
                "Sadie Kowalczyk, Communications Manager, 555-0180.",
                false,
            ),
            ("Questions", "About: Routes; Contact: 555-0140.", false),
            ("Questions", "Call the office.", false),
            ("When it runs", "Call 555-0140 if the bus is late.", false),
            ("Questions on tests", "Ask for the fourth form.", false),
        ];
        for (heading, sentence, expected) in cases {
            let passages = [
                headed("Stops", &["It stops twice."]),
                headed(heading, &[sentence]),
            ];
            assert_eq!(
                contact_line(&passages).is_some(),
                expected,
                "{heading}: {sentence}"
            );
        }
    }

    #[test]
    fn the_line_is_said_once() {
        let line = contact_line(&[headed("Questions", &["Call 555-0140."])]).unwrap();
        let mut section = Section::default();
        close(&mut section, Some(line.clone()));
        close(&mut section, Some(line));
        close(&mut section, None);
        assert_eq!(section.sentences.len(), 1);
        assert!(is_contact(&section.sentences[0].citations[0]));
    }
}
