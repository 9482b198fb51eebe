//! The pilot's figures: what the baseline was, what the pilot shows, and whether that is enough to say so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::interval::{Interval, difference_of_medians, median};

/// The kind of work a sample is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Faq,
    Newsletter,
}

/// How long a piece of work took by hand, before the pilot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineSample {
    pub task: Task,
    pub minutes: f64,
    pub revision_rounds: Option<f64>,
    pub turnaround_hours: Option<f64>,
}

/// What was fixed beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The first moment that counts; `None` until the baseline is locked.
    pub counts_from: Option<Timestamp>,
    /// Samples wanted on each side before a difference is shown.
    pub samples_wanted: usize,
}

/// One item of the pilot, as the stored events tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRecord {
    pub item: String,
    pub task: Task,
    pub requested_at: Timestamp,
    pub drafted: bool,
    pub refusal: Option<String>,
    pub approved: bool,
    pub published_at: Option<Timestamp>,
    pub requester_seconds: f64,
    pub reviewer_seconds: f64,
    pub revision_rounds: u32,
    /// Machine draft to published text, 0 to 1; absent where either is missing.
    pub edit_distance: Option<f64>,
}

impl ItemRecord {
    /// Minutes of attention of everybody who worked on it.
    pub fn active_minutes(&self) -> f64 {
        (self.requester_seconds + self.reviewer_seconds) / 60.0
    }

    /// Hours from the question to the published answer.
    pub fn turnaround_hours(&self) -> Option<f64> {
        self.published_at
            .map(|published| published.duration_since(self.requested_at).as_secs_f64() / 3600.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Minutes,
    Hours,
    Share,
    Rounds,
}

/// A number of values and their median.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sample {
    pub n: usize,
    pub median: f64,
}

/// One figure of the pilot page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    pub name: String,
    pub unit: Unit,
    pub baseline: Option<Sample>,
    pub pilot: Option<Sample>,
    /// Baseline minus pilot, shown only when there is enough to show.
    pub difference: Option<Interval>,
    pub verdict: String,
}

/// How far items got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    pub requested: usize,
    pub drafted: usize,
    pub refused: usize,
    pub approved: usize,
    pub published: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusalShare {
    pub kind: String,
    pub count: usize,
    /// Of all refusals, 0 to 1.
    pub share: f64,
}

/// Everything the pilot page shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub measures: Vec<Measure>,
    pub funnel: Funnel,
    pub refusals: Vec<RefusalShare>,
}

/// Counts the items that fall into the pilot; nothing counts before the baseline is locked.
pub fn report(plan: &Plan, baselines: &[BaselineSample], items: &[ItemRecord]) -> Report {
    let counted: Vec<&ItemRecord> = items
        .iter()
        .filter(|item| plan.counts_from.is_some_and(|from| item.requested_at >= from))
        .collect();
    let mut measures = Vec::new();
    for (task, name) in [(Task::Faq, "FAQ answer"), (Task::Newsletter, "newsletter")] {
        let before: Vec<&BaselineSample> = baselines.iter().filter(|sample| sample.task == task).collect();
        let after: Vec<&ItemRecord> = counted
            .iter()
            .copied()
            .filter(|item| item.task == task && item.published_at.is_some())
            .collect();
        measures.extend(task_measures(plan, name, &before, &after));
    }
    Report {
        measures,
        funnel: funnel(&counted),
        refusals: refusals(&counted),
    }
}

fn task_measures(plan: &Plan, name: &str, before: &[&BaselineSample], after: &[&ItemRecord]) -> Vec<Measure> {
    let minutes: Vec<f64> = before.iter().map(|sample| sample.minutes).collect();
    let active: Vec<f64> = after.iter().map(|item| item.active_minutes()).collect();
    let hours: Vec<f64> = before
        .iter()
        .filter_map(|sample| sample.turnaround_hours)
        .collect();
    let turnaround: Vec<f64> = after.iter().filter_map(|item| item.turnaround_hours()).collect();
    let rounds_by_hand: Vec<f64> = before
        .iter()
        .filter_map(|sample| sample.revision_rounds)
        .collect();
    let rounds: Vec<f64> = after.iter().map(|item| f64::from(item.revision_rounds)).collect();
    let edits: Vec<f64> = after.iter().filter_map(|item| item.edit_distance).collect();
    vec![
        compared(
            plan,
            format!("Active time per {name}"),
            Unit::Minutes,
            &minutes,
            &active,
        ),
        compared(
            plan,
            format!("Turnaround per {name}"),
            Unit::Hours,
            &hours,
            &turnaround,
        ),
        compared(
            plan,
            format!("Revision rounds per {name}"),
            Unit::Rounds,
            &rounds_by_hand,
            &rounds,
        ),
        alone(
            plan,
            format!("Edit distance per {name}, machine draft to published"),
            &edits,
        ),
    ]
}

fn sample(values: &[f64]) -> Option<Sample> {
    median(values).map(|median| Sample {
        n: values.len(),
        median,
    })
}

fn compared(plan: &Plan, name: String, unit: Unit, before: &[f64], after: &[f64]) -> Measure {
    let wanted = plan.samples_wanted;
    let missing = if plan.counts_from.is_none() {
        Some("not shown yet: the baseline is not locked".to_owned())
    } else if before.len() < wanted {
        Some(format!(
            "not shown yet: {} of {wanted} baseline samples",
            before.len()
        ))
    } else if after.len() < wanted {
        Some(format!(
            "not shown yet: {} of {wanted} published items",
            after.len()
        ))
    } else {
        None
    };
    let interval = if missing.is_none() {
        difference_of_medians(before, after)
    } else {
        None
    };
    let verdict = match (missing, interval) {
        (Some(missing), _) => missing,
        (None, None) => "not shown yet".to_owned(),
        (None, Some(interval)) => in_words(interval, unit),
    };
    Measure {
        name,
        unit,
        baseline: sample(before),
        pilot: sample(after),
        difference: interval,
        verdict,
    }
}

