//! The difference of two versions: pairs, figures, bounds, and that applying it gives the new text.

use proptest::prelude::*;

use super::*;
use crate::review::ChangeKind;

fn shape(difference: &Difference) -> Vec<String> {
    difference
        .parts
        .iter()
        .map(|part| match part {
            Part::Same { before, .. } => format!("same {}", before.len()),
            Part::Changed { before, after, .. } => format!("changed {before}>{after}"),
            Part::Removed(before) => format!("removed {before}"),
            Part::Added(after) => format!("added {after}"),
        })
        .collect()
}

#[test]
fn sentences_that_changed_are_paired_and_others_come_and_go() {
    let cases: &[(&[&str], &[&str], &[&str])] = &[
        (&["A.", "B."], &["A.", "B."], &["same 2"]),
        (&["Fee: $45."], &["Fee: $50."], &["changed 0>0"]),
        (
            &["The bus leaves at 7:40 a.m.", "Bring a pass."],
            &[
                "Dogs stay at home.",
                "The bus leaves at 7:45 a.m.",
                "Bring a pass.",
            ],
            &["added 0", "changed 0>1", "same 1"],
        ),
        (
            &["Old rule about chess."],
            &["Nothing alike here, at all."],
            &["removed 0", "added 0"],
        ),
        (&[], &["New."], &["added 0"]),
        (&["Gone."], &[], &["removed 0"]),
        (&[], &[], &[]),
    ];
    for (before, after, wanted) in cases {
        assert_eq!(
            shape(&difference(before, after)),
            *wanted,
            "{before:?} / {after:?}"
        );
    }
}

#[test]
fn figures_that_changed_are_listed_by_kind() {
    let found = difference(
        &["A lost pass costs $45 and takes 3 days.", "Call 555-0100."],
        &["A lost pass costs $50 and takes 3 days.", "Call 555-0100."],
    );
    assert_eq!(
        found.figures,
        [FigureChange {
            part: 0,
            kind: "amount",
            before: vec!["$45".into()],
            after: vec!["$50".into()]
        }]
    );
    assert!(difference(&["Room two."], &["Room 2."]).figures.is_empty());
}

#[test]
fn a_book_that_changed_everywhere_is_compared_in_bounds() {
    let text = |n: usize| -> Vec<String> {
        (0..20_000)
            .map(|i| format!("Rule {i} of edition {n} costs ${}.", i * n))
            .collect()
    };
    let (before, after) = (text(1), text(2));
    let refs = |lines: &'_ [String]| -> Vec<String> { lines.to_vec() };
    let (before, after) = (refs(&before), refs(&after));
    let (before, after): (Vec<&str>, Vec<&str>) = (
        before.iter().map(String::as_str).collect(),
        after.iter().map(String::as_str).collect(),
    );
    let found = difference(&before, &after);
    assert!(found.left_out > 0 && found.parts.len() <= CHANGES_MAX);
}

proptest! {
    /// Taking from the difference what it keeps and adds gives the new text, what it keeps and removes the old one.
    #[test]
    fn applying_the_difference_gives_the_new_text(
        before in prop::collection::vec("(Fee|Bus|Room) [a-c]{1,2} [a-b] \\$[1-3]", 0..14),
        after in prop::collection::vec("(Fee|Bus|Room) [a-c]{1,2} [a-b] \\$[1-3]", 0..14),
    ) {
        let (before, after): (Vec<&str>, Vec<&str>) =
            (before.iter().map(String::as_str).collect(), after.iter().map(String::as_str).collect());
        let found = difference(&before, &after);
        let (mut old, mut new): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for part in &found.parts {
            match part {
                Part::Same { before: range, after: to } => {
                    prop_assert_eq!(&before[range.clone()], &after[to.clone()]);
                    old.extend(before[range.clone()].iter().map(|text| (*text).to_owned()));
                    new.extend(before[range.clone()].iter().map(|text| (*text).to_owned()));
                }
                Part::Changed { changes, .. } => {
                    let without = |kind| changes.iter().filter(|c| c.kind != kind).map(|c| c.text.as_str()).collect::<String>();
                    old.push(without(ChangeKind::Insert));
                    new.push(without(ChangeKind::Delete));
                }
                Part::Removed(place) => old.push(before[*place].to_owned()),
                Part::Added(place) => new.push(after[*place].to_owned()),
            }
        }
        prop_assert_eq!(old, before);
        prop_assert_eq!(new, after);
    }
}
