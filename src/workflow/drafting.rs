//! Carrying out a drafting job: run the pipeline, tell how far it is, save what came of it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::app::App;
use super::caller::own_entry;
use super::error::WorkflowError;
use super::items::load;
use super::library::sources_in_force;
use super::public_question;
use super::written::{Written, facts_of};
use crate::audit::NewEntry;
use crate::drafting::{
    Draft, DraftingError, DraftingTask, Flag, FlagKind, NewsletterTopic, Outcome, Progress, Refusal,
    cited_versions, draft,
};
use crate::engine::Cancel;
use crate::ids::ItemId;
use crate::review::{Actor, Command, State, decide};
use crate::store::{Checks, Heartbeat, IssueSection, ItemRow, JobEnd, JobRow, WriteTx};

/// How long a worker that fell silent keeps its job.
const LEASE: Duration = Duration::from_secs(30);
/// How often a worker says that it is alive, and hears of a cancellation.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A job that took its process down this often is not tried again.
const ATTEMPTS_MAX: u32 = 3;

/// Takes the job that waits longest, if any.
pub async fn lease_job(app: &App, worker: &str) -> Result<Option<JobRow>, WorkflowError> {
    Ok(app.store.lease_job(worker, Timestamp::now(), LEASE).await?)
}

/// Takes the job of one item, unless somebody works on it already.
pub async fn lease_job_of(app: &App, worker: &str, item: &ItemId) -> Result<Option<JobRow>, WorkflowError> {
    Ok(app
        .store
        .lease_job_of(item, worker, Timestamp::now(), LEASE)
        .await?)
}

/// Drafts one item from its leased job to its end, whatever the end is.
pub async fn draft_item(app: &App, worker: &str, job: &JobRow) -> Result<(), WorkflowError> {
    let Some(item) = &job.item else { return Ok(()) };
    if job.attempts > ATTEMPTS_MAX {
        let reason = "Drafting stopped the server three times and is not tried again; answer by hand.";
        return break_off(app, job, item, reason).await;
    }
    let Some(row) = begin(app, job, item).await? else {
        return Ok(());
    };
    let cancel = Cancel::new();
    let outcome = {
        let pulse = heartbeat(app, worker, job, &cancel);
        tokio::select! {
            outcome = run(app, &row, &cancel) => outcome,
            () = pulse => Err(WorkflowError::Internal("the item was cancelled or another worker has the job".into())),
        }
    };
    match outcome {
        Ok(Outcome::Draft(made)) => save_draft(app, job, item, made).await,
        Ok(Outcome::Refusal(refusal)) => save_refusal(app, job, item, refusal).await,
        Err(_) if cancel.is_cancelled() => end_cancelled(app, job, item).await,
        Err(error) => {
            tracing::warn!(item = %item, error = %error, "drafting broke off");
            break_off(app, job, item, &error.to_string()).await
        }
    }
}

/// Says that the item is being drafted. `None` where it was cancelled before its turn came.
async fn begin(app: &App, job: &JobRow, item: &ItemId) -> Result<Option<ItemRow>, WorkflowError> {
    let (mut tx, mut row) = load(app, item, None).await?;
    let Ok(decided) = decide(
        &row.facts,
        &Actor::Countersign,
        &Command::StartDrafting,
        Timestamp::now(),
    ) else {
        drop(tx);
        end_cancelled(app, job, item).await?;
        return Ok(None);
    };
    row.facts = decided.facts;
    row.stale_reason = None;
    let expected = row.version;
    tx.save_item(&row, expected).await?;
    tx.commit(vec![own_entry(
        decided.action,
        item.as_str(),
        json!({ "job": job.id }),
    )])
    .await?;
    Ok(Some(row))
}

