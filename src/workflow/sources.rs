//! What a text rests on, and what happens to it when a source leaves force.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::json;

use super::app::App;
use super::caller::own_entry;
use super::error::WorkflowError;
use super::telling::Teller;
use crate::audit::NewEntry;
use crate::corpus::Passage;
use crate::corpus::lifecycle::Standing;
use crate::drafting::{Section, cited_versions};
use crate::ids::{ItemId, VersionId};
use crate::review::{Actor, CitedVersion, Command, decide};
use crate::store::{VersionRow, WriteTx};

/// The versions a text cites, as they stand today.
pub(super) async fn cited_sources(
    app: &App,
    tx: &mut WriteTx,
    sections: &[Section],
) -> Result<Vec<CitedVersion>, WorkflowError> {
    let in_force = tx.versions_in_force(app.config.today()).await?;
    let mut sources = Vec::new();
    for version in cited_versions(sections) {
        if let Some(source) = in_force.iter().find(|source| source.version == version) {
            let content_sha256 = source.content_sha256.clone();
            sources.push(CitedVersion {
                version,
                content_sha256,
                in_force: true,
            });
        } else {
            let lost = tx
                .version(&version)
                .await?
                .ok_or(WorkflowError::NotFound("version"))?;
            sources.push(CitedVersion {
                version,
                content_sha256: lost.row.text_sha256,
                in_force: false,
            });
        }
    }
    Ok(sources)
}

/// The passage in which a span lies.
pub(super) fn passage_of(passages: &[Passage], start: usize, end: usize) -> Option<&Passage> {
    passages
        .iter()
        .find(|passage| passage.start <= start && end <= passage.end)
}

/// Voids approvals and sends back open text that rests on a source no longer in force. Revoking does this in its
/// own transaction; the calendar and other processes are followed by calling this again and again.
pub async fn void_lost_sources(app: &App) -> Result<usize, WorkflowError> {
    let today = app.config.today();
    let in_force = app.store.versions_in_force(today).await?;
    let stands = |version: &VersionId| in_force.iter().any(|source| source.version == *version);
    let resting = app.store.standing_citations().await?;
    let not_in_force: BTreeSet<VersionId> = resting
        .into_iter()
        .map(|(_, version)| version)
        .filter(|version| !stands(version))
        .collect();
    let mut lost = Vec::new();
    for version in not_in_force {
        if let Some(found) = app.store.version(&version).await?
            && let Some(reason) = how_lost(&found.title, &found.row, today)
        {
            lost.push((version, reason));
        }
    }
    if lost.is_empty() {
        return Ok(0);
    }
    let mut tx = app.store.write().await?;
    let mut entries = Vec::new();
    for (version, reason) in lost {
        entries.extend(lose(app, &mut tx, &version, &reason).await?);
    }
    if entries.is_empty() {
        return Ok(0);
    }
    Ok(tx.commit(entries).await?.len())
}

/// How a source was lost, in words. `None` for what is not lost: a version whose first day is to come was in force if
/// something rests on it, and the clock was set back.
fn how_lost(title: &str, row: &VersionRow, today: Date) -> Option<String> {
    match row.standing(today) {
        Standing::Expired => {
            let last = row.expires.map(|day| day.to_string()).unwrap_or_default();
            Some(format!(
                "The source \"{title}\" expired; its last day was {last}."
            ))
        }
        Standing::Superseded => Some(format!("The source \"{title}\" was superseded.")),
        Standing::Revoked | Standing::Rejected => Some(format!("The source \"{title}\" was revoked.")),
        Standing::PendingApproval | Standing::Scheduled | Standing::InForce => None,
    }
}

/// What follows from the loss of a source: publications that rest on it are to be corrected, approvals are void, open
/// texts go back, and those whose texts they are hear of it.
pub(super) async fn lose(
    app: &App,
    tx: &mut WriteTx,
    version: &VersionId,
    reason: &str,
) -> Result<Vec<NewEntry>, WorkflowError> {
    let teller = Teller::of(app, version, reason).await?;
    let mut entries = Vec::new();
    for publication in tx.mark_publications_stale(version, reason).await? {
        teller.to_correct(tx, &publication).await?;
        entries.push(own_entry(
            "publication.source_lost",
            publication.id.as_str(),
            json!({ "version": version, "item": publication.item }),
        ));
    }
    for resting in tx.rests_on(version).await? {
        entries.extend(void(tx, &resting.item, version, &teller).await?);
    }
    Ok(entries)
}

/// Applies the loss of one source to one item; `None` where the item is past caring.
async fn void(
    tx: &mut WriteTx,
    item: &ItemId,
    version: &VersionId,
    teller: &Teller<'_>,
) -> Result<Option<NewEntry>, WorkflowError> {
    let Some(mut row) = tx.item(item).await? else {
        return Ok(None);
    };
    if row.stale_reason.is_some() {
        // It was told already; telling it again every few seconds would flood its history.
        return Ok(None);
    }
    let command = Command::SourceLost {
        reason: teller.reason.to_owned(),
    };
    let Ok(decided) = decide(&row.facts, &Actor::Countersign, &command, jiff::Timestamp::now()) else {
        return Ok(None);
    };
    let before = row.facts.state;
    row.facts = decided.facts;
    row.stale_reason = Some(teller.reason.to_owned());
    let expected = row.version;
    tx.save_item(&row, expected).await?;
    teller.came_back(tx, &row, before).await?;
    Ok(Some(own_entry(
        decided.action,
        item.as_str(),
        json!({ "version": version, "state": row.facts.state }),
    )))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::corpus::lifecycle::VersionState;
    use crate::ids::{DocumentId, PersonId};

    fn row(state: VersionState, effective: Option<Date>, expires: Option<Date>) -> VersionRow {
        VersionRow {
            id: VersionId::fresh(),
            document: DocumentId::fresh(),
            number: 1,
            state,
            file_name: String::new(),
            media_type: String::new(),
            bytes: 0,
            sha256: String::new(),
            text_sha256: String::new(),
            extraction_ok: true,
            pages: None,
            sentences: 0,
            warnings: Vec::new(),
            uploaded_by: PersonId::fresh(),
            uploaded_at: jiff::Timestamp::UNIX_EPOCH,
            decided_by: None,
            decided_at: None,
            reason: None,
            effective,
            expires,
            superseded_on: None,
            fidelity: None,
            version: 1,
        }
    }

    #[test]
    fn a_source_is_lost_by_its_end_and_not_by_a_clock_set_back() {
        let today = date(2026, 11, 27);
        let (before, after) = (Some(date(2026, 11, 26)), Some(date(2026, 11, 28)));
        for (row, said) in [
            (row(VersionState::Approved, before, after), None),
            (row(VersionState::Approved, after, None), None),
            (
                row(VersionState::Approved, None, before),
                Some("its last day was 2026-11-26"),
            ),
            (
                row(VersionState::Revoked, None, None),
                Some("\"Bus rules\" was revoked"),
            ),
        ] {
            let found = how_lost("Bus rules", &row, today);
            assert_eq!(found.is_some(), said.is_some(), "{row:?}: {found:?}");
            assert!(found.unwrap_or_default().contains(said.unwrap_or_default()));
        }
    }
}
