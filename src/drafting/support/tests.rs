//! What each feature sees, in small examples, and what must hold for any text.

use proptest::prelude::*;

use super::*;

fn feature(name: &str, claim: &str, cited: &[&str]) -> f32 {
    let glossary = vec![("pupil".to_owned(), "student".to_owned())];
    let all = features(claim, cited, &glossary);
    let found = all.iter().find(|(other, _)| other == name);
    found.unwrap_or_else(|| panic!("there is no feature {name}")).1
}

const RULE: &str = "Parents must send the form to the principal within two weeks before the trip.";

#[test]
fn each_feature_sees_its_difference() {
    for (name, claim, expected) in [
        ("coverage", RULE, 1.0),
        ("alike", RULE, 1.0),
        (
            "added_words",
            "Parents must send the signed form to the principal.",
            1.0,
        ),
        (
            "lost_words",
            "Parents must send the form within two weeks before the trip.",
            1.0,
        ),
        ("roles_added", "Parents must send the form to the nurse.", 1.0),
        ("roles_swapped", "Parents must send the form to the nurse.", 1.0),
        (
            "role_first_new",
            "Teachers must send the form to the principal.",
            1.0,
        ),
        (
            "role_first_differs",
            "The principal must send the form to parents.",
            1.0,
        ),
        (
            "opposites",
            "Parents must send the form within two weeks after the trip.",
            1.0,
        ),
        (
            "figures_of_another_unit",
            "Parents must send the form within two days before the trip.",
            1.0,
        ),
        (
            "figures_of_another_unit",
            "Parents must send the form within 2 weeks.",
            0.0,
        ),
        (
            "figures_missing",
            "Parents must send the form within three weeks.",
            1.0,
        ),
        ("figures_lost", "Parents must send the form.", 1.0),
        ("added_Not", "Parents must not send the form.", 1.0),
        ("dropped_Must", "Parents may send the form.", 1.0),
        (
            "overstating_words",
            "Everyone must send the form, whatever the trip.",
            2.0,
        ),
        ("softening_words", "It helps if parents send the form.", 1.0),
        ("asks", "Going on a trip? Send the form.", 1.0),
        ("unknown_names_share", "Ask Harriet about the form.", 1.0),
    ] {
        assert_eq!(feature(name, claim, &[RULE]), expected, "{name} of {claim:?}");
    }
}

#[test]
fn the_glossary_counts_in_both_directions() {
    assert_eq!(feature("added_words", "Students ride.", &["Pupils ride."]), 1.0);
    assert_eq!(
        feature("added_words", "A student rides.", &["A pupil rides."]),
        0.0
    );
    assert_eq!(
        feature("added_words", "A pupil rides.", &["A student rides."]),
        0.0
    );
}

#[test]
fn a_passage_is_reduced_to_the_sentences_that_matter() {
    let filler = "The library opens at noon.";
    let mut cited = vec![filler; 20];
    cited.insert(7, "The nurse keeps every medication form.");
    cited.insert(15, "Forms are due on Friday.");
    let chosen = best_sentences("The nurse keeps medication forms due Friday.", &cited, &[]);
    assert_eq!(chosen.len(), 6);
    assert!(chosen.contains(&"The nurse keeps every medication form."));
    assert!(chosen.contains(&"Forms are due on Friday."));
}

proptest! {
    #[test]
    fn a_copy_shares_everything(text in "[A-Za-z][a-z]{2,8}( [a-z]{3,8}| [0-9]{1,3}){0,20}") {
        prop_assume!(!Reading::new(&text, &[]).content.is_empty());
        for (name, expected) in [("coverage", 1.0), ("alike", 1.0), ("added_words", 0.0), ("lost_words", 0.0),
            ("figures_missing", 0.0), ("opposites", 0.0), ("roles_added", 0.0), ("added_rule_words", 0.0)] {
            prop_assert_eq!(feature(name, &text, &[&text]), expected, "{}", name);
        }
    }

    #[test]
    fn any_text_gives_the_same_finite_features(claim in "\\PC{0,80}", cited in prop::collection::vec("\\PC{0,60}", 0..9)) {
        let cited: Vec<&str> = cited.iter().map(String::as_str).collect();
        let all = features(&claim, &cited, &[]);
        let names: Vec<String> = features("", &[], &[]).into_iter().map(|(name, _)| name).collect();
        prop_assert!(all.iter().all(|(_, value)| value.is_finite()));
        prop_assert_eq!(all.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    }
}
