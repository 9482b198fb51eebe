//! Looking at the audit log. To look is itself an entry.

use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::audit::{Entry, Verification};
use crate::store::AuditFilter;

/// Entries before a number, newest first.
pub async fn audit_page(
    app: &App,
    caller: &Caller,
    filter: &AuditFilter,
    before_seq: Option<u64>,
    limit: u32,
) -> Result<Vec<Entry>, WorkflowError> {
    caller.needs(Permission::AuditRead)?;
    if before_seq.is_none() {
        // One entry for opening the list; turning its pages adds nothing that is not known from it.
        let tx = app.store.write().await?;
        tx.commit(vec![caller.entry(
            "audit.read",
            "audit",
            json!({ "object": filter.object }),
        )])
        .await?;
    }
    Ok(app.store.audit_page(filter, before_seq, limit).await?)
}

/// Checks every entry and the chain between them.
pub async fn verify_audit(app: &App, caller: &Caller) -> Result<Verification, WorkflowError> {
    caller.needs(Permission::AuditRead)?;
    let verification = app.store.audit_verify().await?;
    let bad = verification.first_bad.as_ref().map(|bad| bad.seq);
    let tx = app.store.write().await?;
    let mut entry = caller.entry(
        "audit.verified",
        "audit",
        json!({ "entries": verification.entries, "first_bad": bad }),
    );
    if bad.is_some() {
        entry.result = "refused".to_owned();
    }
    tx.commit(vec![entry]).await?;
    Ok(verification)
}
