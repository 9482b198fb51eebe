//! The differences between two states of a text, word by word, and how far apart they are.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::drafting::Section;

/// A run of words that two texts share or that only one of them has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub kind: ChangeKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Equal,
    Insert,
    Delete,
}

/// A text as one string: public question, headings and sentences a line each, so that a difference reads like the page.
pub fn plain_text(public_question: Option<&str>, sections: &[Section]) -> String {
    let mut lines: Vec<String> = public_question.map(str::to_owned).into_iter().collect();
    for section in sections {
        lines.extend(section.heading.clone());
        lines.extend(section.sentences.iter().map(|sentence| sentence.text.clone()));
    }
    lines.join("\n")
}

/// What changed from one plain text to another, neighbours of the same kind joined.
pub fn compare(from: &str, to: &str) -> Vec<Change> {
    let diff = TextDiff::from_words(from, to);
    let mut changes: Vec<Change> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => ChangeKind::Equal,
            ChangeTag::Insert => ChangeKind::Insert,
            ChangeTag::Delete => ChangeKind::Delete,
        };
        match changes.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => changes.push(Change {
                kind,
                text: change.value().to_owned(),
            }),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drafting::{ClaimSentence, Support};

    fn text(question: Option<&str>, sentences: &[String]) -> String {
        let sentence = |text: &String| ClaimSentence {
            text: text.clone(),
            support: Support::PersonWritten,
            support_probability: None,
            citations: vec![],
            note: None,
        };
        let section = Section {
            heading: None,
            sentences: sentences.iter().map(sentence).collect(),
            not_covered: vec![],
        };
        plain_text(question, &[section])
    }

    #[test]
    fn a_changed_word_is_shown_as_such() {
        let changes = compare(
            &text(Some("What is lunch?"), &["Lunch costs $3.".into()]),
            &text(Some("What does lunch cost?"), &["Lunch costs $4.".into()]),
        );
        let deleted: String = changes
            .iter()
            .filter(|c| c.kind == ChangeKind::Delete)
            .map(|c| c.text.as_str())
            .collect();
        assert!(deleted.contains("$3") && deleted.contains("is"), "{changes:?}");
    }

    proptest! {
        /// Leaving the insertions out gives the old text back; leaving the deletions out gives the new one.
        #[test]
        fn both_texts_can_be_read_off_the_difference(
            from in proptest::collection::vec("[a-zé $.0-9]{0,40}", 0..5),
            to in proptest::collection::vec("[a-zé $.0-9]{0,40}", 0..5),
        ) {
            let (from, to) = (text(None, &from), text(Some("Why?"), &to));
            let changes = compare(&from, &to);
            let without = |kind| changes.iter().filter(|c| c.kind != kind).map(|c| c.text.as_str()).collect::<String>();
            prop_assert_eq!(without(ChangeKind::Insert), from.clone());
            prop_assert_eq!(without(ChangeKind::Delete), to.clone());
        }
    }
}
