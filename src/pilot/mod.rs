//! Baselines and measures, all derived from stored events.
