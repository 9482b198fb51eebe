//! All pairs of sentences, among many documents, that state the same thing with different figures.
//!
//! What counts as such a pair is the rule that stops a draft (`conflicts`); here it is only asked of the pairs that
//! can be one. Two sentences must share so much of the longer one's words that at least one of its rarer words is shared, so
//! each sentence is looked up by its rarer words alone. A draft's sentences were found for one question, so they are about one
//! thing; among all sentences of a district that has to be seen from the words, so a report asks for telling ones.

use std::collections::{BTreeSet, HashMap};

use super::conflicts::{SHARED_OF_LONGER_MIN, Stated, between};
use super::numbering::without_numbering;

/// Sentences without more words than this say too little to be about the same thing.
const WORDS_MIN: usize = 3;
/// More pairs than this are no report.
const FOUND_MAX: usize = 500;
/// Where the rule finds more pairs than this, the rest is not looked for.
const PAIRS_MAX: usize = 200_000;
/// A sentence that disagrees with others in more ways than this is a form, filled in differently everywhere.
const WAYS_MAX: usize = 3;
/// What shared words must tell together, in words that one sentence of a district's alone has. Chosen, with the next, on the
/// sample district: of 154 pairs that the rule finds there, most say that somebody answers within some school days.
const SHARED_WEIGHT_MIN: f32 = 2.2;
/// The share of what the less telling sentence's words tell that must be shared.
const SHARE_OF_SHORTER_MIN: f32 = 0.6;
/// What a page says of itself.
const CHANGED_LAST: [&str; 4] = ["last updated", "last revised", "last reviewed", "last modified"];
/// Among a few sentences every word looks common; weights are as if there were so many.
const SENTENCES_USUAL: usize = 1_000;

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

/// The contradictions among the sentences, in their order; two texts count as a pair once, wherever else they stand. Of the
/// pairs that the rule finds, those are left out that share common words only, and sentences of a form.
pub fn contradictions(sentences: &[SourceSentence<'_>]) -> Vec<Contradiction> {
    let stated: Vec<Stated<'_>> = sentences
        .iter()
        .map(|sentence| Stated::of(without_numbering(sentence.text)))
        .collect();
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    for word in stated.iter().flat_map(|stated| &stated.words) {
        *frequency.entry(word).or_default() += 1;
    }
    let mut found = pairs(sentences, &stated, &frequency);
    let forms = forms(&found, sentences);
    let telling = Telling {
        frequency: &frequency,
        sentences: sentences.len().max(SENTENCES_USUAL) as f32,
    };
    found.retain(|pair| {
        let texts = [sentences[pair.left].text, sentences[pair.right].text];
        !texts.iter().any(|text| forms.contains(text))
            && telling.same_subject(&stated[pair.left], &stated[pair.right])
    });
    found.truncate(FOUND_MAX);
    found
}

/// Every pair that the rule finds.
fn pairs(
    sentences: &[SourceSentence<'_>],
    stated: &[Stated<'_>],
    frequency: &HashMap<&str, usize>,
) -> Vec<Contradiction> {
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut found = Vec::new();
    for (place, own) in stated.iter().enumerate().filter(|(_, own)| can_disagree(own)) {
        let mut others: BTreeSet<usize> = BTreeSet::new();
        for word in rarer_words(own, frequency) {
            let known = by_word.entry(word).or_default();
            others.extend(known.iter());
            known.push(place);
        }
        for other in others {
            if sentences[other].document == sentences[place].document {
                continue;
            }
            let before = &stated[other];
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
        if found.len() > PAIRS_MAX {
            break;
        }
    }
    found.sort_by_key(|pair| (pair.left, pair.right));
    found
}

/// The sentences that disagree with many others, each in another way: "Page last updated August 3, 2026." Sources that agree
/// among themselves and not with one other count as one way.
fn forms<'a>(found: &[Contradiction], sentences: &[SourceSentence<'a>]) -> BTreeSet<&'a str> {
    let mut ways: HashMap<&str, BTreeSet<&[String]>> = HashMap::new();
    for pair in found {
        let (left, right) = (sentences[pair.left].text, sentences[pair.right].text);
        ways.entry(left).or_default().insert(&pair.right_figures);
        ways.entry(right).or_default().insert(&pair.left_figures);
    }
    ways.into_iter()
        .filter(|(_, ways)| ways.len() > WAYS_MAX)
        .map(|(text, _)| text)
        .collect()
}

/// How much a shared word tells about what a sentence is about: nothing if every sentence has it, 1 if only one has.
struct Telling<'f> {
    frequency: &'f HashMap<&'f str, usize>,
    sentences: f32,
}

