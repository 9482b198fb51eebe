//! How high a search ranks what is relevant.

use std::collections::BTreeMap;

/// Normalised discounted cumulative gain over the first `depth` results (Järvelin and Kekäläinen 2002, with
/// linear gain as trec_eval has it). `relevant` gives each relevant document its grade. A document that comes
/// twice counts once. Nothing where nothing is relevant.
pub fn ndcg(ranked: &[&str], relevant: &BTreeMap<&str, u32>, depth: usize) -> Option<f64> {
    let mut grades: Vec<u32> = relevant.values().copied().filter(|grade| *grade > 0).collect();
    if grades.is_empty() {
        return None;
    }
    grades.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = discounted(grades.into_iter().take(depth));
    let found = distinct(ranked)
        .take(depth)
        .map(|document| relevant.get(document).copied().unwrap_or_default());
    Some(discounted(found) / ideal)
}

/// The share of the relevant documents among the first `depth` different results. Nothing where nothing is
/// relevant.
pub fn recall(ranked: &[&str], relevant: &[&str], depth: usize) -> Option<f64> {
    let found: Vec<&str> = distinct(ranked).take(depth).collect();
    super::share(relevant.iter().map(|document| found.contains(document)))
}

fn discounted(grades: impl Iterator<Item = u32>) -> f64 {
    grades
        .enumerate()
        .map(|(rank, grade)| f64::from(grade) / (rank as f64 + 2.0).log2())
        .sum()
}

fn distinct<'a>(ranked: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    ranked
        .iter()
        .enumerate()
        .filter(|(rank, document)| !ranked[..*rank].contains(document))
        .map(|(_, document)| *document)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(left: Option<f64>, right: f64) {
        assert!(
            left.is_some_and(|left| (left - right).abs() < 1e-9),
            "{left:?} {right}"
        );
    }

    #[test]
    fn ndcg_of_known_rankings() {
        let one = BTreeMap::from([("a", 1)]);
        close(ndcg(&["a", "b"], &one, 10), 1.0);
        close(ndcg(&["b", "a"], &one, 10), 1.0 / 3f64.log2());
        close(ndcg(&["b", "b", "a"], &one, 10), 1.0 / 3f64.log2());
        close(ndcg(&["b", "a"], &one, 1), 0.0);
        let two = BTreeMap::from([("a", 1), ("c", 2)]);
        close(
            ndcg(&["a", "c"], &two, 10),
            (1.0 + 2.0 / 3f64.log2()) / (2.0 + 1.0 / 3f64.log2()),
        );
        assert_eq!(ndcg(&["a"], &BTreeMap::new(), 10), None);
    }

    #[test]
    fn recall_counts_different_documents() {
        close(recall(&["b", "b", "a"], &["a", "c"], 2), 0.5);
        close(recall(&["b", "a"], &["a"], 1), 0.0);
        assert_eq!(recall(&["b"], &[], 1), None);
    }

    proptest! {
        #[test]
        fn both_stay_within_0_and_1_and_grow_with_depth(
            ranked in prop::collection::vec("[a-f]", 0..12),
            relevant in prop::collection::btree_set("[a-f]", 1..5),
            depth in 1usize..12,
        ) {
            let ranked: Vec<&str> = ranked.iter().map(String::as_str).collect();
            let wanted: Vec<&str> = relevant.iter().map(String::as_str).collect();
            let grades: BTreeMap<&str, u32> = wanted.iter().map(|document| (*document, 1)).collect();
            let gain = ndcg(&ranked, &grades, depth).unwrap_or(-1.0);
            let found = recall(&ranked, &wanted, depth).unwrap_or(-1.0);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&gain));
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert!(recall(&ranked, &wanted, depth + 1).unwrap_or(-1.0) >= found);
        }
    }
}
