//! `countersign bench`: what this machine makes of the product, in figures that can be held against other runs.
//!
//! Figures of a machine that does other work at the same time say little by themselves; compare only runs that took
//! turns on it, as `tests/compare/` does.

mod drafts;
mod ingest;
mod machine;
mod made_up;
mod prompts;
mod report;
mod retrieval;
mod speed;

use std::time::Instant;

use super::arguments::{BenchCommand, BenchDraftingArguments, Place};
use super::opening::WITH_DRAFTING;
use super::terminal::{Failure, print, print_json, progress, table};
use crate::config::Config;
use crate::engine::Cancel;
use crate::workflow::{App, sync};
use report::Report;

pub async fn run(place: &Place, command: BenchCommand) -> Result<(), Failure> {
    match command {
        BenchCommand::Drafting(arguments) => drafting(place, arguments).await,
        BenchCommand::Retrieval(arguments) => {
            let Some(report) = retrieval::run(place, arguments).await? else {
                return Ok(());
            };
            match place.json {
                true => print_json(&report),
                false => print(&table(&report.rows())),
            }
        }
    }
}

/// Loads both models into an empty district of its own, so that nothing of the data directory is read or changed.
async fn drafting(place: &Place, arguments: BenchDraftingArguments) -> Result<(), Failure> {
    let bandwidth_bytes_per_s = machine::bandwidth_bytes_per_s();
    progress(&format!(
        "memory: {:.1} GB/s on all threads",
        bandwidth_bytes_per_s / 1e9
    ));
    let data = tempfile::tempdir()
        .map_err(|error| Failure::new(format!("No temporary directory could be made: {error}.")))?;
    let mut config = Config::load(place.config.as_deref(), &place.data)?;
    // The settings may name a district's real database.
    config.database.url.clear();
    let started = Instant::now();
    let app = App::open(config, data.path(), WITH_DRAFTING).await?;
    sync(&app).await?;
    let engine = app.models.drafting_ready().await?.engine;
    let load = speed::Load::finish(&engine, started).await?;
    progress(&format!(
        "models loaded after {:.1} s, first token after {:.1} s",
        load.both_models_s, load.first_token_s
    ));
    let resident_bytes = machine::resident_bytes();
    let speed = engine
        .run(Cancel::new(), move |session| speed::measure(session, &progress))
        .await?;
    let drafts = match arguments.drafts {
        0 => Vec::new(),
        count => drafts::measure(&app, count).await?,
    };
    let report = Report::new(bandwidth_bytes_per_s, load, resident_bytes, speed, drafts);
    match place.json {
        true => print_json(&report),
        false => print(&table(&report.rows())),
    }
}