impl Telling<'_> {
    fn weight(&self, word: &str) -> f32 {
        let count = self.frequency.get(word).copied().unwrap_or(1).max(1) as f32;
        ((self.sentences / count).ln() / self.sentences.ln()).max(0.0)
    }

    /// Whether the words that both have tell enough, by themselves and beside those that only one has.
    fn same_subject(&self, left: &Stated<'_>, right: &Stated<'_>) -> bool {
        let of = |words: &BTreeSet<String>| -> f32 { words.iter().map(|word| self.weight(word)).sum() };
        let shared: f32 = left
            .words
            .intersection(&right.words)
            .map(|word| self.weight(word))
            .sum();
        let shorter = of(&left.words).min(of(&right.words));
        shared >= SHARED_WEIGHT_MIN && shared >= SHARE_OF_SHORTER_MIN * shorter
    }
}

/// A title or a running head ("Board Policy 1.9") states nothing, so only what ends as a sentence counts; and every page has a
/// day of its own on which it was changed last.
fn can_disagree(stated: &Stated<'_>) -> bool {
    let lower = stated.text.to_lowercase();
    stated.has_literals()
        && !CHANGED_LAST.iter().any(|words| lower.contains(words))
        && stated.words.len() >= WORDS_MIN
        && stated
            .text
            .trim_end_matches(['"', '”', '’', ')'])
            .ends_with(['.', '!', '?', ';', ':'])
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
    fn a_form_that_every_document_fills_in_is_no_contradiction_and_one_that_stands_alone_is() {
        let updated = [
            "This page was last updated by the office on May 1.",
            "This page was last updated by the office on May 2.",
            "This page was last updated by the office on May 3.",
            "This page was last updated by the office on May 4.",
            "This page was last updated by the office on May 5.",
        ];
        let forms: Vec<(usize, &'static str)> = updated.into_iter().enumerate().collect();
        assert!(of(&forms).is_empty());
        let (most, one) = (
            "A lost library card costs $2 to replace.",
            "A lost library card costs $3 to replace.",
        );
        let found = of(&[(0, most), (1, most), (2, most), (3, most), (4, most), (5, one)]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn sentences_that_share_common_words_only_are_about_different_things() {
        let mut texts: Vec<(usize, &'static str)> = vec![
            (0, "The principal answers within five school days."),
            (1, "Teachers answer within two school days."),
        ];
        assert!(of(&texts).len() <= 1);
        for document in 2..400 {
            texts.push((document, "Somebody answers within school days."));
        }
        assert!(of(&texts).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Looking only at pairs that share a rarer word loses none of those that the rule finds.
        #[test]
        fn no_pair_is_lost_by_looking_at_few(texts in prop::collection::vec("(lunch|bus|pass) (card|fee|form) (for|in) (grade|school|club) (travel|home|trip) (costs|takes) \\$[1-3]\\.", 2..12)) {
            let sentences: Vec<SourceSentence> = texts.iter().enumerate().map(|(document, text)| SourceSentence { document, text }).collect();
            let stated: Vec<Stated> = sentences.iter().map(|sentence| Stated::of(sentence.text)).collect();
            let mut frequency: HashMap<&str, usize> = HashMap::new();
            for word in stated.iter().flat_map(|stated| &stated.words) {
                *frequency.entry(word).or_default() += 1;
            }
            let found: BTreeSet<(&str, &str)> = pairs(&sentences, &stated, &frequency)
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
