//! What a text rests on, and what happens to it when a source leaves force.

use serde_json::json;

use super::app::App;
use super::caller::own_entry;
use super::error::WorkflowError;
use crate::audit::NewEntry;
use crate::corpus::Passage;
use crate::drafting::{Section, cited_versions};
use crate::ids::{ItemId, VersionId};
use crate::review::{Actor, CitedVersion, Command, decide};
use crate::store::WriteTx;

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
    let in_force = app.store.versions_in_force(app.config.today()).await?;
    let stands = |version: &VersionId| in_force.iter().any(|source| source.version == *version);
    let resting = app.store.standing_citations().await?;
    let lost: Vec<(ItemId, VersionId)> = resting
        .into_iter()
        .filter(|(_, version)| !stands(version))
        .collect();
    if lost.is_empty() {
        return Ok(0);
    }
    let mut tx = app.store.write().await?;
    let mut entries = Vec::new();
    for (item, version) in lost {
        entries.extend(
            void(
                &mut tx,
                &item,
                &version,
                "A source it rests on is no longer in force.",
            )
            .await?,
        );
    }
    if entries.is_empty() {
        return Ok(0);
    }
    Ok(tx.commit(entries).await?.len())
}

/// Applies the loss of one source to one item; `None` where the item is past caring.
pub(super) async fn void(
    tx: &mut WriteTx,
    item: &ItemId,
    version: &VersionId,
    reason: &str,
) -> Result<Option<NewEntry>, WorkflowError> {
    let Some(mut row) = tx.item(item).await? else {
        return Ok(None);
    };
    if row.stale_reason.is_some() {
        // It was told already; telling it again every few seconds would flood its history.
        return Ok(None);
    }
    let command = Command::SourceLost {
        reason: reason.to_owned(),
    };
    let Ok(decided) = decide(&row.facts, &Actor::Countersign, &command, jiff::Timestamp::now()) else {
        return Ok(None);
    };
    row.facts = decided.facts;
    row.stale_reason = Some(reason.to_owned());
    tx.mark_publications_stale(version, reason).await?;
    let expected = row.version;
    tx.save_item(&row, expected).await?;
    Ok(Some(own_entry(
        decided.action,
        item.as_str(),
        json!({ "version": version, "state": row.facts.state }),
    )))
}
