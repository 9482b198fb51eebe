//! From places in a set's file to places in the text that the product extracts from it.
//!
//! Extraction drops markup and white space and words tables anew, so the offsets of a set's gold spans do not
//! fit its text. The words of both are aligned instead, as a comparison of two versions would.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::corpus::Span;

/// For each word of the file, its place there and its place in the extracted text, if it is still there.
#[derive(Debug)]
pub(super) struct Alignment(Vec<AlignedWord>);

#[derive(Debug)]
struct AlignedWord {
    /// In characters of the file.
    start: usize,
    end: usize,
    text: Option<Span>,
}

struct Word<'a> {
    word: &'a str,
    characters: (usize, usize),
    bytes: Span,
}

impl Alignment {
    pub fn of(file: &str, text: &str) -> Self {
        let (in_file, in_text) = (words(file), words(text));
        let old: Vec<&str> = in_file.iter().map(|word| word.word).collect();
        let new: Vec<&str> = in_text.iter().map(|word| word.word).collect();
        let mut aligned: Vec<AlignedWord> = in_file
            .iter()
            .map(|word| AlignedWord {
                start: word.characters.0,
                end: word.characters.1,
                text: None,
            })
            .collect();
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = operation
            {
                let there = in_text.iter().skip(new_index);
                for (word, found) in aligned.iter_mut().skip(old_index).take(len).zip(there) {
                    word.text = Some(found.bytes);
                }
            }
        }
        Self(aligned)
    }

    /// The stretch of the text that the file's characters `start..end` became, from the first word that is
    /// still there to the last; nothing if none is.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        let first = self.0.partition_point(|word| word.end <= start);
        let mut within = self
            .0
            .iter()
            .skip(first)
            .take_while(|word| word.start < end)
            .filter_map(|word| word.text);
        let opening = within.next()?;
        let closing = within.last().unwrap_or(opening);
        Some(Span {
            start: opening.start,
            end: closing.end,
        })
    }
}

/// Runs of letters and digits with where they are, in characters and in bytes.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let end = [(text.len(), ' ')];
    for (character, (byte, c)) in text.char_indices().chain(end).enumerate() {
        match (open, c.is_alphanumeric()) {
            (None, true) => open = Some((character, byte)),
            (Some((first, start)), false) => {
                words.push(Word {
                    word: &text[start..byte],
                    characters: (first, character),
                    bytes: Span { start, end: byte },
                });
                open = None;
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: &str, part: &str) -> (usize, usize) {
        let start = text.find(part).expect("the part is there");
        let before = text[..start].chars().count();
        (before, before + part.chars().count())
    }

    #[test]
    fn markup_and_white_space_do_not_matter() {
        let file = "---\ntitle: x\n---\n# Bus — señor\n\nThe **late** bus \n runs  at [4:30 p.m.](https://bus.example/x)\n";
        let text = "Bus — señor\n\nThe late bus runs at 4:30 p.m.";
        let alignment = Alignment::of(file, text);
        let (start, end) = place(file, "The **late** bus \n runs");
        let span = alignment.span(start, end).expect("it is there");
        assert_eq!(&text[span.start..span.end], "The late bus runs");
        let (start, end) = place(file, "title: x");
        assert_eq!(alignment.span(start, end), None);
        let (start, end) = place(file, "señor");
        let span = alignment.span(start, end).expect("it is there");
        assert_eq!(&text[span.start..span.end], "señor");
    }

    proptest! {
        #[test]
        fn a_text_aligns_with_itself(text in "[a-c é\n]{0,60}", start in 0usize..60, length in 1usize..20) {
            let alignment = Alignment::of(&text, &text);
            let end = start + length;
            let wanted: String = text.chars().skip(start).take(length).collect();
            match alignment.span(start, end) {
                // A word that the characters cut is taken whole.
                Some(span) => prop_assert!(text[span.start..span.end].contains(wanted.trim())),
                None => prop_assert!(wanted.trim().is_empty()),
            }
        }
    }
}
