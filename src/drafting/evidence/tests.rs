//! The evidence on small hand-made passages: slices, labels, budget and list items.

use super::super::test_model::{hit, in_force};
use super::*;

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

const WIDE: Budget = Budget {
    passages_max: 5,
    tokens_max: 1_000,
};

#[test]
fn the_text_is_headed_labelled_lines_that_cite_exact_slices() {
    let hits = [hit("Bus Rules", "Transportation", &["Sit down.", "No food."])];
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    assert_eq!(
        evidence.text,
        "[Bus Rules › Rules]\nS1: Sit down.\nS2: No food.\n"
    );
    let second = &evidence.sentences[1].citation;
    assert_eq!(
        hits[0].text.get(second.start..second.end),
        Some(second.quote.as_str())
    );
    assert_eq!((second.quote.as_str(), second.page), ("No food.", Some(2)));
}

#[test]
fn a_heading_or_a_question_stands_for_what_follows_it() {
    let lines = [
        "Lost Passes",
        "What if I lose mine?",
        "A lost pass costs $5.",
        "Bring these papers",
        "Birth certificate",
        "See the office.",
        "More",
    ];
    let hits = [
        hit("Bus Rules", "Transportation", &lines),
        hit("Meals", "Nutrition", &["Lunch is free."]),
    ];
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    let found: Vec<_> = (0..8).map(|place| evidence.statement_from(place)).collect();
    let expected = [
        Some(2),
        Some(2),
        Some(2),
        Some(3),
        Some(4),
        Some(5),
        None,
        Some(7),
    ];
    assert_eq!(found, expected);
    assert_eq!(evidence.statement_from(8), None);
}

#[test]
fn a_title_that_stands_as_a_line_is_no_answer_however_it_is_set() {
    let lines = [
        "Bus rules: lost and damaged passes",
        "Passes for the bus, 2026",
        "bus Rules",
        "Bus rules.",
        "Lost passes: $5",
    ];
    let hits = [hit("Bus Rules", "Transportation", &lines)];
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    let found: Vec<bool> = evidence
        .sentences
        .iter()
        .map(|line| line.states_something)
        .collect();
    assert_eq!(found, [true, true, false, true, true]);
    let hits = [hit(
        "Lost passes: what to do for the bus",
        "Transportation",
        &["Lost passes: what to do", "Call the office."],
    )];
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    assert_eq!(evidence.statement_from(0), Some(1));
}

#[test]
fn the_budget_cuts_after_a_whole_sentence() {
    let hits = [
        hit("A", "Office", &["one two three.", "four five six."]),
        hit("B", "Office", &["seven."]),
    ];
    for tokens_max in 0..20 {
        let budget = Budget {
            passages_max: 5,
            tokens_max,
        };
        let evidence = build(&hits, &[], &in_force(&hits), &budget, &words);
        assert!(
            words(&evidence.text) <= tokens_max,
            "{tokens_max}: {}",
            evidence.text
        );
    }
    let one = build(
        &hits,
        &[],
        &in_force(&hits),
        &Budget {
            passages_max: 1,
            tokens_max: 1_000,
        },
        &words,
    );
    assert_eq!((one.passages, one.sentences.len()), (1, 2));
}

#[test]
fn what_is_no_longer_in_force_or_says_the_same_again_is_left_out() {
    let hits = [
        hit("A", "Office", &["Same."]),
        hit("B", "Office", &["Same.", "New."]),
        hit("C", "Office", &["Old."]),
    ];
    let evidence = build(&hits, &[], &in_force(&hits[..2]), &WIDE, &words);
    let quotes: Vec<&str> = evidence
        .sentences
        .iter()
        .map(|s| s.citation.quote.as_str())
        .collect();
    assert_eq!(quotes, ["Same.", "New."]);
    assert_eq!(evidence.places("S2, S1, S2, S9, NONE"), [1, 0]);
}

#[test]
fn list_items_know_the_line_that_introduces_them() {
    let hits = [hit(
        "A",
        "Office",
        &[
            "Intro.",
            "Bring one of these:",
            "- a lease",
            "- a bill",
            "Then come.",
        ],
    )];
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    let lead_ins: Vec<Option<usize>> = evidence.sentences.iter().map(|s| s.lead_in).collect();
    assert_eq!(lead_ins, [None, None, Some(1), Some(1), Some(1)]);
}

#[test]
fn the_paragraph_behind_a_list_is_no_item_of_it() {
    let mut hits = [hit(
        "Buses",
        "Office",
        &[
            "The student needs:",
            "a pass;",
            "a form.",
            "",
            "Others may not ride.",
        ],
    )];
    // The test's passages have one sentence a line; the blank line is none.
    hits[0].sentences.remove(3);
    let evidence = build(&hits, &[], &in_force(&hits), &WIDE, &words);
    let lead_ins: Vec<Option<usize>> = evidence.sentences.iter().map(|s| s.lead_in).collect();
    assert_eq!(lead_ins, [None, Some(0), Some(0), None]);
}
