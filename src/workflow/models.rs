//! The models of this process: found, loaded in the background, and said plainly when they are missing.

use std::path::Path;
use std::sync::Arc;

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
use crate::retrieval::{Embedding, Index};

/// Tokens of one prompt with its answer; the evidence is bounded well below.
const CONTEXT_TOKENS_MAX: usize = 4096;
/// Calls that may wait for the model's thread; requests wait in the database, not here.
const ENGINE_QUEUE_MAX: usize = 16;

/// The drafting model and the search index, as far as they are there.
#[derive(Clone)]
pub struct Models {
    drafting: Result<Engine, String>,
    index: watch::Receiver<Library>,
    settings: DraftingSettings,
}

#[derive(Clone)]
enum Library {
    Loading,
    Ready(Arc<Index>),
    Failed(String),
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

/// The index for the status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexStatus {
    pub documents: usize,
    pub passages: usize,
    pub building: bool,
    pub reason: Option<String>,
}

impl Models {
    pub(super) fn start(config: &Config, data: &Path, options: Options) -> Models {
        let drafting = if options.drafting {
            start_engine(config)
        } else {
            Err("This process does not draft; a worker does.".to_owned())
        };
        let (tell, index) = watch::channel(Library::Loading);
        if options.search {
            let (embedding, folder) = (config.models.embedding.clone(), data.join("index"));
            // Loading reads files and computes; it must not hold up the threads that answer pages.
            tokio::task::spawn_blocking(move || {
                let library = match open_index(&embedding, &folder) {
                    Ok(index) => Library::Ready(Arc::new(index)),
                    Err(reason) => {
                        tracing::error!(reason, "the search index could not be opened");
                        Library::Failed(reason)
                    }
                };
                let _ = tell.send(library);
            });
        } else {
            let _ = tell.send(Library::Failed("This process does not search.".to_owned()));
        }
        Models {
            drafting,
            index,
            settings: settings(config),
        }
    }

    /// The index, or in words why there is none now.
    pub fn index(&self) -> Result<Arc<Index>, WorkflowError> {
        match &*self.index.borrow() {
            Library::Ready(index) => Ok(index.clone()),
            Library::Loading => Err(WorkflowError::Unavailable(
                "The search index is loading; try again in a few seconds.".into(),
            )),
            Library::Failed(reason) => Err(WorkflowError::Unavailable(reason.clone())),
        }
    }

    /// The index once it is loaded.
    pub async fn index_ready(&self) -> Result<Arc<Index>, WorkflowError> {
        let mut index = self.index.clone();
        // The sender only goes away after it has sent, so an error here still leaves the last value to look at.
        let _ = index
            .wait_for(|library| !matches!(library, Library::Loading))
            .await;
        self.index()
    }

    /// What drafting and checking need, once both models are loaded.
    pub async fn drafting_ready(&self) -> Result<DraftingContext, WorkflowError> {
        let engine = self.drafting.clone().map_err(WorkflowError::Unavailable)?;
        let index = self.index_ready().await?;
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
        let engine = self.drafting.clone().ok()?;
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
        match self.drafting.as_ref().map(Engine::status) {
            Err(reason) => status("absent", None, Some(reason.clone()), None),
            Ok(EngineStatus::Loading) => status("loading", None, None, None),
            Ok(EngineStatus::Ready { model, load_ms }) => {
                status("ready", Some(model.name), None, Some(load_ms))
            }
            Ok(EngineStatus::Failed { reason }) => status("failed", None, Some(reason), None),
        }
    }

    pub fn index_status(&self) -> IndexStatus {
        match &*self.index.borrow() {
            Library::Loading => IndexStatus {
                documents: 0,
                passages: 0,
                building: true,
                reason: None,
            },
            Library::Failed(reason) => IndexStatus {
                documents: 0,
                passages: 0,
                building: false,
                reason: Some(reason.clone()),
            },
            Library::Ready(index) => {
                let counts = index.counts();
                IndexStatus {
                    documents: counts.versions,
                    passages: counts.passages,
                    building: false,
                    reason: None,
                }
            }
        }
    }
}

fn settings(config: &Config) -> DraftingSettings {
    DraftingSettings {
        question_characters_max: config.drafting.question_characters_max,
        evidence_tokens_max: config.drafting.evidence_tokens_max,
        answerable_threshold: config.drafting.answerable_threshold,
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

/// Starts the drafting model that the settings name; the error says in words why it cannot be.
pub fn start_engine(config: &Config) -> Result<Engine, String> {
    let entry = entry(&config.models.drafting)?;
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
    let entry = entry(embedding)?;
    let files = locate(&entry, &cache_dir()).map_err(|error| error.to_string())?;
    let files = EmbeddingFiles::from_model(&files)
        .ok_or_else(|| format!("{} is not a model that can embed text.", entry.id))?;
    let embedder = Embedder::load(&files).map_err(|error| error.to_string())?;
    Index::open(folder, Arc::new(IndexEmbedding(embedder))).map_err(|error| error.to_string())
}

/// The embedding model as the index asks for it.
struct IndexEmbedding(Embedder);

impl Embedding for IndexEmbedding {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.embed(texts)?)
    }

    fn sha256(&self) -> &str {
        self.0.sha256()
    }

    fn dimensions(&self) -> usize {
        Embedder::DIMENSIONS
    }
}
