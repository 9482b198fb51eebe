//! From chosen labels to statements, and which rewordings are dropped.

use super::super::evidence::{Budget, build};
use super::super::test_model::{Scripted, hit, in_force};
use super::*;

fn evidence(lines: &[&str]) -> Evidence {
    let hits = [hit("Handbook", "Office", lines)];
    let budget = Budget {
        passages_max: 5,
        tokens_max: 1_000,
    };
    build(&hits, &[], &in_force(&hits), &budget, &|text| text.len())
}

fn texts(evidence: &Evidence, chosen: &[usize]) -> Vec<String> {
    statements(evidence, chosen)
        .into_iter()
        .map(|statement| statement.text)
        .collect()
}

#[test]
fn items_come_with_the_line_that_introduces_them() {
    let evidence = evidence(&[
        "Bus rules apply.",
        "Bring one of these:",
        "- a lease;",
        "- a bill.",
    ]);
    assert_eq!(texts(&evidence, &[3]), ["Bring one of these: a bill."]);
    assert_eq!(texts(&evidence, &[1]), ["Bring one of these: a lease; a bill."]);
    assert_eq!(
        texts(&evidence, &[2, 0]),
        ["Bus rules apply.", "Bring one of these: a lease."]
    );
    let list = &statements(&evidence, &[2, 3])[0];
    let claim = claim(&evidence, list, list.text.clone());
    assert_eq!(claim.citations.len(), 3);
    let cited: Vec<&str> = claim
        .citations
        .iter()
        .map(|citation| citation.quote.as_str())
        .collect();
    assert!(findings(&claim.text, &cited, &[]).verbatim, "{}", claim.text);
}

#[test]
fn a_table_row_gives_way_to_a_sentence_that_says_the_same() {
    let lines = [
        "Item: Courtesy seat, school year; Fee: $180.",
        "A courtesy seat costs $180 for the school year.",
        "A seat costs money.",
        "Item: Locker; Fee: $12.",
    ];
    let mut evidence = evidence(&lines);
    for (sentence, near) in evidence.sentences.iter_mut().zip([0.7, 0.8, 0.9, 0.1]) {
        sentence.near = near;
    }
    assert_eq!(in_prose(&evidence, vec![0, 3, 2]), [1, 3, 2]);
    evidence.sentences[1].near = 0.6;
    assert_eq!(
        in_prose(&evidence, vec![0]),
        [0],
        "a sentence farther from the question says something else"
    );
}

const HARD: &str = "Pupils residing in excess of one and one-half miles shall be provided transportation at \
                    district expense, provided that an application is submitted to the administration annually.";

#[test]
fn a_wording_that_breaks_a_rule_is_dropped() {
    let evidence = evidence(&[HARD]);
    let statement = &statements(&evidence, &[0])[0];
    let settings = DraftingSettings::default();
    assert!(wants_rewording(statement, &settings));
    for broken in [
        "Students must get transportation.",
        "Pupils residing in excess of two miles must be provided transportation.",
        HARD,
    ] {
        let mut model = Scripted {
            write: vec![("Rewrite", broken)],
            ..Scripted::default()
        };
        assert_eq!(
            reword(&mut model, &evidence, statement, &settings).unwrap(),
            None,
            "{broken}"
        );
    }
}

#[test]
fn a_wording_keeps_its_article() {
    let late = "A late bus leaves Stonebridge and Quillhaven High on Mondays, Tuesdays and Thursdays for students in \
                supervised activities.";
    let evidence = evidence(&[late]);
    let statement = &statements(&evidence, &[0])[0];
    let reword = |wording: &'static str| {
        let mut model = Scripted {
            write: vec![("Rewrite", wording)],
            ..Scripted::default()
        };
        reword(&mut model, &evidence, statement, &DraftingSettings::default()).unwrap()
    };
    let whole = "A late bus leaves Stonebridge and Quillhaven High on Mondays, Tuesdays and Thursdays for supervised \
                 activities.";
    assert_eq!(reword(whole).as_deref(), Some(whole));
    assert_eq!(
        reword(
            "Late bus leaves Stonebridge and Quillhaven High on Mondays, Tuesdays and Thursdays for supervised activities."
        ),
        None
    );
}

#[test]
fn a_chosen_row_is_worded_for_readers_and_still_counts_as_a_copy() {
    let row = "School: Millbrook; Where to board: East loop; Leaves at: 4:45 p.m.";
    let evidence = evidence(&["The bus leaves early.", row]);
    let texts = texts(&evidence, &[1]);
    assert_eq!(
        texts,
        ["Millbrook: where to board East loop; leaves at 4:45 p.m."]
    );
    assert!(findings(&texts[0], &[row], &[]).verbatim);
    let later = texts[0].replace("4:45", "4:55");
    assert!(!findings(&later, &[row], &[]).verbatim);
}

#[test]
fn plain_sentences_lists_and_rows_are_left_as_they_are() {
    let settings = DraftingSettings::default();
    for text in [
        "The bus leaves at 3 p.m.",
        "Repair: actual cost, administratively determined annually",
    ] {
        let statement = Statement {
            places: vec![0],
            text: text.into(),
        };
        assert!(!wants_rewording(&statement, &settings), "{text}");
    }
}
