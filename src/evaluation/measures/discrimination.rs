//! How well a score keeps two kinds of things apart, and what a threshold on it lets through.

use serde::Serialize;

/// The area under the ROC curve: the chance that a positive scores above a negative, ties counting half
/// (Mann and Whitney 1947). Nothing if either side is empty.
pub fn area_under_curve(positives: &[f64], negatives: &[f64]) -> Option<f64> {
    if positives.is_empty() || negatives.is_empty() {
        return None;
    }
    let mut sorted = negatives.to_vec();
    sorted.sort_by(f64::total_cmp);
    let won: f64 = positives
        .iter()
        .map(|score| {
            let below = sorted.partition_point(|other| other < score);
            let not_above = sorted.partition_point(|other| other <= score);
            below as f64 + (not_above - below) as f64 / 2.0
        })
        .sum();
    Some(won / (positives.len() as f64 * negatives.len() as f64))
}

/// The highest threshold at which at least this share of the scores is at or above it.
pub fn threshold_at_share(scores: &[f64], share: f64) -> Option<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    // A share such as 0.8 of 5 is 4, though it is a little more in floating point.
    let wanted = (share * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(wanted - 1).copied()
}

/// The share of the scores at or above the threshold.
pub fn share_at_or_above(scores: &[f64], threshold: f64) -> Option<f64> {
    super::share(scores.iter().map(|score| *score >= threshold))
}

/// One row of the curve that a threshold is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    pub threshold: f64,
    /// The share of the answerable questions at or above the threshold.
    pub answered: f64,
    /// The share of the unanswerable questions at or above the threshold.
    pub false_answers: f64,
}

/// The thresholds at which 50, 60, … 100 % of the answerable questions are answered.
pub fn answering_curve(answerable: &[f64], unanswerable: &[f64]) -> Vec<CurvePoint> {
    (5..=10)
        .filter_map(|tenths| {
            let threshold = threshold_at_share(answerable, f64::from(tenths) / 10.0)?;
            Some(CurvePoint {
                threshold,
                answered: share_at_or_above(answerable, threshold)?,
                false_answers: share_at_or_above(unanswerable, threshold)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn areas_of_known_scores() {
        for (positives, negatives, area) in [
            (vec![0.9, 0.8], vec![0.1, 0.2], 1.0),
            (vec![0.1], vec![0.9], 0.0),
            (vec![0.5, 0.5], vec![0.5], 0.5),
            (vec![0.9, 0.4], vec![0.5, 0.1], 0.75),
        ] {
            assert_eq!(area_under_curve(&positives, &negatives), Some(area));
        }
        assert_eq!(area_under_curve(&[], &[0.1]), None);
    }

    #[test]
    fn the_threshold_lets_the_wanted_share_through() {
        let scores = [0.9, 0.7, 0.5, 0.3, 0.1];
        assert_eq!(threshold_at_share(&scores, 0.8), Some(0.3));
        assert_eq!(threshold_at_share(&scores, 0.81), Some(0.1));
        assert_eq!(threshold_at_share(&scores, 0.0), Some(0.9));
        assert_eq!(threshold_at_share(&[], 0.8), None);
        assert_eq!(share_at_or_above(&[0.3, 0.2], 0.3), Some(0.5));
    }

    proptest! {
        #[test]
        fn turning_the_sides_turns_the_area(
            positives in prop::collection::vec(0u8..20, 1..30),
            negatives in prop::collection::vec(0u8..20, 1..30),
        ) {
            let positives: Vec<f64> = positives.into_iter().map(f64::from).collect();
            let negatives: Vec<f64> = negatives.into_iter().map(f64::from).collect();
            let area = area_under_curve(&positives, &negatives).unwrap_or(-1.0);
            let turned = area_under_curve(&negatives, &positives).unwrap_or(-1.0);
            prop_assert!((0.0..=1.0).contains(&area));
            prop_assert!((area + turned - 1.0).abs() < 1e-9);
        }

        #[test]
        fn the_threshold_is_the_highest_that_lets_enough_through(
            scores in prop::collection::vec(0u8..40, 1..40),
            share in 0.01f64..=1.0,
        ) {
            let scores: Vec<f64> = scores.into_iter().map(f64::from).collect();
            let threshold = threshold_at_share(&scores, share).unwrap_or(-1.0);
            prop_assert!(share_at_or_above(&scores, threshold).unwrap_or(-1.0) >= share - 1e-9);
            prop_assert!(share_at_or_above(&scores, threshold + 0.5).unwrap_or(2.0) < share);
        }

        #[test]
        fn the_curve_only_rises(
            answerable in prop::collection::vec(0.0f64..1.0, 1..30),
            unanswerable in prop::collection::vec(0.0f64..1.0, 1..30),
        ) {
            let curve = answering_curve(&answerable, &unanswerable);
            prop_assert_eq!(curve.len(), 6);
            prop_assert!(curve.windows(2).all(|pair| pair[0].answered <= pair[1].answered
                && pair[0].false_answers <= pair[1].false_answers));
        }
    }
}
