//! The models of this process: found, loaded in the background, and said plainly when they are missing.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

use super::app::Options;
use super::error::WorkflowError;
use crate::config::Config;
use crate::drafting::{DraftingContext, DraftingSettings};
use crate::engine::catalog::{Catalog, CatalogEntry};
use crate::engine::embedder::{Embedder, EmbeddingFiles};
use crate::engine::pull::{added_models, cache_dir, locate};
use crate::engine::{Engine, EngineSettings, EngineStatus};
use crate::retrieval::{Embedding, Index, Vocabulary};

/// Tokens of one prompt with its answer; the evidence is bounded well below.
const CONTEXT_TOKENS_MAX: usize = 4096;
/// How often an index that another task fills is looked at, should its word be missed.
const LOOK: Duration = Duration::from_millis(500);
/// Calls that may wait for the model's thread; requests wait in the database, not here.
const ENGINE_QUEUE_MAX: usize = 16;

/// The drafting model and the search index, as far as they are there.
#[derive(Clone)]
pub struct Models {
    drafting: watch::Receiver<Part<Engine>>,
    index: watch::Receiver<Part<Arc<Index>>>,
    indexing: Arc<watch::Sender<Option<IndexProgress>>>,
    settings: DraftingSettings,
}

/// What is found and opened beside the pages, which do not wait for it.
#[derive(Clone)]
enum Part<T> {
    Loading,
    Ready(T),
    Absent(String),
}

impl<T: Send + Sync + 'static> Part<T> {
    /// Files are read and hashed, which must not hold up the threads that answer pages.
    fn open(
        what: &'static str,
        open: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> watch::Receiver<Part<T>> {
        let (tell, part) = watch::channel(Part::Loading);
        tokio::task::spawn_blocking(move || {
            let opened = match open() {
                Ok(ready) => Part::Ready(ready),
                Err(reason) => {
                    tracing::error!(reason, "the {what} could not be opened");
                    Part::Absent(reason)
                }
            };
            let _ = tell.send(opened);
        });
        part
    }

    fn absent(reason: &str) -> watch::Receiver<Part<T>> {
        watch::channel(Part::Absent(reason.to_owned())).1
    }
}

/// Waits until a part is there or known to be absent.
async fn settled<T: Clone>(part: &watch::Receiver<Part<T>>) -> Part<T> {
    let mut part = part.clone();
    // The sender only goes away after it has sent, so an error here still leaves the last value to look at.
    let _ = part.wait_for(|part| !matches!(part, Part::Loading)).await;
    part.borrow().clone()
}

/// The drafting model for the status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelStatus {
    /// `loading`, `ready`, `failed` or `absent`.
    pub state: &'static str,
    pub name: Option<String>,
    pub reason: Option<String>,
    pub load_ms: Option<u64>,
}

/// How many of the versions that are being put into the index are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IndexProgress {
    pub done: usize,
    pub of: usize,
}

/// Tells how far a change of the index is; dropped, it tells that nothing is being changed any more.
pub(super) struct TellingProgress(Arc<watch::Sender<Option<IndexProgress>>>);

impl TellingProgress {
    pub fn say(&self, done: usize, of: usize) {
        self.0.send_replace(Some(IndexProgress { done, of }));
    }
}

impl Drop for TellingProgress {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

/// The index for the status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexStatus {
    pub documents: usize,
    pub passages: usize,
    /// Whether it does not yet hold all that was in force when it was begun: drafts wait, and a search finds too little.
    pub building: bool,
    /// Of what is being put in just now, also where the index is complete and another one is built beside it.
    pub progress: Option<IndexProgress>,
    pub reason: Option<String>,
}

impl Models {
    pub(super) fn start(config: &Config, data: &Path, options: Options) -> Models {
        let drafting = if options.drafting {
            let model = config.models.drafting.clone();
            Part::open("drafting model", move || start_engine(&model))
        } else {
            Part::absent("This process does not draft; a worker does.")
        };
        let index = if options.search {
            let (embedding, folder) = (config.models.embedding.clone(), data.join("index"));
            let vocabulary = Vocabulary::of_schools().with(&config.documents.vocabulary);
            Part::open("search index", move || {
                let index = open_index(&embedding, &folder)?;
                Ok(Arc::new(index.with_vocabulary(vocabulary)))
            })
        } else {
            Part::absent("This process does not search.")
        };
        Models {
            drafting,
            index,
            indexing: Arc::new(watch::Sender::new(None)),
            settings: drafting_settings(config),
        }
    }

    pub(super) fn telling_progress(&self) -> TellingProgress {
        TellingProgress(self.indexing.clone())
    }

    /// The index, or in words why there is none now.
    pub fn index(&self) -> Result<Arc<Index>, WorkflowError> {
        match &*self.index.borrow() {
            Part::Ready(index) => Ok(index.clone()),
            Part::Loading => Err(WorkflowError::Unavailable(
                "The search index is loading; try again in a few seconds.".into(),
            )),
            Part::Absent(reason) => Err(WorkflowError::Unavailable(reason.clone())),
        }
    }

    /// The index once it is loaded.
    pub async fn index_ready(&self) -> Result<Arc<Index>, WorkflowError> {
        settled(&self.index).await;
        self.index()
    }

