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

/// A text as one string: headings and sentences a line each, so that a difference reads like the page.
pub fn plain_text(sections: &[Section]) -> String {
    let mut lines = Vec::new();
    for section in sections {
        lines.extend(section.heading.clone());
        lines.extend(section.sentences.iter().map(|sentence| sentence.text.clone()));
    }
    lines.join("\n")
}

/// What changed from one text to another, neighbours of the same kind joined.
pub fn compare(from: &[Section], to: &[Section]) -> Vec<Change> {
    let (from, to) = (plain_text(from), plain_text(to));
    let diff = TextDiff::from_words(&from, &to);
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

    fn text(sentences: &[String]) -> Vec<Section> {
        let sentence = |text: &String| ClaimSentence {
            text: text.clone(),
            support: Support::PersonWritten,
            support_probability: None,
            citations: vec![],
            note: None,
        };
        vec![Section {
            heading: None,
            sentences: sentences.iter().map(sentence).collect(),
            not_covered: vec![],
        }]
    }

    #[test]
    fn a_changed_word_is_shown_as_such() {
        let changes = compare(
            &text(&["Lunch costs $3.".into()]),
            &text(&["Lunch costs $4.".into()]),
        );
        let deleted: String = changes
            .iter()
            .filter(|c| c.kind == ChangeKind::Delete)
            .map(|c| c.text.as_str())
            .collect();
        assert!(deleted.contains("$3"), "{changes:?}");
    }

    proptest! {
        /// Leaving the insertions out gives the old text back; leaving the deletions out gives the new one.
        #[test]
        fn both_texts_can_be_read_off_the_difference(
            from in proptest::collection::vec("[a-zé $.0-9]{0,40}", 0..5),
            to in proptest::collection::vec("[a-zé $.0-9]{0,40}", 0..5),
        ) {
            let (from, to) = (text(&from), text(&to));
            let changes = compare(&from, &to);
            let without = |kind| changes.iter().filter(|c| c.kind != kind).map(|c| c.text.as_str()).collect::<String>();
            prop_assert_eq!(without(ChangeKind::Insert), plain_text(&from));
            prop_assert_eq!(without(ChangeKind::Delete), plain_text(&to));
        }
    }
}
