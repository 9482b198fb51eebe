//! Decisions on a document's versions: approve by another person, reject, revoke; and correcting the days before that.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::sources::lose;
use crate::accounts::Permission;
use crate::audit::NewEntry;
use crate::corpus::lifecycle::{VersionCommand, VersionState, decide, may_set_days};
use crate::ids::VersionId;
use crate::store::{VersionDecision, VersionRow, WriteTx};

/// Puts a version into force from its effective date; the version it replaces ends on that day. With
/// `warnings_seen` the approver says that they looked at the text that readers of the file do not see, and at the figures
/// that its text lacks.
pub async fn approve_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    warnings_seen: bool,
) -> Result<(), WorkflowError> {
    decide_version(
        app,
        caller,
        id,
        expected,
        VersionCommand::Approve { warnings_seen },
    )
    .await
}

pub async fn reject_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    decide_version(app, caller, id, expected, VersionCommand::Reject { reason }).await
}

/// Ends a version's force now. Approvals that rest on it are void in the same transaction.
pub async fn revoke_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    decide_version(app, caller, id, expected, VersionCommand::Revoke { reason }).await
}

/// Corrects the first and the last day of a version that waits for approval. Days that stay as they are make no entry.
pub async fn set_version_days(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    days: (Option<Date>, Option<Date>),
) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    let mut tx = app.store.write().await?;
    let row = as_it_was_seen(&mut tx, id, expected).await?;
    may_set_days(&row.facts(), &caller.person, days)
        .map_err(|refused| WorkflowError::RefusedDocument(refused.to_string()))?;
    let before = (row.effective, row.expires);
    if before == days {
        return Ok(());
    }
    tx.set_version_days(id, expected, days).await?;
    let in_the_log = |(effective, expires): (Option<Date>, Option<Date>)| json!({ "effective": effective, "expires": expires });
    let mut entry = caller.entry(
        "version.days_changed",
        id.as_str(),
        json!({ "document": row.document, "before": in_the_log(before), "after": in_the_log(days) }),
    );
    entry.content_sha256 = Some(row.sha256.clone());
    tx.commit(vec![entry]).await?;
    Ok(())
}

/// The version, if it is still as the caller saw it.
async fn as_it_was_seen(
    tx: &mut WriteTx,
    id: &VersionId,
    expected: i64,
) -> Result<VersionRow, WorkflowError> {
    let found = tx.version(id).await?;
    let row = found.ok_or(WorkflowError::NotFound("version"))?.row;
    if row.version == expected {
        Ok(row)
    } else {
        Err(WorkflowError::Stale)
    }
}

async fn decide_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    command: VersionCommand,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentApprove)?;
    let mut tx = app.store.write().await?;
    let row = as_it_was_seen(&mut tx, id, expected).await?;
    let mut entries = vec![apply(app, caller, &mut tx, &row, command).await?];
    let revoked = entries.iter().any(|entry| entry.action == REVOKED);
    if revoked {
        let title = tx
            .document(&row.document)
            .await?
            .map_or_else(String::new, |document| document.title);
        let words = format!("The source \"{title}\" was revoked.");
        entries.extend(lose(app, &mut tx, id, &words).await?);
    }
    tx.commit(entries).await?;
    // The index follows by itself (`library::sync`), and what it still holds of a lost source no search can see.
    super::sources::void_lost_sources(app).await?;
    Ok(())
}

const REVOKED: &str = "version.revoked";

/// Decides and writes the decision; gives its entry in the log.
pub(super) async fn apply(
    app: &App,
    caller: &Caller,
    tx: &mut WriteTx,
    row: &VersionRow,
    command: VersionCommand,
) -> Result<NewEntry, WorkflowError> {
    let (action, reason) = match &command {
        VersionCommand::Approve { .. } => ("version.approved", None),
        VersionCommand::Reject { reason } => ("version.rejected", Some(reason.clone())),
        VersionCommand::Revoke { reason } => (REVOKED, Some(reason.clone())),
    };
    let state = decide(&row.facts(), &caller.person, command)
        .map_err(|refused| WorkflowError::RefusedDocument(refused.to_string()))?;
    let decision = VersionDecision {
        state,
        by: caller.person.clone(),
        at: Timestamp::now(),
        reason: reason.clone(),
    };
    tx.set_version_state(&row.id, row.version, &decision).await?;
    let mut details = json!({ "document": row.document, "reason_given": reason.is_some() });
    if state == VersionState::Approved {
        // An approval stands only if what readers do not see, or the model would not, was looked at; the record says how
        // much that was.
        details["warnings_accepted"] = json!(row.to_be_seen().count());
        supersede_older(app, tx, row).await?;
    }
    let mut entry = caller.entry(action, row.id.as_str(), details);
    entry.content_sha256 = Some(row.sha256.clone());
    Ok(entry)
}

/// Older approved versions of this document, and of the one it replaces, end when this one takes effect.
async fn supersede_older(app: &App, tx: &mut WriteTx, row: &VersionRow) -> Result<(), WorkflowError> {
    let from = row.effective.map_or_else(
        || app.config.today(),
        |effective| effective.max(app.config.today()),
    );
    tx.set_superseded(&row.document, Some(&row.id), from).await?;
    if let Some(replaced) = tx
        .document(&row.document)
        .await?
        .and_then(|document| document.supersedes)
    {
        tx.set_superseded(&replaced, None, from).await?;
    }
    Ok(())
}
