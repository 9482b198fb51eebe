//! What a source itself says is still to come: it names what is asked for, and is no answer to it. Last year's figure or
//! the nearest other rule would be drafted in its place, and nobody would see why.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::evidence::Evidence;
use crate::retrieval::stemmed_words;

/// With fewer words in common ("Times are to come.") a sentence may be about anything.
const SHARED_MIN: usize = 2;

static STILL_TO_COME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) \b(?:is|are|still|yet) \s+ to \s+ (?:come | be \s+ (?:announced|confirmed|decided|determined)) \b
        | \b(?-i:TBA|TBC|TBD)\b
        | \bnot \s+ yet \s+ (?:been \s+)? (?:announced|available|confirmed|decided|determined|final|known|scheduled|set) \b
        | \b(?:has|have) \s+ not \s+ been \s+ (?:announced|confirmed|decided|determined|scheduled|set) \b",
    )
    .expect("the pattern is fixed and used in a test")
});

/// The place of a sentence that says that what is asked for is still to come, if it shares at least as many words with the
/// question as the sentences chosen to answer it.
pub(super) fn awaited(question: &str, evidence: &Evidence, chosen: &[usize]) -> Option<usize> {
    let asked = stems(question);
    let said = |place: usize| {
        let sentence = evidence.sentences.get(place);
        sentence.map_or("", |sentence| sentence.citation.quote.as_str())
    };
    let shared = |places: &[usize]| {
        let words: BTreeSet<String> = places.iter().flat_map(|place| stems(said(*place))).collect();
        asked.intersection(&words).count()
    };
    let enough = shared(chosen).max(SHARED_MIN);
    (0..evidence.sentences.len())
        .filter(|place| STILL_TO_COME.is_match(said(*place)) && shared(&[*place]) >= enough)
        .max_by_key(|place| shared(&[*place]))
}

fn stems(text: &str) -> BTreeSet<String> {
    stemmed_words(text).into_iter().map(|(stem, _)| stem).collect()
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Budget, build};
    use super::super::test_model::{hit, in_force};
    use super::*;

    #[test]
    fn what_is_still_to_come_is_found_where_it_is_what_is_asked_for() {
        const SENTENCES: [&str; 4] = [
            "Breakfast and lunch are free for every child while classes meet.",
            "Information about summer meals in 2027 is to come.",
            "Times are to come.",
            "The fee for the robotics camp has not been set.",
        ];
        let hits = [hit("Summer Learning 2027", "Learning", &SENTENCES)];
        let budget = Budget {
            passages_max: 9,
            tokens_max: 999,
        };
        let evidence = build(&hits, &[], &in_force(&hits), &budget, &|_| 0);
        for (question, chosen, expected) in [
            ("Where are summer meals served in 2027?", &[0][..], Some(1)),
            ("Where are summer meals served in 2027?", &[1], Some(1)),
            ("Is lunch free for a child in summer?", &[0], None),
            ("What are the times of the bus?", &[], None),
            ("What is the fee for the robotics camp?", &[], Some(3)),
        ] {
            assert_eq!(awaited(question, &evidence, chosen), expected, "{question}");
        }
    }

    #[test]
    fn many_ways_to_say_that_it_is_still_to_come() {
        for (text, expected) in [
            ("The date of the fair is still to come.", true),
            ("Dates are to be announced.", true),
            ("Room: TBA", true),
            ("The price is not yet known.", true),
            ("The calendar has not been set.", true),
            ("Visitors have to come to the office first.", false),
            ("Phones are to be set to silent.", false),
            ("The list will be posted on May 3.", false),
            ("The tba team meets on Monday.", false),
        ] {
            assert_eq!(STILL_TO_COME.is_match(text), expected, "{text}");
        }
    }
}
