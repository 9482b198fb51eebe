//! Sentences that say something only behind the one before them: "It must be signed by both parents." An answer that quotes
//! one quotes what it leans on as well. What "it" is, or what "however" is an exception to, is part of the rule.
//!
//! A newsletter has no question that would say what a sentence is about, so there a paragraph is quoted from its first
//! sentence, whatever the others begin with. Nor is one row of a table the answer there: the topic's rows belong together.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::rows::table_of;
use crate::retrieval::{stemmed_words, words};

/// How many sentences back what is meant is looked for.
const BACK_MAX: usize = 2;
/// The rows of a longer table are not told whole.
const TABLE_ROWS_MAX: usize = 12;

/// First words that point back.
const BACK: &[&str] = &[
    "he", "her", "however", "his", "instead", "it", "its", "otherwise", "she", "such", "that", "their",
    "them", "then", "therefore", "these", "they", "this", "those", "thus",
];
/// What "this" and "these" mean by themselves: the text that is read, the place and the time.
const HERE: &[&str] = &[
    "agreement", "code", "district", "document", "form", "guide", "guidelines", "handbook", "letter",
    "manual", "month", "notice", "page", "plan", "policies", "policy", "procedure", "procedures",
    "regulation", "rules", "school", "section", "semester", "site", "summer", "website", "week", "year",
];
/// Verbs of an "it" that stands for nothing where "that" or "to" follows: "It is important to call first."
const OF_EMPTY_IT: &[&str] = &[
    "can", "has", "is", "may", "must", "should", "shall", "takes", "was", "will", "would",
];
/// That many words of a sentence are looked at for the "that" or "to" of an empty "it".
const EMPTY_IT_WORDS: usize = 10;

