//! One order out of two: BM25 and cosine, each scaled to 0..1 over the candidates, then weighed.

use std::collections::BTreeMap;

use super::held::Near;

/// The share of the dense side: both sides count the same. Of 0.4 to 0.8 this ranked SciFact's abstracts best and found the
/// most right passages on doc2dial, and on mtrag and school_policies as many as any other, within what chance makes of
/// so few questions.
const DENSE_SHARE: f32 = 0.5;

/// A candidate passage with both of its scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fused {
    pub slot: u64,
    pub score: f32,
    pub bm25: f32,
    pub dense: f32,
}

impl Fused {
    /// A passage that was not searched for.
    pub fn unscored(slot: u64) -> Self {
        Self {
            slot,
            score: 0.0,
            bm25: 0.0,
            dense: 0.0,
        }
    }
}

/// The best `limit` of both lists together. `near` must hold every visible passage, best first;
/// `worded` the best by BM25. A passage that BM25 did not find counts as its lowest. `weigh` has the last word on a
/// passage's score.
pub(super) fn fuse(
    near: &[Near],
    worded: &[(u64, f32)],
    candidates: usize,
    limit: usize,
    weigh: impl Fn(u64, f32) -> f32,
) -> Vec<Fused> {
    let bm25: BTreeMap<u64, f32> = worded.iter().copied().collect();
    let chosen = near
        .iter()
        .enumerate()
        .filter(|(rank, passage)| *rank < candidates || bm25.contains_key(&passage.slot))
        .map(|(_, passage)| passage);
    let dense_scale = Scale::over(near.iter().take(candidates).map(|passage| passage.dense));
    let bm25_scale = Scale::over(worded.iter().map(|(_, score)| *score).chain([0.0]));
    let mut fused: Vec<Fused> = chosen
        .map(|passage| {
            let words = bm25.get(&passage.slot).copied().unwrap_or_default();
            let score =
                DENSE_SHARE * dense_scale.of(passage.dense) + (1.0 - DENSE_SHARE) * bm25_scale.of(words);
            Fused {
                slot: passage.slot,
                score: weigh(passage.slot, score),
                bm25: words,
                dense: passage.dense,
            }
        })
        .collect();
    fused.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slot.cmp(&b.slot)));
    fused.truncate(limit);
    fused
}

/// Min-max scaling.
struct Scale {
    low: f32,
    high: f32,
}

impl Scale {
    fn over(values: impl Iterator<Item = f32>) -> Self {
        let (low, high) = values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        Self { low, high }
    }

    fn of(&self, value: f32) -> f32 {
        let width = self.high - self.low;
        if width > 0.0 {
            ((value - self.low) / width).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(scores: &[(u64, f32)]) -> Vec<Near> {
        scores
            .iter()
            .map(|(slot, dense)| Near {
                slot: *slot,
                dense: *dense,
            })
            .collect()
    }

    fn as_it_is(_: u64, score: f32) -> f32 {
        score
    }

    #[test]
    fn a_passage_good_on_both_sides_comes_first() {
        let fused = fuse(
            &near(&[(1, 0.9), (2, 0.8), (3, 0.1)]),
            &[(2, 12.0), (3, 11.0)],
            10,
            10,
            as_it_is,
        );
        let order: Vec<u64> = fused.iter().map(|f| f.slot).collect();
        assert_eq!(order, [2, 1, 3]);
    }

    #[test]
    fn words_bring_in_what_the_dense_side_left_out() {
        let fused = fuse(
            &near(&[(1, 0.9), (2, 0.8), (3, 0.1)]),
            &[(3, 5.0)],
            1,
            10,
            as_it_is,
        );
        let order: Vec<u64> = fused.iter().map(|f| f.slot).collect();
        assert_eq!(order, [3, 1]);
    }

    #[test]
    fn what_weighs_has_the_last_word() {
        let fused = fuse(&near(&[(1, 0.9), (2, 0.8)]), &[], 10, 1, |slot, _| slot as f32);
        let order: Vec<u64> = fused.iter().map(|f| f.slot).collect();
        assert_eq!(order, [2]);
    }

    proptest! {
        #[test]
        fn scores_stay_in_0_to_1_and_fall(
            dense in prop::collection::vec(-1.0f32..1.0, 0..40),
            words in prop::collection::vec((0u64..40, 0.0f32..30.0), 0..20),
            limit in 0usize..30,
        ) {
            let mut all: Vec<(u64, f32)> = (0..).zip(dense).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            let fused = fuse(&near(&all), &words, 10, limit, as_it_is);
            prop_assert!(fused.len() <= limit);
            prop_assert!(fused.iter().all(|f| (0.0..=1.0).contains(&f.score)));
            prop_assert!(fused.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }
    }
}
