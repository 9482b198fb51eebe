//! Approval of several versions at once: only of those that are another file of the text in force.

use jiff::civil::Date;

use super::app::App;
use super::caller::Caller;
use super::documents::apply;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::lifecycle::{NotResaved, Standing, VersionCommand, VersionState, decide, resaved};
use crate::ids::VersionId;
use crate::store::{DocumentRow, VersionRow};

/// More at once is more than a person can have meant.
const AT_ONCE_MAX: usize = 500;

/// A version that waits for approval and differs from the one in force in its file alone.
#[derive(Debug, Clone)]
pub struct Resaved {
    pub title: String,
    pub pending: VersionRow,
    pub in_force: VersionRow,
    /// Whether this person may approve it, and if not, why.
    pub allowed: Result<(), String>,
}

/// Whether a pending version may be approved together with others.
pub(super) fn may_be_together(
    document: &DocumentRow,
    pending: &VersionRow,
    today: Date,
) -> Result<(), NotResaved> {
    let in_force = in_force(document, today);
    let (warned, before) = (
        pending.warned_of(),
        in_force.map(VersionRow::warned_of).unwrap_or_default(),
    );
    let in_force = in_force.map(|version| version.substance(&before));
    resaved(&pending.substance(&warned), in_force.as_ref())
}

fn in_force(document: &DocumentRow, today: Date) -> Option<&VersionRow> {
    document
        .versions
        .iter()
        .find(|version| version.standing(today) == Standing::InForce)
}

/// Whether this person may approve the version without having looked at it once more.
fn allowed(caller: &Caller, pending: &VersionRow) -> Result<(), String> {
    caller
        .needs(Permission::DocumentApprove)
        .map_err(|error| error.to_string())?;
    let command = VersionCommand::Approve { warnings_seen: false };
    decide(&pending.facts(), &caller.person, command)
        .map(|_| ())
        .map_err(|refused| refused.to_string())
}

/// The versions that could be approved together, by title.
pub async fn resaved_versions(app: &App, caller: &Caller) -> Result<Vec<Resaved>, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let today = app.config.today();
    let mut found = Vec::new();
    for document in app.store.documents().await? {
        let Some(current) = in_force(&document, today) else {
            continue;
        };
        for pending in &document.versions {
            if pending.state == VersionState::Pending && may_be_together(&document, pending, today).is_ok() {
                found.push(Resaved {
                    title: document.title.clone(),
                    allowed: allowed(caller, pending),
                    pending: pending.clone(),
                    in_force: current.clone(),
                });
            }
        }
    }
    Ok(found)
}

/// Approves those of the versions that differ from what is in force in their files alone, in one transaction, each with
/// an entry of its own; gives for each what happened, or why it has to be approved by itself.
pub async fn approve_resaved(
    app: &App,
    caller: &Caller,
    asked: &[(VersionId, i64)],
) -> Result<Vec<(VersionId, Result<(), String>)>, WorkflowError> {
    caller.needs(Permission::DocumentApprove)?;
    if asked.is_empty() || asked.len() > AT_ONCE_MAX {
        let reason = format!("Choose between 1 and {AT_ONCE_MAX} versions.");
        return Err(WorkflowError::invalid("versions", reason));
    }
    let today = app.config.today();
    let (mut outcomes, mut entries) = (Vec::with_capacity(asked.len()), Vec::new());
    let mut tx = app.store.write().await?;
    for (id, expected) in asked {
        let Some(pending) = tx.version(id).await?.map(|detail| detail.row) else {
            outcomes.push((id.clone(), Err(WorkflowError::NotFound("version").to_string())));
            continue;
        };
        if pending.version != *expected {
            outcomes.push((id.clone(), Err(WorkflowError::Stale.to_string())));
            continue;
        }
        let document = tx.document(&pending.document).await?;
        let document = document.ok_or(WorkflowError::NotFound("document"))?;
        let may = allowed(caller, &pending)
            .and_then(|()| may_be_together(&document, &pending, today).map_err(|not| not.to_string()));
        if may.is_ok() {
            let command = VersionCommand::Approve { warnings_seen: false };
            let mut entry = apply(app, caller, &mut tx, &pending, command).await?;
            if let Some(detail) = entry.detail.as_object_mut() {
                detail.insert("together".to_owned(), true.into());
            }
            entries.push(entry);
        }
        outcomes.push((id.clone(), may));
    }
    if entries.is_empty() {
        return Ok(outcomes);
    }
    tx.commit(entries).await?;
    super::sources::void_lost_sources(app).await?;
    Ok(outcomes)
}