/// The chosen places with those that they lean on, in order. `can_stand` says what may be quoted at all.
///
/// `topic` is a newsletter section's.
pub(super) fn with_what_they_lean_on(
    evidence: &Evidence,
    chosen: &[usize],
    topic: Option<&str>,
    can_stand: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let chosen = match topic {
        Some(_) => understood(evidence, chosen, &can_stand),
        None => chosen.to_vec(),
    };
    let mut places = chosen.clone();
    for place in &chosen {
        let mut needed = leant_on(evidence, *place);
        if let Some(topic) = topic {
            needed.extend(first_of_paragraph(evidence, *place));
            needed.extend(rows_beside(evidence, *place, topic));
        }
        places.extend(needed.into_iter().filter(|place| can_stand(*place)));
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// The chosen places that can be understood: a sentence that leans on one that may not be quoted, or on something that is no
/// sentence, is left out. All of them if that is true of all.
fn understood(evidence: &Evidence, chosen: &[usize], can_stand: &impl Fn(usize) -> bool) -> Vec<usize> {
    let is_understood = |place: &usize| {
        let needed = leant_on(evidence, *place);
        let first = needed.last().unwrap_or(place);
        let leans = (evidence.sentences.get(*first)).is_some_and(|first| leans(&first.citation.quote));
        !leans && needed.iter().all(|place| can_stand(*place))
    };
    let understood: Vec<usize> = chosen.iter().copied().filter(is_understood).collect();
    if understood.is_empty() {
        chosen.to_vec()
    } else {
        understood
    }
}

/// The sentences before a place that it cannot be understood without, the nearest first.
fn leant_on(evidence: &Evidence, place: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = place;
    while found.len() < BACK_MAX
        && let Some(sentence) = evidence.sentences.get(at)
        && leans(&sentence.citation.quote)
        && let Some(before) = before(evidence, at)
    {
        found.push(before);
        at = before;
    }
    found
}

fn first_of_paragraph(evidence: &Evidence, place: usize) -> Option<usize> {
    std::iter::successors(before(evidence, place), |at| before(evidence, *at)).last()
}

/// The rows of a table that are as much about the topic as the chosen one: if it has a word of the topic, they have it, too.
/// None of a table that is too long to be told whole.
fn rows_beside(evidence: &Evidence, place: usize, topic: &str) -> Vec<usize> {
    let table = table_of(evidence, place);
    if table.len() > TABLE_ROWS_MAX {
        return Vec::new();
    }
    let topic = stems(topic);
    let said = |place: usize| -> BTreeSet<String> {
        let quote = (evidence.sentences.get(place)).map_or("", |row| row.citation.quote.as_str());
        stems(quote).intersection(&topic).cloned().collect()
    };
    let wanted = said(place);
    table.filter(|other| said(*other).is_superset(&wanted)).collect()
}

fn stems(text: &str) -> BTreeSet<String> {
    stemmed_words(text).into_iter().map(|(stem, _)| stem).collect()
}

/// The sentence right before a place in the same paragraph, if it says something.
fn before(evidence: &Evidence, place: usize) -> Option<usize> {
    let before = place.checked_sub(1)?;
    let goes_on = evidence.sentences.get(place)?.goes_on;
    (goes_on && evidence.sentences.get(before)?.states_something).then_some(before)
}

fn leans(sentence: &str) -> bool {
    let lower: Vec<String> = words(sentence)
        .take(EMPTY_IT_WORDS)
        .map(|(word, _)| word.to_lowercase())
        .collect();
    let at = |place: usize| lower.get(place).map_or("", String::as_str);
    let (first, next, third) = (at(0), at(1), at(2));
    match first {
        "it" if OF_EMPTY_IT.contains(&next) => !lower
            .iter()
            .any(|word| matches!(word.as_str(), "that" | "to" | "if")),
        "this" | "these" => !HERE.contains(&next),
        // "Those who ride", "that is": nothing before them is meant.
        "those" | "that" => !matches!(next, "who" | "whose" | "is" | "with"),
        "the" => next == "same",
        "in" => matches!(next, "such" | "that" | "this" | "these" | "those") && !HERE.contains(&third),
        first => BACK.contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Budget, build};
    use super::super::test_model::{hit, in_force};
    use super::*;

    #[test]
    fn what_points_back_leans() {
        for sentence in [
            "It must be signed by both parents.",
            "They are due on May 1.",
            "This takes two forms.",
            "These requests go to the principal.",
            "However, a student may carry an inhaler.",
            "Otherwise the fee is $5.",
            "Such leave is unpaid.",
            "The same applies to visitors.",
            "Its cost is $20.",
            "In such cases the sub is paid at the regular rate.",
            "It is due by May 1.",
            "**They** wait outside.",
        ] {
            assert!(leans(sentence), "{sentence}");
        }
        for sentence in [
            "",
            "A lost pass costs $5.",
            "It is important to call first.",
            "It is the policy of the district that no child goes hungry.",
            "It takes a signed form to change the bus.",
            "This policy applies to all schools.",
            "This school year begins on August 24.",
            "These rules hold on every bus.",
            "Those who ride need a pass.",
            "There is no fee.",
            "The fee is $5.",
            "Both parents sign.",
            "In this district no child pays for breakfast.",
            "In August the office is open.",
        ] {
            assert!(!leans(sentence), "{sentence}");
        }
    }

    const LINES: [&str; 5] = [
        "All schools dismiss early on the first Wednesday.",
        "They do so 90 minutes early.",
        "However, preschool is closed.",
        "Teachers plan together.",
        "It is a work day.",
    ];

    fn evidence() -> Evidence {
        let hits = [
            hit("Bells", "Office", &LINES),
            hit("Meals", "Office", &["It is free."]),
        ];
        let wide = Budget {
            passages_max: 5,
            tokens_max: 1_000,
        };
        build(&hits, &[], &in_force(&hits), &wide, &|text| text.len() / 4)
    }

    #[test]
    fn an_answer_takes_along_what_it_leans_on_as_far_as_it_may_be_quoted() {
        let of = |chosen: &[usize]| with_what_they_lean_on(&evidence(), chosen, None, |_| true);
        assert_eq!(of(&[0]), [0]);
        assert_eq!(of(&[1]), [0, 1]);
        assert_eq!(of(&[2]), [0, 1, 2]);
        assert_eq!(of(&[3, 1]), [0, 1, 3]);
        assert_eq!(of(&[4]), [3, 4]);
        assert_eq!(of(&[5]), [5], "the passage before is another text");
        assert_eq!(of(&[9]), [9]);
        assert_eq!(with_what_they_lean_on(&evidence(), &[1], None, |_| false), [1]);
    }

    #[test]
    fn a_newsletter_quotes_a_paragraph_from_its_first_sentence() {
        let of =
            |chosen: &[usize]| with_what_they_lean_on(&evidence(), chosen, Some("early dismissal"), |_| true);
        assert_eq!(of(&[3]), [0, 3]);
        assert_eq!(of(&[4]), [0, 3, 4]);
        assert_eq!(of(&[0]), [0]);
    }

    #[test]
    fn a_newsletter_leaves_out_what_leans_on_what_it_cannot_quote() {
        let of = |chosen: &[usize]| {
            with_what_they_lean_on(&evidence(), chosen, Some("early dismissal"), |place| place != 0)
        };
        assert_eq!(of(&[1, 3]), [3]);
        assert_eq!(of(&[3, 5]), [3], "nothing before it in its passage");
        assert_eq!(of(&[1]), [1], "it is all there is");
        assert_eq!(of(&[2, 3]), [3], "it leans on one that leans on that");
    }

    #[test]
    fn a_newsletter_tells_the_rows_of_its_topic() {
        let hits = [hit(
            "Fees",
            "Office",
            &[
                "Item: Lost lock; Fee: $7.",
                "Item: Lost book; Fee: $40.",
                "Item: Locker; Fee: $5.",
                "Fees are due in May.",
                "School: Fernbrook; Office: Room 4.",
            ],
        )];
        let wide = Budget {
            passages_max: 5,
            tokens_max: 1_000,
        };
        let evidence = build(&hits, &[], &in_force(&hits), &wide, &|text| text.len() / 4);
        let of =
            |topic: &str, chosen: usize| with_what_they_lean_on(&evidence, &[chosen], Some(topic), |_| true);
        assert_eq!(of("what school costs", 0), [0, 1, 2]);
        assert_eq!(of("lost things", 1), [0, 1]);
        assert_eq!(of("lost books", 1), [1]);
        assert_eq!(of("offices", 4), [4]);
        assert_eq!(with_what_they_lean_on(&evidence, &[0], None, |_| true), [0]);
        assert_eq!(
            with_what_they_lean_on(&evidence, &[0], Some("x"), |place| place != 1),
            [0, 2]
        );
    }
}
