//! The measures themselves: pure functions from judged results to a number.

mod discrimination;
mod folding;
mod overlap;
mod ranking;

pub use discrimination::CurvePoint;
pub(super) use discrimination::{answering_curve, area_under_curve, share_at_or_above, threshold_at_share};
pub(super) use folding::says;
pub(super) use overlap::{best_f1, word_recall};
pub(super) use ranking::{ndcg, recall};

/// The mean; nothing over nothing.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The share of the flags that are set; nothing over nothing.
pub(super) fn share(flags: impl IntoIterator<Item = bool>) -> Option<f64> {
    mean(flags.into_iter().map(|flag| f64::from(u8::from(flag))))
}

/// The value at this share of the sorted values (nearest rank), such as 0.5 for the median.
pub(super) fn percentile(mut values: Vec<f64>, at: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (at * values.len() as f64).ceil() as usize;
    values.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_of_the_list() {
        let values = vec![4.0, 1.0, 3.0, 2.0];
        assert_eq!(percentile(values.clone(), 0.5), Some(2.0));
        assert_eq!(percentile(values.clone(), 0.95), Some(4.0));
        assert_eq!(percentile(values, 0.0), Some(1.0));
        assert_eq!(percentile(Vec::new(), 0.5), None);
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(mean([]), None);
        assert_eq!(share([true, false, true, true]), Some(0.75));
    }
}
