//! Baselines and measures, all derived from stored events.
//!
//! Everything here is pure: the store gives the events, this room counts, and the same events give the same figures.

mod attention;
mod edit_distance;
mod interval;
mod report;

pub use attention::{Stretch, merged_seconds};
pub use edit_distance::edit_distance;
pub use interval::{Interval, difference_of_medians, median};
pub use report::{
    BaselineSample, Funnel, ItemRecord, Measure, Plan, RefusalShare, Report, Sample, Task, Unit, report,
};
