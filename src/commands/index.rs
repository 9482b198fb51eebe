//! `countersign index`: what is searched, and building it anew.

use serde_json::json;

use super::arguments::{IndexCommand, Place};
use super::opening::{WITH_SEARCH, open};
use super::terminal::{Failure, print, print_json, progress, table};
use crate::workflow::{App, rebuild_index};

pub async fn run(place: &Place, command: IndexCommand) -> Result<(), Failure> {
    let app = open(place, WITH_SEARCH).await?;
    match command {
        IndexCommand::Status => status(place, &app).await,
        IndexCommand::Rebuild => rebuild(place, &app).await,
    }
}

async fn status(place: &Place, app: &App) -> Result<(), Failure> {
    let index = app.models.index_ready().await?;
    let (counts, stamp) = (index.counts(), index.stamp());
    let in_force = app.store.versions_in_force(app.config.today()).await?.len();
    if place.json {
        return print_json(&json!({
            "versions": counts.versions, "passages": counts.passages, "in_force": in_force,
            "complete": index.is_complete(), "stamp": stamp,
        }));
    }
    let complete = match index.is_complete() {
        true => "yes",
        false => "no; a running server fills it, or `countersign index rebuild` does",
    };
    print(&table(&[
        vec!["documents in the index".to_owned(), counts.versions.to_string()],
        vec!["documents in force".to_owned(), in_force.to_string()],
        vec!["passages".to_owned(), counts.passages.to_string()],
        vec!["complete".to_owned(), complete.to_owned()],
        vec!["stamp".to_owned(), stamp],
    ]))
}

async fn rebuild(place: &Place, app: &App) -> Result<(), Failure> {
    let documents = rebuild_index(app, |done, of| {
        progress(&format!("{done} of {of} documents are in the new index"));
    })
    .await?;
    if place.json {
        return print_json(&json!({ "versions": documents }));
    }
    print(&format!(
        "The index was built anew with {documents} documents and is in use. A running server takes it up within seconds."
    ))
}
