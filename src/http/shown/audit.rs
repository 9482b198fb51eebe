//! Entries of the audit log, for its own page and for an item's history.

use super::Names;
use crate::audit::{Entry, Verification};
use crate::http::dto;

/// The stored text is kept byte for byte for its hash; shown, it is the value that it spells.
fn detail(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::String(text.to_owned()))
}

pub fn audit_entry(entry: Entry, names: &Names) -> dto::AuditEntry {
    dto::AuditEntry {
        seq: entry.seq,
        at: entry.at.into(),
        actor_name: names.of_actor(&entry.actor).map(|person| person.name),
        actor: entry.actor,
        role: entry.role,
        action: entry.action,
        object: entry.object,
        result: entry.result,
        detail: detail(&entry.detail),
        content_sha256: entry.content_sha256,
        request_id: entry.request_id,
        prev_hash: entry.prev_hash,
        hash: entry.hash,
    }
}

/// The same entry as a line of an item's history.
pub fn history_entry(entry: Entry, names: &Names) -> dto::HistoryEntry {
    let detail = detail(&entry.detail);
    let revision = detail.get("revision").and_then(serde_json::Value::as_u64);
    dto::HistoryEntry {
        at: entry.at.into(),
        actor: names.of_actor(&entry.actor),
        action: entry.action,
        revision: revision.and_then(|number| u32::try_from(number).ok()),
        detail,
    }
}

pub fn verification(verification: Verification) -> dto::Verification {
    dto::Verification {
        ok: verification.first_bad.is_none(),
        entries: verification.entries,
        first_bad: verification.first_bad.map(|bad| dto::BadEntry {
            seq: bad.seq,
            reason: bad.reason,
        }),
        head: verification.head.map(|(seq, hash)| dto::Head { seq, hash }),
    }
}
