//! The pilot's baselines and measures as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Day, ItemKind, PersonRef, Time};

/// The pilot so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pilot {
    pub start_date: Option<Day>,
    pub locked_at: Option<Time>,
    pub locked_by: Option<PersonRef>,
    /// Baseline samples of a task without which nothing is claimed about it.
    pub samples_wanted: u32,
    pub baselines: Vec<Baseline>,
    pub measures: Vec<Measure>,
    pub funnel: Funnel,
    pub refusals: Vec<RefusalShare>,
}

/// How long one piece of work took by hand.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Baseline {
    pub id: String,
    pub task: ItemKind,
    pub minutes: f64,
    pub revision_rounds: Option<f64>,
    pub turnaround_hours: Option<f64>,
    pub note: Option<String>,
    pub entered_by: PersonRef,
    pub entered_at: Time,
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Minutes,
    Hours,
    Share,
    Rounds,
}

/// One figure before and during the pilot, and what may be said about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Measure {
    pub name: String,
    pub unit: Unit,
    pub baseline: Option<Sample>,
    pub pilot: Option<Sample>,
    pub difference: Option<Difference>,
    pub verdict: String,
}

/// A median and how many samples it is of.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Sample {
    pub n: u64,
    pub median: f64,
}

/// A difference of medians with its 95 % interval.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Difference {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// How many items came how far.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Funnel {
    pub requested: u64,
    pub drafted: u64,
    pub refused: u64,
    pub approved: u64,
    pub published: u64,
}

/// How often one kind of refusal happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RefusalShare {
    pub kind: String,
    pub count: u64,
    pub share: f64,
}
