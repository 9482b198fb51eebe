//! A reviewer's decision.

use jiff::Timestamp;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::items::{load, save};
use super::sources::cited_sources;
use crate::accounts::Permission;
use crate::ids::{DecisionId, ItemId};
use crate::review::{Command, Reason, Refused, decide, source_set_sha256};
use crate::store::{DecisionKind, DecisionRow};

/// What the reviewer decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// For the text with this hash and no other.
    Approve {
        text_sha256: String,
    },
    RequestChanges(Reason),
    Reject(Reason),
}

const NOTE_CHARACTERS_MAX: usize = 4_000;

/// Carries a decision out. It is for the revision the reviewer saw: `expected` and the hash both say so.
pub async fn decide_item(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    decision: Decision,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemReview)?;
    let (kind, command, reason) = parts(decision);
    if reason
        .as_ref()
        .is_some_and(|reason| reason.note.chars().count() > NOTE_CHARACTERS_MAX)
    {
        let words = format!("The note may have {NOTE_CHARACTERS_MAX} characters; shorten it.");
        return Err(WorkflowError::invalid("note", words));
    }
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let now = Timestamp::now();
    let decided = decide(&row.facts, &caller.actor(), &command, now)?;
    let Some(standing) = row.facts.revision.clone() else {
        return Err(Refused::WrongState("There is no text to decide about.".into()).into());
    };
    let revision = tx
        .revision(&standing.id)
        .await?
        .ok_or(WorkflowError::NotFound("revision"))?;
    let number = revision.number;
    if kind == DecisionKind::Approve {
        let sources = cited_sources(app, &mut tx, &revision.sections).await?;
        if source_set_sha256(&sources) != standing.source_set_sha256
            || sources.iter().any(|source| !source.in_force)
        {
            return Err(Refused::Changed(
                "A source of this text changed or left force since it was written, so it can't be approved as it is.".into(),
            )
            .into());
        }
    }
    row.facts = decided.facts;
    let (code, note) = reason.map_or((None, None), |reason| (Some(reason.code), Some(reason.note)));
    tx.insert_decision(&DecisionRow {
        id: DecisionId::fresh(),
        item: id.clone(),
        revision: standing.id.clone(),
        revision_number: number,
        decision: kind,
        reason: code,
        note,
        by: caller.person.clone(),
        at: now,
    })
    .await?;
    let detail = json!({
        "state": row.facts.state,
        "revision": standing.id,
        "reason": code,
        "source_set_sha256": standing.source_set_sha256,
    });
    let mut entry = caller.entry(decided.action, id.as_str(), detail);
    entry.content_sha256 = Some(standing.text_sha256);
    save(tx, row, vec![entry]).await
}

fn parts(decision: Decision) -> (DecisionKind, Command, Option<Reason>) {
    match decision {
        Decision::Approve { text_sha256 } => (DecisionKind::Approve, Command::Approve { text_sha256 }, None),
        Decision::RequestChanges(reason) => (
            DecisionKind::RequestChanges,
            Command::RequestChanges {
                reason: reason.clone(),
            },
            Some(reason),
        ),
        Decision::Reject(reason) => (
            DecisionKind::Reject,
            Command::Reject {
                reason: reason.clone(),
            },
            Some(reason),
        ),
    }
}
