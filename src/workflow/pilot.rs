//! The pilot's baseline, its lock, and its figures from what is stored.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::ids::BaselineId;
use crate::pilot::{BaselineSample, ItemRecord, Plan, Report, Task, report};
use crate::store::{BaselineRow, PilotRow, WriteTx};

/// How long one piece of work took by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBaseline {
    pub task: Task,
    pub minutes: f64,
    pub revision_rounds: Option<u32>,
    pub turnaround_hours: Option<f64>,
    pub note: Option<String>,
}

const MINUTES_MAX: f64 = 10_000.0;
const HOURS_MAX: f64 = 10_000.0;
const ROUNDS_MAX: u32 = 100;
const NOTE_CHARACTERS_MAX: usize = 500;

/// Records a sample. Once the baseline is locked nothing is added to it.
pub async fn add_baseline(app: &App, caller: &Caller, new: NewBaseline) -> Result<BaselineId, WorkflowError> {
    caller.needs(Permission::PilotWrite)?;
    let sensible = |value: f64, max: f64| value.is_finite() && value > 0.0 && value <= max;
    if !sensible(new.minutes, MINUTES_MAX) {
        return Err(WorkflowError::invalid(
            "minutes",
            "The minutes must be more than 0 and at most 10,000.",
        ));
    }
    if new
        .turnaround_hours
        .is_some_and(|hours| !sensible(hours, HOURS_MAX))
    {
        return Err(WorkflowError::invalid(
            "turnaround_hours",
            "The hours must be more than 0 and at most 10,000.",
        ));
    }
    if new.revision_rounds.is_some_and(|rounds| rounds > ROUNDS_MAX) {
        return Err(WorkflowError::invalid(
            "revision_rounds",
            "The rounds must be at most 100.",
        ));
    }
    if new
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_CHARACTERS_MAX)
    {
        return Err(WorkflowError::invalid(
            "note",
            "The note may have 500 characters.",
        ));
    }
    let row = BaselineRow {
        id: BaselineId::fresh(),
        sample: BaselineSample {
            task: new.task,
            minutes: new.minutes,
            revision_rounds: new.revision_rounds.map(f64::from),
            turnaround_hours: new.turnaround_hours,
        },
        note: new.note.filter(|note| !note.trim().is_empty()),
        entered_by: caller.person.clone(),
        entered_at: Timestamp::now(),
    };
    let mut tx = app.store.write().await?;
    unlocked(&mut tx).await?;
    tx.insert_baseline(&row).await?;
    let detail = json!({ "task": row.sample.task, "minutes": row.sample.minutes });
    tx.commit(vec![caller.entry(
        "pilot.baseline_added",
        row.id.as_str(),
        detail,
    )])
    .await?;
    Ok(row.id)
}

/// Takes a sample out again, while the baseline is open.
pub async fn delete_baseline(app: &App, caller: &Caller, id: &BaselineId) -> Result<(), WorkflowError> {
    caller.needs(Permission::PilotWrite)?;
    let mut tx = app.store.write().await?;
    unlocked(&mut tx).await?;
    tx.delete_baseline(id).await.map_err(|error| match error {
        crate::store::StoreError::NotFound(_) => WorkflowError::NotFound("baseline sample"),
        error => error.into(),
    })?;
    tx.commit(vec![caller.entry(
        "pilot.baseline_removed",
        id.as_str(),
        json!({}),
    )])
    .await?;
    Ok(())
}

async fn unlocked(tx: &mut WriteTx) -> Result<PilotRow, WorkflowError> {
    let row = tx.pilot().await?;
    match row.locked_at {
        None => Ok(row),
        Some(_) => Err(WorkflowError::Forbidden(
            "The baseline is locked, so that nobody can change what the pilot is held to.".into(),
        )),
    }
}

/// Fixes the baseline before the pilot begins; from the start date on, items count.
pub async fn lock_pilot(app: &App, caller: &Caller, start_date: Date) -> Result<(), WorkflowError> {
    caller.needs(Permission::PilotWrite)?;
    if start_date <= app.config.today() {
        let reason = "The pilot must start after today: a baseline is locked before the first item counts.";
        return Err(WorkflowError::invalid("start_date", reason));
    }
    let mut tx = app.store.write().await?;
    let row = unlocked(&mut tx).await?;
    tx.lock_pilot(start_date, &caller.person, Timestamp::now(), row.version)
        .await?;
    tx.commit(vec![caller.entry(
        "pilot.locked",
        "pilot",
        json!({ "start_date": start_date }),
    )])
    .await?;
    Ok(())
}

/// The figures, with the items they are counted from.
pub async fn pilot_report(app: &App, caller: &Caller) -> Result<(Report, Vec<ItemRecord>), WorkflowError> {
    caller.needs(Permission::PilotRead)?;
    let pilot = app.store.pilot().await?;
    let counts_from = match (pilot.locked_at, pilot.start_date) {
        (Some(_), Some(day)) => day
            .to_zoned(app.config.time_zone())
            .ok()
            .map(|start| start.timestamp()),
        _ => None,
    };
    let plan = Plan {
        counts_from,
        samples_wanted: app.config.pilot.samples_wanted,
    };
    let baselines: Vec<BaselineSample> = app
        .store
        .baselines()
        .await?
        .into_iter()
        .map(|row| row.sample)
        .collect();
    let since = counts_from.unwrap_or(Timestamp::UNIX_EPOCH);
    let items: Vec<ItemRecord> = app.store.pilot_items(since).await?;
    Ok((report(&plan, &baselines, &items), items))
}
