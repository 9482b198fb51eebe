//! Search for people: in the sources in force by the index that feeds drafting, or in every version ever approved.
//!
//! The second does not use the index. What is indexed is what a draft can be made from, and a text that is out of force must
//! not come near that; so the database looks the words up in the stored texts, and the best of those are ranked here.

use std::collections::{HashMap, HashSet};

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::lifecycle::Standing;
use crate::corpus::topics;
use crate::ids::VersionId;
use crate::retrieval::{Hit, IndexedVersion, SourcesInForce, search_texts, word_beginnings};

/// So many versions with the words are read for a search in the history.
const HISTORY_VERSIONS_MAX: usize = 40;
/// So many are looked at where most may be filed under another topic.
const HISTORY_CANDIDATES_MAX: u32 = 400;

/// Which passages to look through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// Only documents that this office owns, as its name is written.
    pub owner: Option<String>,
    /// Only documents that are filed under this topic.
    pub topic: Option<String>,
    /// Every version that was ever approved, not only what is in force.
    pub history: bool,
}

/// A passage with what its version is today.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub hit: Hit,
    pub standing: Standing,
    /// Which version of its document.
    pub number: u32,
}

/// Passages that fit the words, best first.
pub async fn search(
    app: &App,
    caller: &Caller,
    words: &str,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Vec<Found>, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let hits = if filter.history {
        in_history(app, words, filter, limit).await?
    } else {
        in_force(app, words, filter, limit).await?
    };
    with_standing(app, hits).await
}

async fn in_force(
    app: &App,
    words: &str,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Vec<Hit>, WorkflowError> {
    let index = app.models.index()?;
    let filed = filed_under(app, filter).await?;
    let sources = app.store.versions_in_force(app.config.today()).await?;
    let wanted = sources.into_iter().filter(|source| {
        filter.owner.as_ref().is_none_or(|owner| source.owner == *owner)
            && filed.as_ref().is_none_or(|filed| filed.contains(&source.version))
    });
    let in_force: SourcesInForce = wanted
        .map(|source| (source.version, source.content_sha256))
        .collect();
    let words = words.to_owned();
    let searched = tokio::task::spawn_blocking(move || index.search(&words, &in_force, limit)).await;
    Ok(searched.map_err(|_| stopped())??)
}

async fn in_history(
    app: &App,
    words: &str,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Vec<Hit>, WorkflowError> {
    let beginnings = word_beginnings(words);
    let filed = filed_under(app, filter).await?;
    let ids = app
        .store
        .versions_ever_approved_with(&beginnings, filter.owner.as_deref(), HISTORY_CANDIDATES_MAX)
        .await?;
    let mut versions = Vec::new();
    for id in ids {
        if versions.len() == HISTORY_VERSIONS_MAX {
            break;
        }
        if filed.as_ref().is_some_and(|filed| !filed.contains(&id)) {
            continue;
        }
        let Some(detail) = app.store.version(&id).await? else {
            continue;
        };
        versions.push((
            detail.row.number,
            IndexedVersion {
                version: detail.row.id,
                document: detail.row.document,
                title: detail.title,
                owner: detail.owner,
                text: detail.text,
                passages: detail.passages,
            },
        ));
    }
    // Of words that stand in several versions, the newest version's are shown.
    versions.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let versions: Vec<IndexedVersion> = versions.into_iter().map(|(_, version)| version).collect();
    let words = words.to_owned();
    tokio::task::spawn_blocking(move || search_texts(&words, &versions, limit))
        .await
        .map_err(|_| stopped())
}

/// The versions of documents under the topic that is asked for; nothing where none is. A topic is the same however it is
/// written, and one that no document can have is under none.
async fn filed_under(app: &App, filter: &SearchFilter) -> Result<Option<HashSet<VersionId>>, WorkflowError> {
    let Some(typed) = &filter.topic else {
        return Ok(None);
    };
    let topics = topics::normalised([typed.as_str()]).unwrap_or_default();
    let documents = app.store.documents().await?;
    let filed = documents
        .into_iter()
        .filter(|document| document.topics.iter().any(|topic| topics.contains(topic)));
    let versions = filed.flat_map(|document| document.versions.into_iter().map(|version| version.id));
    Ok(Some(versions.collect()))
}

fn stopped() -> WorkflowError {
    WorkflowError::Internal("the search stopped before it was done; try again".into())
}

async fn with_standing(app: &App, hits: Vec<Hit>) -> Result<Vec<Found>, WorkflowError> {
    let mut known: HashMap<VersionId, (Standing, u32)> = HashMap::new();
    let mut found = Vec::with_capacity(hits.len());
    for hit in hits {
        if !known.contains_key(&hit.version) {
            let document = app.store.document(&hit.document).await?;
            for row in document.into_iter().flat_map(|document| document.versions) {
                known.insert(row.id.clone(), (row.standing(app.config.today()), row.number));
            }
        }
        // A version that went away between the two readings is not shown.
        if let Some((standing, number)) = known.get(&hit.version).copied() {
            found.push(Found {
                hit,
                standing,
                number,
            });
        }
    }
    Ok(found)
}