fn in_words(interval: Interval, unit: Unit) -> String {
    let unit = match unit {
        Unit::Minutes => "minutes",
        Unit::Hours => "hours",
        Unit::Rounds => "rounds",
        Unit::Share => "",
    };
    let Interval { median, low, high } = interval;
    if low > 0.0 {
        format!("{median:.1} {unit} less than before (95 % interval {low:.1} to {high:.1})")
    } else if high < 0.0 {
        format!(
            "{:.1} {unit} more than before (95 % interval {:.1} to {:.1})",
            -median, -high, -low
        )
    } else {
        format!("not shown yet: the 95 % interval {low:.1} to {high:.1} {unit} includes no difference")
    }
}

fn alone(plan: &Plan, name: String, values: &[f64]) -> Measure {
    let pilot = sample(values);
    let verdict = match pilot {
        Some(sample) if sample.n >= plan.samples_wanted => {
            format!(
                "half of the items changed by {:.0} % or more of their words",
                sample.median * 100.0
            )
        }
        _ => format!(
            "not shown yet: {} of {} published items",
            values.len(),
            plan.samples_wanted
        ),
    };
    Measure {
        name,
        unit: Unit::Share,
        baseline: None,
        pilot,
        difference: None,
        verdict,
    }
}

fn funnel(items: &[&ItemRecord]) -> Funnel {
    let count = |fits: fn(&ItemRecord) -> bool| items.iter().filter(|item| fits(item)).count();
    Funnel {
        requested: items.len(),
        drafted: count(|item| item.drafted),
        refused: count(|item| item.refusal.is_some()),
        approved: count(|item| item.approved),
        published: count(|item| item.published_at.is_some()),
    }
}

fn refusals(items: &[&ItemRecord]) -> Vec<RefusalShare> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in items.iter().filter_map(|item| item.refusal.as_deref()) {
        *counts.entry(kind).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    counts
        .into_iter()
        .map(|(kind, count)| RefusalShare {
            kind: kind.to_owned(),
            count,
            share: count as f64 / all as f64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second near 1970")
    }

    fn item(number: usize, requested: i64, minutes: f64) -> ItemRecord {
        ItemRecord {
            item: format!("req_{number}"),
            task: Task::Faq,
            requested_at: at(requested),
            drafted: true,
            refusal: None,
            approved: true,
            published_at: Some(at(requested + 7200)),
            requester_seconds: minutes * 30.0,
            reviewer_seconds: minutes * 30.0,
            revision_rounds: 0,
            edit_distance: Some(0.1),
        }
    }

    fn by_hand(minutes: f64) -> BaselineSample {
        BaselineSample {
            task: Task::Faq,
            minutes,
            revision_rounds: None,
            turnaround_hours: None,
        }
    }

    fn plan() -> Plan {
        Plan {
            counts_from: Some(at(1_000)),
            samples_wanted: 10,
        }
    }

    #[test]
    fn time_saved_is_shown_with_enough_on_both_sides() {
        let baselines: Vec<_> = (0..10).map(|i| by_hand(25.0 + f64::from(i))).collect();
        let items: Vec<_> = (0..10).map(|i| item(i, 2_000, 8.0 + i as f64 / 2.0)).collect();
        let figures = report(&plan(), &baselines, &items);
        let time = &figures.measures[0];
        let interval = time.difference.expect("shown");
        assert!(interval.low > 10.0 && interval.high < 25.0, "{interval:?}");
        assert!(
            time.verdict.contains("minutes less than before"),
            "{}",
            time.verdict
        );
        assert_eq!(time.pilot.map(|sample| sample.n), Some(10));
    }

    #[test]
    fn too_few_or_unlocked_is_not_shown() {
        let baselines: Vec<_> = (0..3).map(|_| by_hand(25.0)).collect();
        let items: Vec<_> = (0..12).map(|i| item(i, 2_000, 8.0)).collect();
        let few = report(&plan(), &baselines, &items);
        assert_eq!(few.measures[0].verdict, "not shown yet: 3 of 10 baseline samples");
        assert_eq!(few.measures[0].difference, None);
        let unlocked = report(
            &Plan {
                counts_from: None,
                ..plan()
            },
            &baselines,
            &items,
        );
        assert_eq!(unlocked.funnel, Funnel::default());
        assert!(unlocked.measures[0].verdict.contains("not locked"));
    }

    #[test]
    fn what_came_before_the_start_does_not_count() {
        let items = [item(0, 500, 8.0), item(1, 2_000, 8.0)];
        assert_eq!(report(&plan(), &[], &items).funnel.requested, 1);
    }

    #[test]
    fn refusals_are_counted_by_kind() {
        let mut items = vec![item(0, 2_000, 8.0), item(1, 2_000, 8.0), item(2, 2_000, 8.0)];
        for refused in &mut items[1..] {
            refused.refusal = Some("no_relevant_source".into());
            refused.published_at = None;
        }
        let figures = report(&plan(), &[], &items);
        assert_eq!((figures.funnel.refused, figures.funnel.published), (2, 1));
        assert_eq!(figures.refusals.len(), 1);
    }
}