/// Keeps the lease; ends when the item is cancelled or another worker has the job.
async fn heartbeat(app: &App, worker: &str, job: &JobRow, cancel: &Cancel) {
    let mut tick = tokio::time::interval(HEARTBEAT);
    loop {
        tick.tick().await;
        match app
            .store
            .heartbeat_job(&job.id, worker, Timestamp::now(), LEASE)
            .await
        {
            Ok(Heartbeat::Held) => {}
            // Returning drops the work, which also ends a wait for a model that is still loading.
            Ok(Heartbeat::CancelRequested | Heartbeat::Lost) => return cancel.cancel(),
            Err(error) => tracing::warn!(error = %error, "the lease of a job could not be renewed"),
        }
    }
}

async fn run(app: &App, row: &ItemRow, cancel: &Cancel) -> Result<Outcome, WorkflowError> {
    let context = app.models.drafting_ready().await?;
    let in_force = sources_in_force(app).await?;
    let task = task(row);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel::<Progress>();
    let (app_of_teller, item) = (app.clone(), row.id.clone());
    let teller = tokio::spawn(async move {
        while let Some(progress) = told.recv().await {
            let event = json!({ "event": "progress", "data": progress });
            append_progress(&app_of_teller, &item, &event).await;
        }
    });
    let outcome = draft(&context, &task, &in_force, cancel.clone(), &move |progress| {
        // The receiver only goes away after the sender, which this closure owns.
        let _ = tell.send(progress);
    })
    .await;
    // Everything told is stored before the end is, so that a follower sees the steps in order.
    let _ = teller.await;
    outcome.map_err(|error| match error {
        DraftingError::Engine(error) => WorkflowError::Engine(error),
        DraftingError::Index(error) => WorkflowError::Index(error),
        error => WorkflowError::Internal(error.to_string()),
    })
}

/// Stores one event and wakes the followers. A lost event costs a line on a screen, so it ends no draft.
async fn append_progress(app: &App, item: &ItemId, event: &serde_json::Value) {
    match app.store.progress_append(item, event, Timestamp::now()).await {
        Ok(seq) => {
            let _ = app.progress.send((item.clone(), seq));
        }
        Err(error) => tracing::warn!(item = %item, error = %error, "progress could not be stored"),
    }
}

fn task(row: &ItemRow) -> DraftingTask {
    let Some(issue) = &row.newsletter else {
        return DraftingTask::Faq {
            question: row.question.clone(),
        };
    };
    let topic = |section: &IssueSection| NewsletterTopic {
        heading: section.heading.clone(),
        topics: section.topics.clone(),
    };
    DraftingTask::Newsletter {
        sections: issue.sections.iter().map(topic).collect(),
        from: issue.from,
        to: issue.to,
    }
}

async fn save_draft(app: &App, job: &JobRow, item: &ItemId, made: Draft) -> Result<(), WorkflowError> {
    let mut flags = made.flags.clone();
    flags.extend(expiring(app, &made).await?);
    let (mut tx, mut row) = load(app, item, None).await?;
    if row.facts.state != State::Drafting {
        drop(tx);
        return end_cancelled(app, job, item).await;
    }
    let standing = match &row.facts.revision {
        Some(standing) => tx.revision(&standing.id).await?,
        None => None,
    };
    let written = Written {
        author: None,
        // A person's wording of the question outlives a new draft of the answer.
        public_question: public_question::standing(&row, standing.as_ref()),
        sections: made.sections,
        flags,
        note: None,
    };
    let revision = match written.insert(app, &mut tx, &row).await {
        // A source can leave force while the model writes; then nothing of it may stand.
        Err(WorkflowError::Invalid { reason, .. }) => {
            drop(tx);
            return break_off(app, job, item, &reason).await;
        }
        done => done?,
    };
    let command = Command::DraftMade {
        revision: facts_of(&revision),
    };
    let decided = decide(&row.facts, &Actor::Countersign, &command, Timestamp::now())?;
    row.facts = decided.facts;
    row.record = Some(made.record.clone());
    row.timing_ms = Some(made.timing_ms);
    row.tokens = Some(made.tokens);
    let mut entry = own_entry(
        decided.action,
        item.as_str(),
        json!({ "record": made.record, "tokens": made.tokens, "revision": revision.id, "checks": Checks::of(&revision.sections) }),
    );
    entry.content_sha256 = Some(revision.text_sha256.clone());
    finish(app, tx, row, job, JobEnd::Done, vec![entry]).await
}

