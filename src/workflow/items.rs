//! What people do to an item besides writing and deciding: claim, release, cancel, send on.

use jiff::Timestamp;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::audit::NewEntry;
use crate::ids::{ItemId, JobId};
use crate::review::{Command, decide};
use crate::store::{ItemRow, WriteTx};

/// Opens a transaction and the item in it, as it was when the caller saw it.
pub(super) async fn load(
    app: &App,
    id: &ItemId,
    expected: Option<i64>,
) -> Result<(WriteTx, ItemRow), WorkflowError> {
    let mut tx = app.store.write().await?;
    let row = tx.item(id).await?.ok_or(WorkflowError::NotFound("item"))?;
    if expected.is_some_and(|version| version != row.version) {
        return Err(WorkflowError::Stale);
    }
    Ok((tx, row))
}

/// Saves the item and its entries in the transaction it was loaded in.
pub(super) async fn save(
    mut tx: WriteTx,
    mut row: ItemRow,
    entries: Vec<NewEntry>,
) -> Result<(), WorkflowError> {
    let expected = row.version;
    row.updated_at = Timestamp::now();
    tx.save_item(&row, expected).await?;
    tx.commit(entries).await?;
    Ok(())
}

/// A step that changes nothing but where the item is and who holds it.
async fn step(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: Option<i64>,
    command: Command,
) -> Result<(), WorkflowError> {
    let (tx, mut row) = load(app, id, expected).await?;
    let decided = decide(&row.facts, &caller.actor(), &command, Timestamp::now())?;
    row.facts = decided.facts;
    let detail = json!({ "state": row.facts.state, "reason_given": reason_given(&command) });
    let entry = caller.entry(decided.action, id.as_str(), detail);
    save(tx, row, vec![entry]).await
}

/// The words of a reason stand in the item's history; personal text in them never reaches the log.
fn reason_given(command: &Command) -> bool {
    matches!(
        command,
        Command::TakeOver { .. } | Command::Cancel { .. } | Command::Withdraw { .. }
    )
}

pub async fn claim(app: &App, caller: &Caller, id: &ItemId, expected: i64) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemReview)?;
    step(app, caller, id, Some(expected), Command::Claim).await
}

pub async fn take_over(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemReview)?;
    step(app, caller, id, Some(expected), Command::TakeOver { reason }).await
}

pub async fn release(app: &App, caller: &Caller, id: &ItemId, expected: i64) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemReview)?;
    step(app, caller, id, Some(expected), Command::Release).await
}

pub async fn send_to_review(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemEdit)?;
    step(app, caller, id, Some(expected), Command::SendToReview).await
}

/// Keeps a claim alive while the page is in use. It changes only the end of the lease, so it makes no entry.
pub async fn heartbeat(app: &App, caller: &Caller, id: &ItemId) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemReview)?;
    let row = app.store.item(id).await?.ok_or(WorkflowError::NotFound("item"))?;
    let now = Timestamp::now();
    let decided = decide(&row.facts, &caller.actor(), &Command::RenewLease, now)?;
    if let Some(lease) = decided.facts.lease {
        app.store
            .renew_lease(id, &caller.person, now, lease.until)
            .await?;
    }
    Ok(())
}

/// Ends an item that is no longer wanted; drafting in progress stops between two tokens.
pub async fn cancel(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemRequest)?;
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let decided = decide(
        &row.facts,
        &caller.actor(),
        &Command::Cancel { reason },
        Timestamp::now(),
    )?;
    row.facts = decided.facts;
    tx.request_cancel(id, Timestamp::now()).await?;
    let entry = caller.entry(
        decided.action,
        id.as_str(),
        json!({ "state": row.facts.state, "reason_given": true }),
    );
    save(tx, row, vec![entry]).await
}

/// Asks for a new machine draft of an item that was refused, sent back, or whose drafting broke off.
pub async fn redraft(app: &App, caller: &Caller, id: &ItemId, expected: i64) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemRequest)?;
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let decided = decide(&row.facts, &caller.actor(), &Command::Redraft, Timestamp::now())?;
    row.facts = decided.facts;
    row.refusal = None;
    row.stale_reason = None;
    enqueue_draft(app, &mut tx, id).await?;
    let entry = caller.entry(decided.action, id.as_str(), json!({ "state": row.facts.state }));
    save(tx, row, vec![entry]).await
}

/// Seconds after which a requester told to come back may try again.
const RETRY_AFTER_SECONDS: u64 = 60;

/// Puts a drafting job into the queue, unless the queue is full.
pub(super) async fn enqueue_draft(app: &App, tx: &mut WriteTx, id: &ItemId) -> Result<JobId, WorkflowError> {
    let waiting = app.store.jobs_waiting().await?.waiting;
    if waiting >= app.config.drafting.queue_max as u64 {
        return Err(WorkflowError::Busy {
            waiting,
            retry_after_seconds: RETRY_AFTER_SECONDS,
        });
    }
    let job = JobId::fresh();
    tx.enqueue(&job, "draft", Some(id), Timestamp::now()).await?;
    Ok(job)
}
