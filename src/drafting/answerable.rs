//! Whether the evidence states the answer: the model's own yes or no together with the nearest passage.
//!
//! Neither alone is enough. On doc2dial first-turn questions the yes-probability alone has AUROC 0.94, the
//! best cosine alone 0.92, their plain sum 0.96 (bounded-drafting.md).

/// The score of a question, 0 to 1: the mean of the model's yes-probability and the best passage's cosine.
pub(super) fn score(yes_probability: f32, best_dense: f32) -> f32 {
    (yes_probability.clamp(0.0, 1.0) + best_dense.clamp(0.0, 1.0)) / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn more_of_either_never_lowers_the_score(yes in 0.0f32..=1.0, dense in -1.0f32..=1.0, more in 0.0f32..0.5) {
            prop_assert!((0.0..=1.0).contains(&score(yes, dense)));
            prop_assert!(score(yes + more, dense) >= score(yes, dense));
            prop_assert!(score(yes, dense + more) >= score(yes, dense));
        }
    }
}
