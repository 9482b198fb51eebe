//! Passages: under one heading, on one page, short, whole sentences, nothing lost.

use proptest::prelude::*;

use super::*;
use crate::corpus::blocks::Reader;

fn read(blocks: &[(BlockKind, &str)]) -> Extracted {
    let mut reader = Reader::default();
    for (kind, text) in blocks {
        reader.push(kind.clone(), text);
    }
    assemble(reader.finish("text/plain", None, None), 1 << 20).expect("text")
}

fn words(count: usize) -> String {
    let mut sentence = "Buses run ".to_owned();
    sentence.push_str(&"often ".repeat(count.saturating_sub(3)));
    sentence + "today."
}

use BlockKind::{Heading, ListItem, Paragraph, Row};

#[test]
fn text_has_headings_and_blank_lines_and_passages_have_heading_paths() {
    let read = read(&[
        (Heading(1), "Handbook"),
        (Heading(2), "Meals"),
        (Paragraph, "Lunch is served daily. It costs $2.75."),
        (ListItem, "Milk"),
        (ListItem, "Fruit"),
        (Heading(2), "Buses"),
        (Row, "Grade: K–5; Stop: Oak St."),
        (Row, "Grade: 6–8; Stop: Elm Dr."),
    ]);
    assert_eq!(
        read.text,
        "Handbook\n\nMeals\n\nLunch is served daily. It costs $2.75.\n\nMilk\nFruit\n\nBuses\n\n\
         Grade: K–5; Stop: Oak St.\nGrade: 6–8; Stop: Elm Dr."
    );
    let headings: Vec<_> = read
        .passages
        .iter()
        .map(|passage| passage.heading.join(" > "))
        .collect();
    assert_eq!(headings, ["Handbook > Meals", "Handbook > Buses"]);
    let said: Vec<_> = read.passages[0]
        .sentences
        .iter()
        .map(|span| read.slice(*span))
        .collect();
    assert_eq!(
        said,
        ["Lunch is served daily.", "It costs $2.75.", "Milk", "Fruit"]
    );
    assert_eq!(read.passages[1].sentences.len(), 2, "a row is one sentence");
    assert_eq!(read.title.as_deref(), Some("Handbook"));
}

#[test]
fn a_heading_with_nothing_under_it_is_kept_as_a_passage() {
    let read = read(&[
        (Heading(1), "August 14: first day"),
        (Heading(1), "September 2: no school"),
    ]);
    let said: Vec<_> = read
        .passages
        .iter()
        .map(|passage| read.slice(passage.sentences[0]))
        .collect();
    assert_eq!(said, ["August 14: first day", "September 2: no school"]);
}

#[test]
fn a_lead_in_moves_to_its_list() {
    let (long, lead, item) = (words(80), words(20), words(10));
    let read = read(&[
        (Paragraph, &long),
        (Paragraph, &lead),
        (ListItem, &item),
        (ListItem, &item),
        (ListItem, &item),
    ]);
    let counts: Vec<_> = read
        .passages
        .iter()
        .map(|passage| passage.sentences.len())
        .collect();
    assert_eq!(counts, [1, 4]);
}

#[test]
fn no_text_is_an_error() {
    let reader = Reader::default();
    assert!(matches!(
        assemble(reader.finish("text/plain", None, None), 10),
        Err(ExtractionError::NoText)
    ));
}

#[test]
fn too_much_text_is_an_error() {
    let mut reader = Reader::default();
    reader.push(Paragraph, &words(100));
    let outcome = assemble(reader.finish("text/plain", None, None), 10);
    assert!(matches!(
        outcome,
        Err(ExtractionError::TextTooLong { bytes_max: 10, .. })
    ));
}

fn any_block() -> impl Strategy<Value = (BlockKind, usize, u32)> {
    let kind = prop_oneof![
        (1u8..8).prop_map(Heading),
        Just(Paragraph),
        Just(Paragraph),
        Just(ListItem),
        Just(Row)
    ];
    (kind, 3usize..200, 1u32..4)
}

proptest! {
    #[test]
    fn every_block_is_in_a_passage_or_a_heading_path(mut blocks in prop::collection::vec(any_block(), 1..30)) {
        blocks.sort_by_key(|(_, _, page)| *page);
        let mut reader = Reader::default();
        for (index, (kind, count, page)) in blocks.iter().enumerate() {
            reader.set_page(*page);
            reader.push(kind.clone(), &format!("Block {index} says. {} {}", words(*count / 2), words(*count / 2)));
        }
        let read = assemble(reader.finish("text/plain", None, Some(3)), 1 << 20).expect("text");
        let mut end = 0;
        for (index, passage) in read.passages.iter().enumerate() {
            prop_assert_eq!(passage.ordinal as usize, index);
            prop_assert!(passage.start >= end && passage.start < passage.end);
            prop_assert_eq!(passage.sentences.first().map(|s| s.start), Some(passage.start));
            prop_assert_eq!(passage.sentences.last().map(|s| s.end), Some(passage.end));
            let count: usize = passage.sentences.iter().map(|s| count_words(read.slice(*s))).sum();
            prop_assert!(count <= PASSAGE_WORDS_MAX || passage.sentences.len() == 1);
            let mut covered = passage.start;
            for sentence in &passage.sentences {
                prop_assert!(read.text[covered..sentence.start].trim().is_empty());
                covered = sentence.end;
            }
            end = passage.end;
        }
        for (index, (kind, _, page)) in blocks.iter().enumerate() {
            let mark = format!("Block {index} says.");
            let in_passage = read.passages.iter().any(|passage| {
                read.text[passage.start..passage.end].contains(&mark) && passage.page == Some(*page)
            });
            let in_heading = read.passages.iter().any(|p| p.heading.iter().any(|h| h.starts_with(&mark)));
            prop_assert!(in_passage || (matches!(kind, Heading(_)) && in_heading), "{} is lost", mark);
        }
    }
}
