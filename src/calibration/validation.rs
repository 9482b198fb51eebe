//! How good a fit is on examples it has not seen: cross-validation by group, AUROC, and thresholds from the curve.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::logistic::{Fit, Row};

/// A judged example with the probability that a model gave it which had not seen its group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub probability: f32,
    pub label: bool,
}

/// What a threshold lets through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub threshold: f32,
    /// Share of the "yes" examples at or above the threshold.
    pub yes_kept: f32,
    /// Share of the "no" examples below it.
    pub no_held: f32,
}

/// The probability of every row from a model fitted without the rows of its fold, in the rows' order. The fold of a
/// group is drawn from its name, so it does not depend on the order of the rows.
pub fn cross_validated(fit: &Fit, rows: &[Row], folds: usize) -> Vec<Judged> {
    let of_row: Vec<usize> = fold_of_each(rows, folds);
    let mut judged = vec![None; rows.len()];
    for fold in 0..folds {
        let learned: Vec<&Row> = rows
            .iter()
            .zip(&of_row)
            .filter(|(_, of)| **of != fold)
            .map(|(row, _)| row)
            .collect();
        if learned.len() == rows.len() {
            continue;
        }
        let model = fit.on(&learned);
        for ((row, of), slot) in rows.iter().zip(&of_row).zip(&mut judged) {
            if *of == fold {
                *slot = Some(Judged {
                    probability: model.probability(&row.features),
                    label: row.label,
                });
            }
        }
    }
    judged.into_iter().flatten().collect()
}

/// Groups in the order of their hashes, dealt out one fold after another.
fn fold_of_each(rows: &[Row], folds: usize) -> Vec<usize> {
    let names: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    let mut hashed: Vec<(Vec<u8>, &str)> = names
        .into_iter()
        .map(|name| (Sha256::digest(name).to_vec(), name))
        .collect();
    hashed.sort();
    let fold = |group: &str| {
        let place = hashed.iter().position(|(_, name)| *name == group);
        place.unwrap_or_default() % folds.max(1)
    };
    rows.iter().map(|row| fold(&row.group)).collect()
}

/// The chance that a "yes" example is given more than a "no" example (ties count half); nothing unless there are both.
pub fn auroc(judged: &[Judged]) -> Option<f64> {
    let mut sorted: Vec<&Judged> = judged.iter().collect();
    sorted.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let yes = sorted.iter().filter(|one| one.label).count() as f64;
    let no = sorted.len() as f64 - yes;
    let mut rank_sum = 0.0;
    let mut rank = 0.0;
    for tied in sorted.chunk_by(|a, b| a.probability == b.probability) {
        let count = tied.len() as f64;
        let mean_rank = rank + (count + 1.0) / 2.0;
        rank_sum += mean_rank * tied.iter().filter(|one| one.label).count() as f64;
        rank += count;
    }
    (yes > 0.0 && no > 0.0).then(|| (rank_sum - yes * (yes + 1.0) / 2.0) / (yes * no))
}

/// What `threshold` lets through.
pub fn point(judged: &[Judged], threshold: f32) -> Point {
    let share = |label: bool, above: bool| {
        let all = judged.iter().filter(|one| one.label == label).count().max(1);
        let kept = judged
            .iter()
            .filter(|one| one.label == label && (one.probability >= threshold) == above)
            .count();
        kept as f32 / all as f32
    };
    Point {
        threshold,
        yes_kept: share(true, true),
        no_held: share(false, false),
    }
}

/// The lowest threshold in steps of 0.005 below which `share` of the "no" examples lie.
pub fn threshold_holding(judged: &[Judged], share: f32) -> Point {
    let steps = (0..=200).map(|step| step as f32 / 200.0);
    steps
        .map(|threshold| point(judged, threshold))
        .find(|point| point.no_held >= share)
        .unwrap_or_else(|| point(judged, 1.0))
}

/// The highest threshold in steps of 0.005 at or above which `share` of the "yes" examples lie.
pub fn threshold_keeping(judged: &[Judged], share: f32) -> Point {
    let steps = (0..=200).rev().map(|step| step as f32 / 200.0);
    steps
        .map(|threshold| point(judged, threshold))
        .find(|point| point.yes_kept >= share)
        .unwrap_or_else(|| point(judged, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(all: &[(f32, bool)]) -> Vec<Judged> {
        all.iter()
            .map(|&(probability, label)| Judged { probability, label })
            .collect()
    }

    #[test]
    fn auroc_counts_pairs_in_the_right_order() {
        for (all, expected) in [
            (vec![(0.1, false), (0.9, true)], Some(1.0)),
            (vec![(0.9, false), (0.1, true)], Some(0.0)),
            (vec![(0.5, false), (0.5, true)], Some(0.5)),
            (
                vec![(0.1, false), (0.3, true), (0.4, false), (0.8, true)],
                Some(0.75),
            ),
            (vec![(0.1, false)], None),
        ] {
            assert_eq!(auroc(&judged(&all)), expected, "{all:?}");
        }
    }

    #[test]
    fn thresholds_come_from_the_curve() {
        let all = judged(&[(0.1, false), (0.2, false), (0.6, false), (0.5, true), (0.9, true)]);
        let held = threshold_holding(&all, 1.0);
        assert_eq!((held.threshold, held.yes_kept, held.no_held), (0.605, 0.5, 1.0));
        let kept = threshold_keeping(&all, 1.0);
        assert_eq!((kept.threshold, kept.yes_kept), (0.5, 1.0));
    }

    #[test]
    fn a_group_is_never_judged_by_a_model_that_saw_it() {
        // Each group's feature tells its label, and says the opposite in the other group.
        let row = |x: f32, label, group: &str| Row {
            features: vec![x],
            label,
            group: group.to_owned(),
        };
        let rows = vec![
            row(0.0, false, "a"),
            row(1.0, true, "a"),
            row(0.0, true, "b"),
            row(1.0, false, "b"),
        ];
        let fit = Fit {
            names: vec!["x".to_owned()],
            l2: 0.01,
            state_l2: 0.01,
        };
        assert_eq!(auroc(&cross_validated(&fit, &rows, 2)), Some(0.0));
    }
}
