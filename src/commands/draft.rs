//! `countersign draft` and `countersign newsletter`: the main job on the terminal.

use std::time::Duration;

use serde_json::Value;

use super::arguments::{DraftArguments, NewsletterArguments, Place};
use super::items::{has_outcome, item_json, item_text};
use super::opening::{WITH_DRAFTING, open, terminal_caller};
use super::terminal::{Failure, print, print_json, progress};
use crate::ids::ItemId;
use crate::workflow::{
    App, FaqRequest, NewsletterRequest, cancel, draft_item, item_view, lease_job_of, request_faq,
    request_newsletter, sync,
};

/// How often a draft that another process makes is looked at.
const LOOK: Duration = Duration::from_millis(500);

pub async fn faq(place: &Place, arguments: DraftArguments) -> Result<(), Failure> {
    let app = open(place, WITH_DRAFTING).await?;
    let caller = terminal_caller(&app).await?;
    let request = FaqRequest {
        question: arguments.question,
        audience: Some(arguments.audience),
        due_at: None,
    };
    let item = request_faq(&app, &caller, request).await?;
    drafted(place, &app, &item).await
}

pub async fn newsletter(place: &Place, arguments: NewsletterArguments) -> Result<(), Failure> {
    let app = open(place, WITH_DRAFTING).await?;
    let caller = terminal_caller(&app).await?;
    let request = NewsletterRequest {
        template: arguments.template,
        from: arguments.from,
        until: arguments.until,
        topics: arguments.topics,
        title: None,
        audience: None,
        due_at: None,
    };
    let item = request_newsletter(&app, &caller, request).await?;
    drafted(place, &app, &item).await
}

/// Drafts the item here, or waits for the server that was quicker, and prints what came of it.
async fn drafted(place: &Place, app: &App, item: &ItemId) -> Result<(), Failure> {
    tokio::select! {
        done = make(app, item) => done?,
        _ = tokio::signal::ctrl_c() => return interrupted(app, item).await,
    }
    let caller = terminal_caller(app).await?;
    let view = item_view(app, &caller, item).await?;
    if place.json {
        print_json(&item_json(&view))?;
    } else {
        print(&item_text(&view))?;
    }
    if has_outcome(&view) {
        return Ok(());
    }
    let reason = view
        .row
        .stale_reason
        .unwrap_or_else(|| format!("The item is {}.", view.row.facts.state.in_words()));
    Err(Failure::new(format!("{reason} The request {item} is kept.")))
}

async fn make(app: &App, item: &ItemId) -> Result<(), Failure> {
    let teller = tokio::spawn(tell(app.clone(), item.clone()));
    let worker = format!("terminal-{}", std::process::id());
    let outcome = work(app, item, &worker).await;
    teller.abort();
    outcome
}

async fn work(app: &App, item: &ItemId, worker: &str) -> Result<(), Failure> {
    // Documents approved since the index was last used must be found; a running server does this by itself.
    if let Err(error) = sync(app).await {
        tracing::warn!(error = %error, "the index could not be brought up to date");
    }
    if let Some(job) = lease_job_of(app, worker, item).await? {
        return Ok(draft_item(app, worker, &job).await?);
    }
    while app
        .store
        .item(item)
        .await?
        .is_some_and(|row| is_open(row.facts.state))
    {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

fn is_open(state: crate::review::State) -> bool {
    matches!(
        state,
        crate::review::State::Requested | crate::review::State::Drafting
    )
}

async fn interrupted(app: &App, item: &ItemId) -> Result<(), Failure> {
    let caller = terminal_caller(app).await?;
    if let Some(row) = app.store.item(item).await? {
        cancel(
            app,
            &caller,
            item,
            row.version,
            "Interrupted on the terminal.".to_owned(),
        )
        .await?;
    }
    Err(Failure::new(format!(
        "Interrupted: {item} is cancelled, nothing of it was kept but the request."
    )))
}

/// Says each step as it begins and ends.
async fn tell(app: App, item: ItemId) {
    let mut seen = 0;
    loop {
        for step in app.store.progress_since(&item, seen).await.unwrap_or_default() {
            seen = step.seq;
            if let Some(line) = line(&step.event) {
                progress(&line);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn line(event: &Value) -> Option<String> {
    let data = event.get("data")?;
    let (detail, status) = (data.get("detail")?.as_str()?, data.get("status")?.as_str()?);
    let seconds = data.get("seconds").and_then(Value::as_f64).unwrap_or_default();
    (status == "done").then(|| format!("{detail} ({seconds:.1} s)"))
}
