//! Active time from a page's heartbeats: stretches of attention, overlaps counted once.

use jiff::Timestamp;

/// A stretch during which a person had the item's page before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub start: Timestamp,
    pub end: Timestamp,
}

/// Seconds covered by the stretches of one person; two open tabs do not count twice.
pub fn merged_seconds(stretches: &[Stretch]) -> f64 {
    let mut sorted: Vec<Stretch> = stretches.iter().copied().filter(|s| s.end > s.start).collect();
    sorted.sort_by_key(|stretch| stretch.start);
    let mut seconds = 0.0;
    let mut covered_to: Option<Timestamp> = None;
    for stretch in sorted {
        let start = covered_to.map_or(stretch.start, |end| end.max(stretch.start));
        if stretch.end > start {
            seconds += stretch.end.duration_since(start).as_secs_f64();
            covered_to = Some(stretch.end);
        }
    }
    seconds
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stretch(start: i64, end: i64) -> Stretch {
        let at = |second| Timestamp::from_second(second).expect("a second near 1970");
        Stretch {
            start: at(start),
            end: at(end),
        }
    }

    #[test]
    fn overlaps_count_once() {
        for (stretches, seconds) in [
            (vec![], 0.0),
            (vec![stretch(0, 10)], 10.0),
            (vec![stretch(0, 10), stretch(5, 20)], 20.0),
            (vec![stretch(0, 30), stretch(5, 20)], 30.0),
            (vec![stretch(20, 30), stretch(0, 10)], 20.0),
            (vec![stretch(10, 5)], 0.0),
        ] {
            assert!(
                (merged_seconds(&stretches) - seconds).abs() < 1e-9,
                "{stretches:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_more_than_the_sum_nor_than_the_span(
            ends in proptest::collection::vec((0i64..5_000, 0i64..600), 1..30)
        ) {
            let stretches: Vec<Stretch> = ends.iter().map(|(start, length)| stretch(*start, start + length)).collect();
            let merged = merged_seconds(&stretches);
            let sum: i64 = ends.iter().map(|(_, length)| length).sum();
            prop_assert!(merged <= sum as f64 + 1e-9);
            prop_assert!(merged <= 5_600.0);
        }
    }
}
