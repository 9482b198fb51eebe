//! `countersign audit`: verify the log and read it.

use serde_json::json;

use super::arguments::{AuditCommand, Place};
use super::opening::{DATABASE_ONLY, open};
use super::terminal::{Failure, print, print_json, table};
use crate::audit::Entry;
use crate::store::AuditFilter;
use crate::workflow::App;

pub async fn run(place: &Place, command: AuditCommand) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    match command {
        AuditCommand::Verify { head } => verify(place, &app, head.as_deref()).await,
        AuditCommand::Show { limit, object } => show(place, &app, limit, object).await,
    }
}

/// Reads only: verifying from the terminal leaves no trace in the log that it verifies.
async fn verify(place: &Place, app: &App, noted: Option<&str>) -> Result<(), Failure> {
    let found = app.store.audit_verify().await?;
    let still_there = match noted {
        Some(hash) => Some(app.store.audit_contains(&hash.to_lowercase()).await?),
        None => None,
    };
    let head = found
        .head
        .as_ref()
        .map(|(seq, hash)| json!({ "seq": seq, "hash": hash }));
    if place.json {
        let bad = found
            .first_bad
            .as_ref()
            .map(|bad| json!({ "seq": bad.seq, "reason": bad.reason.to_string() }));
        let ok = found.first_bad.is_none() && still_there != Some(false);
        print_json(
            &json!({ "ok": ok, "entries": found.entries, "first_bad": bad, "head": head, "noted_head_found": still_there }),
        )?;
    }
    if let Some(bad) = &found.first_bad {
        return Err(Failure::new(format!(
            "The audit log is damaged at entry {}: {}.",
            bad.seq, bad.reason
        )));
    }
    if still_there == Some(false) {
        return Err(Failure::new(
            "The head you noted is not in this log: entries were removed, or the log was made anew.",
        ));
    }
    if !place.json {
        let head = found.head.map_or_else(
            || "none yet".to_owned(),
            |(seq, hash)| format!("entry {seq}, {hash}"),
        );
        print(&format!(
            "The audit log verifies: {} entries, head: {head}",
            found.entries
        ))?;
    }
    Ok(())
}

async fn show(place: &Place, app: &App, limit: u64, object: Option<String>) -> Result<(), Failure> {
    let filter = AuditFilter {
        object: object.unwrap_or_default(),
        ..AuditFilter::default()
    };
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let entries = app.store.audit_page(&filter, None, limit).await?;
    if place.json {
        return print_json(&entries.iter().map(entry_json).collect::<Vec<_>>());
    }
    let mut lines = vec![
        ["seq", "time (UTC)", "actor", "action", "object", "result"]
            .map(String::from)
            .to_vec(),
    ];
    for entry in entries {
        lines.push(vec![
            entry.seq.to_string(),
            entry.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            entry.actor.clone(),
            entry.action.clone(),
            entry.object.clone(),
            entry.result.clone(),
        ]);
    }
    print(&table(&lines))
}

fn entry_json(entry: &Entry) -> serde_json::Value {
    let mut value = json!(entry);
    value["detail"] = entry.detail_value();
    value
}
