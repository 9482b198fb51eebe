//! How many words an answer shares with a reference answer.

use std::collections::BTreeMap;

/// Token F1 as SQuAD's own script has it (Rajpurkar et al. 2016): lower case, without punctuation and
/// articles, words counted as often as they occur. The best over the references; nothing without one.
pub fn best_f1(answer: &str, references: &[String]) -> Option<f64> {
    references
        .iter()
        .map(|reference| f1(&tokens(answer), &tokens(reference)))
        .max_by(f64::total_cmp)
}

/// The share of the expected words that the text has, each as often as it is expected. Nothing where no word
/// is expected.
pub fn word_recall(text: &str, expected: &str) -> Option<f64> {
    let expected = spoken_words(expected);
    let wanted = counted(&expected);
    let total: usize = wanted.values().sum();
    let found = shared(&counted(&spoken_words(text)), &wanted);
    (total > 0).then(|| found as f64 / total as f64)
}

fn f1(said: &[String], wanted: &[String]) -> f64 {
    if said.is_empty() || wanted.is_empty() {
        return f64::from(u8::from(said == wanted));
    }
    let shared = shared(&counted(said), &counted(wanted)) as f64;
    if shared == 0.0 {
        return 0.0;
    }
    let precision = shared / said.len() as f64;
    let recall = shared / wanted.len() as f64;
    2.0 * precision * recall / (precision + recall)
}

fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase()
        .chars()
        .filter(|c| !c.is_ascii_punctuation())
        .collect::<String>()
        .split_whitespace()
        .filter(|word| !matches!(*word, "a" | "an" | "the"))
        .map(str::to_owned)
        .collect()
}

/// Runs of letters and digits, in lower case and in one Unicode form.
fn spoken_words(text: &str) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization;
    let normal: String = text.nfkc().collect::<String>().to_lowercase();
    normal
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn counted(words: &[String]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word.as_str()).or_default() += 1;
    }
    counts
}

fn shared(left: &BTreeMap<&str, usize>, right: &BTreeMap<&str, usize>) -> usize {
    left.iter()
        .map(|(word, count)| right.get(word).copied().unwrap_or_default().min(*count))
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn f1_of(answer: &str, references: &[&str]) -> Option<f64> {
        let references: Vec<String> = references.iter().map(|text| (*text).to_owned()).collect();
        best_f1(answer, &references)
    }

    #[test]
    fn known_overlaps() {
        assert_eq!(f1_of("The cat.", &["a cat"]), Some(1.0));
        assert_eq!(f1_of("one two", &["two three", "four"]), Some(0.5));
        assert_eq!(f1_of("one", &["two"]), Some(0.0));
        assert_eq!(f1_of("", &["the"]), Some(1.0));
        assert_eq!(f1_of("one", &[]), None);
    }

    #[test]
    fn recall_counts_every_expected_word_once() {
        assert_eq!(word_recall("bus bus ride", "Bus, bus! walk"), Some(2.0 / 3.0));
        assert_eq!(word_recall("ﬁne", "fine"), Some(1.0));
        assert_eq!(word_recall("bus", " -- "), None);
    }

    proptest! {
        #[test]
        fn overlap_is_symmetric_and_whole_with_itself(left in "[a-d ]{0,20}", right in "[a-d ]{0,20}") {
            let there = f1_of(&left, &[&right]).unwrap_or(-1.0);
            let back = f1_of(&right, &[&left]).unwrap_or(-1.0);
            prop_assert!((there - back).abs() < 1e-9);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&there));
            prop_assert!(f1_of(&left, &[&left]).is_some_and(|same| (same - 1.0).abs() < 1e-9));
        }
    }
}
