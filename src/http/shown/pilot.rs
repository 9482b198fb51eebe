//! The pilot as its page shows it.

use super::Names;
use crate::http::dto;
use crate::pilot::{Measure, Report, Task, Unit};
use crate::store::{BaselineRow, PilotRow};

/// The baseline, its lock and the figures so far.
pub fn pilot(
    row: PilotRow,
    baselines: Vec<BaselineRow>,
    report: Report,
    samples_wanted: usize,
    names: &Names,
) -> dto::Pilot {
    let funnel = report.funnel;
    dto::Pilot {
        start_date: row.start_date.map(dto::Day::from),
        locked_at: row.locked_at.map(dto::Time::from),
        locked_by: names.maybe(row.locked_by.as_ref()),
        samples_wanted: u32::try_from(samples_wanted).unwrap_or(u32::MAX),
        baselines: baselines.into_iter().map(|row| baseline(row, names)).collect(),
        measures: report.measures.into_iter().map(measure).collect(),
        funnel: dto::Funnel {
            requested: funnel.requested as u64,
            drafted: funnel.drafted as u64,
            refused: funnel.refused as u64,
            approved: funnel.approved as u64,
            published: funnel.published as u64,
        },
        refusals: report
            .refusals
            .into_iter()
            .map(|share| dto::RefusalShare {
                kind: share.kind,
                count: share.count as u64,
                share: share.share,
            })
            .collect(),
    }
}

fn baseline(row: BaselineRow, names: &Names) -> dto::Baseline {
    dto::Baseline {
        id: row.id.to_string(),
        task: match row.sample.task {
            Task::Faq => dto::ItemKind::Faq,
            Task::Newsletter => dto::ItemKind::Newsletter,
        },
        minutes: row.sample.minutes,
        revision_rounds: row.sample.revision_rounds,
        turnaround_hours: row.sample.turnaround_hours,
        note: row.note,
        entered_by: names.of(&row.entered_by),
        entered_at: row.entered_at.into(),
    }
}

fn measure(measure: Measure) -> dto::Measure {
    let sample = |sample: crate::pilot::Sample| dto::Sample {
        n: sample.n as u64,
        median: sample.median,
    };
    dto::Measure {
        name: measure.name,
        unit: match measure.unit {
            Unit::Minutes => dto::Unit::Minutes,
            Unit::Hours => dto::Unit::Hours,
            Unit::Share => dto::Unit::Share,
            Unit::Rounds => dto::Unit::Rounds,
        },
        baseline: measure.baseline.map(sample),
        pilot: measure.pilot.map(sample),
        difference: measure.difference.map(|interval| dto::Difference {
            median: interval.median,
            low: interval.low,
            high: interval.high,
        }),
        verdict: measure.verdict,
    }
}
