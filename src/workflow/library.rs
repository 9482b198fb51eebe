//! Keeps the index on the sources in force. The database is the truth; the index only follows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::app::App;
use super::error::WorkflowError;
use crate::ids::VersionId;
use crate::retrieval::{Index, IndexError, IndexedVersion, SourcesInForce};
use crate::store::InForce;

/// Passages put into the index under one commit, or those of one document: what is added becomes visible within seconds, and
/// an interruption loses little.
const PASSAGES_AT_ONCE: usize = 64;

/// What a sync changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncReport {
    pub added: usize,
    pub removed: usize,
}

/// Takes out of the index what left force, and adds what came into force or is called otherwise by now.
pub async fn sync(app: &App) -> Result<SyncReport, WorkflowError> {
    sync_with(app, |_, _| {}).await
}

/// As `sync`, telling how many of how many versions are in.
pub async fn sync_with(app: &App, told: impl Fn(usize, usize)) -> Result<SyncReport, WorkflowError> {
    let index = app.models.index_ready().await?;
    let _one_at_a_time = app.indexing.lock().await;
    on_index(&index, Index::follow).await?;
    let wanted = app.store.versions_in_force(app.config.today()).await?;
    let gone: Vec<VersionId> = index
        .versions()
        .into_iter()
        .filter(|version| !wanted.iter().any(|source| source.version == *version))
        .collect();
    // One whose document was given another title or office since is put in anew; until then it is found under the old one.
    let held: BTreeSet<VersionId> = wanted
        .iter()
        .filter(|source| index.holds_as(&source.version, &source.title, &source.owner))
        .map(|source| source.version.clone())
        .collect();
    let report = SyncReport {
        removed: gone.len(),
        added: wanted.len() - held.len(),
    };
    for version in gone {
        on_index(&index, move |index| index.remove(&version)).await?;
    }
    let telling = app.models.telling_progress();
    let told = |done, total| {
        telling.say(done, total);
        told(done, total);
    };
    add_missing(app, &wanted, held, told, |versions| {
        on_index(&index, move |index| index.add_all(&versions))
    })
    .await?;
    on_index(&index, Index::finish).await?;
    Ok(report)
}

/// Builds the index anew from the database beside the one in use, which is searched until the new one takes its place. Gives the
/// number of versions in it.
pub async fn rebuild_index(app: &App, told: impl Fn(usize, usize)) -> Result<usize, WorkflowError> {
    let index = app.models.index_ready().await?;
    let beside = {
        let index = index.clone();
        Arc::new(blocking(move || index.begin_beside()).await?)
    };
    let telling = app.models.telling_progress();
    let told = |done, total| {
        telling.say(done, total);
        told(done, total);
    };
    let add = |versions: Vec<IndexedVersion>| {
        let beside = beside.clone();
        on_index(&index, move |index| index.add_beside(&beside, &versions))
    };
    let wanted = app.store.versions_in_force(app.config.today()).await?;
    add_missing(app, &wanted, BTreeSet::new(), &told, add).await?;
    // What came into force meanwhile is added while nobody else changes the index, so that the swap loses nothing.
    let _one_at_a_time = app.indexing.lock().await;
    let filled = wanted.into_iter().map(|source| source.version).collect();
    let wanted = app.store.versions_in_force(app.config.today()).await?;
    add_missing(app, &wanted, filled, told, add).await?;
    let beside = Arc::into_inner(beside).ok_or_else(|| {
        WorkflowError::Internal("the new index is still being written; try again in a minute".into())
    })?;
    on_index(&index, move |index| index.swap(beside)).await?;
    Ok(wanted.len())
}

/// Adds the wanted versions that are not held, some at a time.
async fn add_missing<A: Future<Output = Result<(), WorkflowError>>>(
    app: &App,
    wanted: &[InForce],
    held: BTreeSet<VersionId>,
    told: impl Fn(usize, usize),
    add: impl Fn(Vec<IndexedVersion>) -> A,
) -> Result<(), WorkflowError> {
    let missing: Vec<&InForce> = wanted
        .iter()
        .filter(|source| !held.contains(&source.version))
        .collect();
    let (mut some, mut passages) = (Vec::new(), 0);
    for (done, source) in missing.iter().enumerate() {
        told(done, missing.len());
        let Some(version) = indexed(app, source).await? else {
            continue;
        };
        if passages + version.passages.len() > PASSAGES_AT_ONCE && !some.is_empty() {
            add(std::mem::take(&mut some)).await?;
            passages = 0;
        }
        passages += version.passages.len();
        some.push(version);
    }
    if !some.is_empty() {
        add(some).await?;
    }
    if !missing.is_empty() {
        told(missing.len(), missing.len());
    }
    Ok(())
}

async fn indexed(app: &App, source: &InForce) -> Result<Option<IndexedVersion>, WorkflowError> {
    let version = app.store.version(&source.version).await?;
    Ok(version.map(|version| IndexedVersion {
        version: source.version.clone(),
        document: source.document.clone(),
        title: source.title.clone(),
        owner: source.owner.clone(),
        text: version.text,
        passages: version.passages,
    }))
}

async fn on_index(
    index: &Arc<Index>,
    work: impl FnOnce(&Index) -> Result<(), IndexError> + Send + 'static,
) -> Result<(), WorkflowError> {
    let index = index.clone();
    blocking(move || work(&index)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, WorkflowError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(WorkflowError::Internal(
            "the index stopped in the middle of a change; it is made anew at the next start".into(),
        )),
    }
}

/// The sources that a search or a draft may see, read from the database at the moment of asking.
pub async fn sources_in_force(app: &App) -> Result<SourcesInForce, WorkflowError> {
    let sources = app.store.versions_in_force(app.config.today()).await?;
    Ok(sources
        .into_iter()
        .map(|source| (source.version, source.content_sha256))
        .collect())
}
