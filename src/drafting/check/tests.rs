//! Verdicts on single claims: literals and turned rules weigh more than how sure the model is.

use proptest::prelude::*;

use super::*;

fn judged(claim: &str, cited: &[&str], probability: Option<f32>) -> (Support, Option<String>) {
    let settings = DraftingSettings::default();
    verdict(
        &findings(claim, cited, &settings.glossary),
        probability.map(|probability| (probability, BOUNDS)),
    )
}

const BOUNDS: SupportBounds = SupportBounds {
    supported_min: 0.6,
    unsupported_below: 0.35,
};

const RULE: &str = "Pupils shall submit the form at least two (2) weeks prior to the trip.";

#[test]
fn a_verbatim_sentence_is_supported_without_the_model() {
    assert_eq!(judged(RULE, &[RULE], None), (Support::Supported, None));
    let list = ["Bring one of these:", "a lease;", "a utility bill."];
    assert_eq!(
        judged("Bring one of these: a lease; a utility bill.", &list, None),
        (Support::Supported, None)
    );
}

#[test]
fn a_changed_literal_is_unsupported_however_sure_the_model_is() {
    let (support, note) = judged(
        "Students must send the form at least 3 weeks before the trip.",
        &[RULE],
        Some(1.0),
    );
    assert_eq!(support, Support::Unsupported);
    assert_eq!(note.as_deref(), Some("number 3 is not in the cited sentence"));
}

#[test]
fn a_time_is_named_with_its_own_full_stop_and_without_the_sentences() {
    for (claim, named) in [
        ("The late bus leaves at 4:25 p.m.", "time 4:25 p.m. is not"),
        ("The late bus costs $45.", "amount $45 is not"),
    ] {
        let (_, note) = judged(claim, &["The late bus leaves at 4:35 p.m."], Some(1.0));
        assert!(
            note.as_deref().is_some_and(|note| note.contains(named)),
            "{note:?}"
        );
    }
}

#[test]
fn a_turned_rule_is_unsupported() {
    for claim in [
        "Students may submit the form at least two weeks before the trip.",
        "Students must not submit the form at least two weeks before the trip.",
        "Only students must submit the form at least two weeks before the trip.",
    ] {
        assert_eq!(
            judged(claim, &[RULE], Some(1.0)).0,
            Support::Unsupported,
            "{claim}"
        );
    }
}

#[test]
fn a_doubtful_claim_says_what_it_drops() {
    let (support, note) = judged(
        "Students must submit the form two weeks before the trip.",
        &[RULE],
        Some(0.5),
    );
    assert_eq!(support, Support::Doubtful);
    assert!(
        note.as_deref()
            .is_some_and(|note| note.starts_with("the cited sentence also says \"at least\"")),
        "{note:?}"
    );
}

#[test]
fn the_same_in_other_words_is_no_turned_rule() {
    let rule = "Appeals will not be reviewed until June 1 because of the transfer wait list.";
    let claim = "You can send in an appeal, but because of the wait list it waits for June 1.";
    assert_eq!(judged(claim, &[rule], Some(0.9)).0, Support::Supported);
    let turned = "Appeals will be reviewed until June 1 because of the transfer wait list.";
    assert_eq!(judged(turned, &[rule], Some(0.9)).0, Support::Unsupported);
}

#[test]
fn a_faithful_rewording_depends_on_the_model() {
    let claim = "Students must send in the form at least 2 weeks before the trip.";
    assert_eq!(judged(claim, &[RULE], Some(0.9)), (Support::Supported, None));
    assert_eq!(judged(claim, &[RULE], Some(0.5)).0, Support::Doubtful);
    assert_eq!(judged(claim, &[RULE], Some(0.1)).0, Support::Unsupported);
    let (support, note) = judged(claim, &[RULE], None);
    assert_eq!(support, Support::Doubtful);
    assert!(note.is_some_and(|note| note.contains("was not asked")));
}

#[test]
fn words_from_elsewhere_are_named() {
    let (support, note) = judged(
        "Drivers check passports at least 2 weeks before; must.",
        &[RULE],
        Some(0.1),
    );
    assert_eq!(support, Support::Unsupported);
    assert!(
        note.as_deref().is_some_and(|note| note.contains("passports")),
        "{note:?}"
    );
}

#[test]
fn a_rewording_may_not_lose_a_literal() {
    let lost = lost_literals(
        "The bus leaves at 3 p.m.",
        "The bus leaves at 3 p.m. on Mondays for $2.",
    );
    let values: Vec<&str> = lost.iter().map(|literal| literal.value.as_str()).collect();
    assert_eq!(values, ["mon", "2"]);
}

#[test]
fn without_citation_it_is_the_persons_own() {
    let mut sections = vec![Section {
        sentences: vec![ClaimSentence {
            text: "Have a good year.".into(),
            support: Support::Supported,
            support_probability: Some(1.0),
            citations: vec![],
            note: None,
        }],
        ..Section::default()
    }];
    run(None, &mut sections, &DraftingSettings::default()).unwrap();
    let checked = &sections[0].sentences[0];
    assert_eq!(
        (checked.support, checked.support_probability),
        (Support::PersonWritten, None)
    );
}

proptest! {
    #[test]
    fn a_literal_from_nowhere_is_never_supported(number in 1000u32..9999, probability in 0.0f32..=1.0) {
        let claim = format!("Students must send the form at least {number} weeks before the trip.");
        prop_assert_eq!(judged(&claim, &[RULE], Some(probability)).0, Support::Unsupported);
    }
}
