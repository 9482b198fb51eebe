//! Keeps the index on the sources in force. The database is the truth; the index only follows.

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::retrieval::{Hit, IndexedVersion, SourcesInForce};

/// What a sync changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncReport {
    pub added: usize,
    pub removed: usize,
}

/// Takes out of the index what left force and adds what came into force.
pub async fn sync(app: &App) -> Result<SyncReport, WorkflowError> {
    sync_with(app, |_, _| {}).await
}

/// As `sync`, telling how many of how many versions are in.
pub async fn sync_with(app: &App, told: impl Fn(usize, usize)) -> Result<SyncReport, WorkflowError> {
    let index = app.models.index_ready().await?;
    let _one_at_a_time = app.indexing.lock().await;
    let wanted = app.store.versions_in_force(app.config.today()).await?;
    let held = index.versions();
    let mut report = SyncReport::default();
    for gone in held
        .iter()
        .filter(|version| !wanted.iter().any(|source| source.version == **version))
    {
        let (index, gone) = (index.clone(), gone.clone());
        blocking(move || index.remove(&gone)).await?;
        report.removed += 1;
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|source| !held.contains(&source.version))
        .collect();
    for (done, source) in missing.iter().enumerate() {
        told(done, missing.len());
        let Some(version) = app.store.version(&source.version).await? else {
            continue;
        };
        let indexed = IndexedVersion {
            version: source.version.clone(),
            document: source.document.clone(),
            title: source.title.clone(),
            owner: source.owner.clone(),
            text: version.text,
            passages: version.passages,
        };
        let index = index.clone();
        blocking(move || index.add(&indexed)).await?;
        report.added += 1;
    }
    told(missing.len(), missing.len());
    Ok(report)
}

async fn blocking(
    work: impl FnOnce() -> Result<(), crate::retrieval::IndexError> + Send + 'static,
) -> Result<(), WorkflowError> {
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

/// Passages of the sources in force that fit the words, best first.
pub async fn search(
    app: &App,
    caller: &Caller,
    words: &str,
    limit: usize,
) -> Result<Vec<Hit>, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let index = app.models.index()?;
    let in_force = sources_in_force(app).await?;
    let words = words.to_owned();
    match tokio::task::spawn_blocking(move || index.search(&words, &in_force, limit)).await {
        Ok(hits) => Ok(hits?),
        Err(_) => Err(WorkflowError::Internal(
            "the search stopped before it was done; try again".into(),
        )),
    }
}
