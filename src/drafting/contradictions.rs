//! All pairs of sentences, among many documents, that state the same thing with different figures.
//!
//! What counts as such a pair is the rule that stops a draft (`conflicts`); here it is only asked of the pairs that
//! can be one. Two sentences must share so much of the longer one's words that at least one of its rarer words is shared, so
//! each sentence is looked up by its rarer words alone.

use std::collections::{BTreeSet, HashMap};

use super::conflicts::{SHARED_OF_LONGER_MIN, Stated, between};

/// Sentences without more words than this say too little to be about the same thing.
const WORDS_MIN: usize = 3;
/// More pairs than this are no report.
const FOUND_MAX: usize = 2_000;

/// A sentence and the document it is in: sentences of one document are not held against each other.
#[derive(Debug, Clone, Copy)]
pub struct SourceSentence<'a> {
    pub document: usize,
    pub text: &'a str,
}

/// Two sentences, by their places, that give different figures for the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub left: usize,
    pub right: usize,
    /// What kind of figure, as a reviewer would name it.
    pub kind: &'static str,
    /// The figures, as they are written.
    pub left_figures: Vec<String>,
    pub right_figures: Vec<String>,
}

/// The contradictions among the sentences, in their order; two texts count as a pair once, wherever else they stand.
pub fn contradictions(sentences: &[SourceSentence<'_>]) -> Vec<Contradiction> {
    let stated: Vec<Option<Stated<'_>>> = sentences
        .iter()
        .map(|sentence| candidate(sentence.text))
        .collect();
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    for word in stated.iter().flatten().flat_map(|stated| &stated.words) {
        *frequency.entry(word).or_default() += 1;
    }
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut found = Vec::new();
    for (place, own) in stated.iter().enumerate() {
        let Some(own) = own else { continue };
        let rare = rarer_words(own, &frequency);
        let mut others: BTreeSet<usize> = BTreeSet::new();
        for word in &rare {
            others.extend(by_word.get(word).into_iter().flatten());
            by_word.entry(word).or_default().push(place);
        }
        for other in others {
            let Some(before) = &stated[other] else { continue };
            if sentences[other].document == sentences[place].document || found.len() >= FOUND_MAX {
                continue;
            }
            let Some(disagreement) = between(before, own) else {
                continue;
            };
            if seen.insert((before.text.min(own.text), before.text.max(own.text))) {
                found.push(Contradiction {
                    left: other,
                    right: place,
                    kind: disagreement.kind.name(),
                    left_figures: disagreement.left,
                    right_figures: disagreement.right,
                });
            }
        }
    }
    found.sort_by_key(|pair| (pair.left, pair.right));
    found
}

/// The sentence taken apart, if it can be one of a pair.
fn candidate(text: &str) -> Option<Stated<'_>> {
    let stated = Stated::of(text);
    (!stated.literals.is_empty() && stated.words.len() >= WORDS_MIN).then_some(stated)
}

/// The rarest words of a sentence, so many that any sentence that shares enough with it shares one of them: in one order of
/// all words, two sets with `s` words in common have one among the first `n - s + 1` of each.
fn rarer_words<'s>(stated: &'s Stated<'_>, frequency: &HashMap<&str, usize>) -> Vec<&'s str> {
    let mut words: Vec<&str> = stated.words.iter().map(String::as_str).collect();
    words.sort_by_key(|word| (frequency.get(word).copied().unwrap_or(0), *word));
    let shared = ((SHARED_OF_LONGER_MIN * words.len() as f32).ceil() as usize).max(WORDS_MIN);
    words.truncate(words.len() - shared.min(words.len()) + 1);
    words
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::super::conflicts::disagreement;
    use super::*;

    fn of(texts: &[(usize, &'static str)]) -> Vec<Contradiction> {
        let sentences: Vec<SourceSentence> = texts
            .iter()
            .map(|(document, text)| SourceSentence {
                document: *document,
                text,
            })
            .collect();
        contradictions(&sentences)
    }

    #[test]
    fn a_pair_is_found_across_documents_and_once() {
        let (low, high) = (
            "Lunch in elementary schools costs $2.75.",
            "Lunch at elementary schools costs $2.95.",
        );
        let found = of(&[
            (0, low),
            (0, "Dogs stay at home."),
            (1, high),
            (2, high),
            (1, low),
        ]);
        assert_eq!(
            found,
            [Contradiction {
                left: 0,
                right: 2,
                kind: "amount",
                left_figures: vec!["$2.75".into()],
                right_figures: vec!["$2.95".into()],
            }]
        );
        assert!(
            of(&[(0, low), (0, high)]).is_empty(),
            "within a document it is for its own reader"
        );
    }

    #[test]
    fn two_thousand_sentences_take_less_than_a_second() {
        let nouns = [
            "bus",
            "pass",
            "lunch",
            "device",
            "locker",
            "field trip",
            "form",
            "deposit",
            "club",
            "library card",
        ];
        let texts: Vec<String> = (0..2_000)
            .map(|n| {
                let (noun, place) = (nouns[n % 10], nouns[(n / 10) % 10]);
                format!("The {noun} office number {n} of the {place} team answers within {} days and charges ${n} for it.", n % 7)
            })
            .collect();
        let sentences: Vec<SourceSentence> = texts
            .iter()
            .enumerate()
            .map(|(n, text)| SourceSentence {
                document: n % 40,
                text,
            })
            .collect();
        let begun = Instant::now();
        contradictions(&sentences);
        // The measure is for an optimised build on an idle machine; a test may run on a busy one without optimisation.
        let most = if cfg!(debug_assertions) { 20 } else { 5 };
        assert!(
            begun.elapsed() < Duration::from_secs(most),
            "{:?}",
            begun.elapsed()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Looking only at pairs that share a rarer word loses none of those that the rule finds.
        #[test]
        fn no_pair_is_lost_by_looking_at_few(texts in prop::collection::vec("(lunch|bus|pass) (card|fee|form) (for|in) (grade|school|club) (travel|home|trip) (costs|takes) \\$[1-3]", 2..12)) {
            let sentences: Vec<SourceSentence> = texts.iter().enumerate().map(|(document, text)| SourceSentence { document, text }).collect();
            let found: BTreeSet<(&str, &str)> = contradictions(&sentences)
                .into_iter()
                .map(|pair| (texts[pair.left].as_str().min(&texts[pair.right]), texts[pair.left].as_str().max(&texts[pair.right])))
                .collect();
            let mut all = BTreeSet::new();
            for (place, left) in texts.iter().enumerate() {
                for right in &texts[place + 1..] {
                    if disagreement(left, right).is_some() {
                        all.insert((left.as_str().min(right), left.as_str().max(right)));
                    }
                }
            }
            prop_assert_eq!(found, all);
        }
    }
}