/// Sources that end soon, for the reviewer to weigh.
async fn expiring(app: &App, made: &Draft) -> Result<Vec<Flag>, WorkflowError> {
    let cited = cited_versions(&made.sections);
    let today = app.config.today();
    let mut flags = Vec::new();
    for source in app
        .store
        .versions_in_force(today)
        .await?
        .iter()
        .filter(|source| cited.contains(&source.version))
    {
        if source
            .days_left
            .is_some_and(|days| days <= app.config.review.expires_soon_days)
        {
            let until = source.expires.map(|day| day.to_string()).unwrap_or_default();
            let detail = format!("\"{}\" is in force only until {until}.", source.title);
            flags.push(Flag {
                kind: FlagKind::SourceExpiresSoon,
                detail,
            });
        }
    }
    Ok(flags)
}

async fn save_refusal(app: &App, job: &JobRow, item: &ItemId, refusal: Refusal) -> Result<(), WorkflowError> {
    let (tx, mut row) = load(app, item, None).await?;
    let Ok(decided) = decide(
        &row.facts,
        &Actor::Countersign,
        &Command::Refuse,
        Timestamp::now(),
    ) else {
        drop(tx);
        return end_cancelled(app, job, item).await;
    };
    row.facts = decided.facts;
    row.record = refusal.record.clone();
    row.timing_ms = Some(refusal.timing_ms);
    row.tokens = Some(refusal.tokens);
    let entry = own_entry(
        decided.action,
        item.as_str(),
        json!({ "kind": refusal.kind, "record": refusal.record }),
    );
    row.refusal = Some(refusal);
    finish(app, tx, row, job, JobEnd::Done, vec![entry]).await
}

/// Puts the item back where it can be drafted again, with the reason for its requester.
async fn break_off(app: &App, job: &JobRow, item: &ItemId, reason: &str) -> Result<(), WorkflowError> {
    let (tx, mut row) = load(app, item, None).await?;
    if let Ok(decided) = decide(
        &row.facts,
        &Actor::Countersign,
        &Command::DraftFailed,
        Timestamp::now(),
    ) {
        row.facts = decided.facts;
        row.stale_reason = Some(format!("Drafting broke off: {reason}"));
    }
    let entry = own_entry(
        "item.draft_failed",
        item.as_str(),
        json!({ "job": job.id, "state": row.facts.state }),
    );
    finish(app, tx, row, job, JobEnd::Failed(reason.to_owned()), vec![entry]).await
}

async fn end_cancelled(app: &App, job: &JobRow, item: &ItemId) -> Result<(), WorkflowError> {
    let (tx, row) = load(app, item, None).await?;
    let entry = own_entry(
        "item.draft_stopped",
        item.as_str(),
        json!({ "job": job.id, "state": row.facts.state }),
    );
    finish(app, tx, row, job, JobEnd::Cancelled, vec![entry]).await
}

async fn finish(
    app: &App,
    mut tx: WriteTx,
    mut row: ItemRow,
    job: &JobRow,
    end: JobEnd,
    entries: Vec<NewEntry>,
) -> Result<(), WorkflowError> {
    let now = Timestamp::now();
    let (item, expected, ended_as) = (row.id.clone(), row.version, row.facts.state);
    row.updated_at = now;
    tx.save_item(&row, expected).await?;
    tx.finish_job(&job.id, worker_of(job), &end, now).await?;
    tx.commit(entries).await?;
    append_progress(
        app,
        &item,
        &json!({ "event": "end", "data": { "state": ended_as } }),
    )
    .await;
    Ok(())
}

/// The worker that holds the job, as it was leased.
fn worker_of(job: &JobRow) -> &str {
    job.leased_by.as_deref().unwrap_or_default()
}
