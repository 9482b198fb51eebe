//! Medians and the bootstrap interval of their difference.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

/// Resamples of the bootstrap: enough that the ends of a 95 % interval move by little.
const RESAMPLES: usize = 4_000;

/// Fixed, so that the same events give the same interval on every page and in every report.
const SEED: u64 = 0x636f_756e_7465_7273;

/// A difference of medians with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// The middle value; the mean of the two middle ones where their number is even. `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

/// `before`'s median minus `after`'s with the percentile bootstrap's 95 % interval (Efron 1979).
///
/// `None` where one side has no value.
pub fn difference_of_medians(before: &[f64], after: &[f64]) -> Option<Interval> {
    let observed = median(before)? - median(after)?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut differences: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| Some(median(&resample(before, &mut rng))? - median(&resample(after, &mut rng))?))
        .collect();
    differences.sort_by(f64::total_cmp);
    let at = |share: f64| {
        differences
            .get((share * (differences.len() - 1) as f64).round() as usize)
            .copied()
    };
    Some(Interval {
        median: observed,
        low: at(0.025)?,
        high: at(0.975)?,
    })
}

fn resample(values: &[f64], rng: &mut StdRng) -> Vec<f64> {
    (0..values.len())
        .map(|_| values[rng.random_range(0..values.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn medians() {
        for (values, expected) in [
            (vec![], None),
            (vec![3.0], Some(3.0)),
            (vec![9.0, 1.0], Some(5.0)),
            (vec![9.0, 1.0, 2.0], Some(2.0)),
        ] {
            assert_eq!(median(&values), expected);
        }
    }

    #[test]
    fn a_clear_difference_excludes_zero_and_none_includes_it() {
        let before: Vec<f64> = (0..20).map(|i| 30.0 + f64::from(i % 5)).collect();
        let after: Vec<f64> = (0..20).map(|i| 12.0 + f64::from(i % 7)).collect();
        let saved = difference_of_medians(&before, &after).expect("both have values");
        assert!(
            saved.low > 0.0 && saved.low <= saved.median && saved.median <= saved.high,
            "{saved:?}"
        );
        let same = difference_of_medians(&before, &before).expect("both have values");
        assert!(same.low <= 0.0 && same.high >= 0.0, "{same:?}");
    }

    #[test]
    fn the_same_events_give_the_same_interval() {
        let (before, after) = ([10.0, 12.0, 30.0], [4.0, 6.0, 11.0]);
        assert_eq!(
            difference_of_medians(&before, &after),
            difference_of_medians(&before, &after)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn the_interval_lies_within_what_was_seen(
            before in proptest::collection::vec(0.0f64..100.0, 1..8),
            after in proptest::collection::vec(0.0f64..100.0, 1..8),
        ) {
            let interval = difference_of_medians(&before, &after).expect("both have values");
            prop_assert!(interval.low <= interval.high);
            prop_assert!(interval.low >= -100.0 && interval.high <= 100.0);
        }
    }
}