    /// What drafting and checking need, once both models are loaded.
    pub async fn drafting_ready(&self) -> Result<DraftingContext, WorkflowError> {
        let engine = match settled(&self.drafting).await {
            Part::Ready(engine) => engine,
            Part::Absent(reason) => return Err(WorkflowError::Unavailable(reason)),
            Part::Loading => {
                return Err(WorkflowError::Unavailable(
                    "The drafting model could not be opened.".into(),
                ));
            }
        };
        let index = self.index_ready().await?;
        // An index that is still being filled would refuse for want of documents that are there. Whoever fills it tells each step.
        let mut told = self.indexing.subscribe();
        while !index.is_complete() {
            let _ = tokio::time::timeout(LOOK, told.changed()).await;
        }
        engine
            .ready()
            .await
            .map_err(|error| WorkflowError::Unavailable(error.to_string()))?;
        Ok(DraftingContext {
            engine,
            index,
            settings: self.settings.clone(),
        })
    }

    /// What checking needs, if it is there now; a person's edit does not wait for a model to load.
    pub fn drafting_now(&self) -> Option<DraftingContext> {
        let Part::Ready(engine) = self.drafting.borrow().clone() else {
            return None;
        };
        let index = self.index().ok()?;
        matches!(engine.status(), EngineStatus::Ready { .. }).then(|| DraftingContext {
            engine,
            index,
            settings: self.settings.clone(),
        })
    }

    pub fn settings(&self) -> &DraftingSettings {
        &self.settings
    }

    pub fn model_status(&self) -> ModelStatus {
        let status = |state, name, reason, load_ms| ModelStatus {
            state,
            name,
            reason,
            load_ms,
        };
        let engine = match &*self.drafting.borrow() {
            Part::Loading => EngineStatus::Loading,
            Part::Ready(engine) => engine.status(),
            Part::Absent(reason) => return status("absent", None, Some(reason.clone()), None),
        };
        match engine {
            EngineStatus::Loading => status("loading", None, None, None),
            EngineStatus::Ready { model, load_ms } => status("ready", Some(model.name), None, Some(load_ms)),
            EngineStatus::Failed { reason } => status("failed", None, Some(reason), None),
        }
    }

    pub fn index_status(&self) -> IndexStatus {
        match &*self.index.borrow() {
            Part::Loading => IndexStatus {
                documents: 0,
                passages: 0,
                building: true,
                progress: None,
                reason: None,
            },
            Part::Absent(reason) => IndexStatus {
                documents: 0,
                passages: 0,
                building: false,
                progress: None,
                reason: Some(reason.clone()),
            },
            Part::Ready(index) => {
                let counts = index.counts();
                IndexStatus {
                    documents: counts.versions,
                    passages: counts.passages,
                    building: !index.is_complete(),
                    progress: *self.indexing.borrow(),
                    reason: None,
                }
            }
        }
    }
}

/// The drafting settings that this configuration asks for.
pub fn drafting_settings(config: &Config) -> DraftingSettings {
    DraftingSettings {
        question_characters_max: config.drafting.question_characters_max,
        district_names: vec![config.district.name.clone(), config.district.short_name.clone()],
        evidence_tokens_max: config.drafting.evidence_tokens_max,
        answerable_threshold: config.drafting.answerable_threshold,
        contact_line: config.drafting.contact_line,
        supported_min: config.drafting.supported_min,
        support_threshold: config.drafting.support_threshold,
        ..DraftingSettings::default()
    }
}

/// The catalog with the models that were added to this machine's cache.
fn entry(id: &str) -> Result<CatalogEntry, String> {
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let added = added_models(&cache_dir()).map_err(|error| error.to_string())?;
    catalog
        .with_added(added)
        .entry(id)
        .cloned()
        .map_err(|error| error.to_string())
}

/// Starts the drafting model of this id; it loads in the background. The error says in words what is missing.
pub fn start_engine(id: &str) -> Result<Engine, String> {
    let entry = entry(id)?;
    let files = locate(&entry, &cache_dir()).map_err(|error| error.to_string())?;
    let model = files
        .gguf()
        .ok_or_else(|| format!("{} has no GGUF file to draft with.", entry.id))?;
    Ok(Engine::start(EngineSettings {
        model_file: model.path.clone(),
        queue_max: ENGINE_QUEUE_MAX,
        context_tokens_max: CONTEXT_TOKENS_MAX,
    }))
}

fn open_index(embedding: &str, folder: &Path) -> Result<Index, String> {
    Index::open(folder, load_embedding(embedding)?).map_err(|error| error.to_string())
}

/// Loads the embedding model of this id; it reads files and computes. The error says in words what is missing.
pub fn load_embedding(id: &str) -> Result<Arc<dyn Embedding>, String> {
    let entry = entry(id)?;
    let files = locate(&entry, &cache_dir()).map_err(|error| error.to_string())?;
    let files = EmbeddingFiles::from_model(&files)
        .ok_or_else(|| format!("{} is not a model that can embed text.", entry.id))?;
    let embedder = Embedder::load(&files).map_err(|error| error.to_string())?;
    Ok(Arc::new(embedder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_that_nobody_changed_are_the_calibrated_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config::load(None, folder.path()).expect("the default loads");
        let expected = DraftingSettings {
            district_names: vec![config.district.name.clone(), config.district.short_name.clone()],
            ..DraftingSettings::default()
        };
        assert_eq!(drafting_settings(&config), expected);
    }
}
