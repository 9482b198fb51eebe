//! The index that searches and drafts use: adding, removing, building another one beside it, and starting over when it no
//! longer fits.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use tantivy::TantivyError;

use super::directory::{Building, Directory};
use super::embedding::{Embedding, normalised};
use super::generation::{Generation, Prepared, View};
use super::held::Named;
use super::indexed::{IndexedVersion, content_sha256};
use super::search::RANKING;
use super::stored::{Fields, LAYOUT, StoredPassage};
use super::vocabulary::Vocabulary;
use super::words::ANALYSIS;
use crate::ids::VersionId;

/// Passages embedded at a time: bounds the memory of one forward pass.
const EMBEDDED_AT_ONCE: usize = 16;

/// The index of passages. Reading is cheap and concurrent; writing takes its turn.
pub struct Index {
    pub(super) fields: Fields,
    pub(super) embedding: Arc<dyn Embedding>,
    pub(super) vocabulary: Vocabulary,
    /// Of what is on disk.
    stamp: String,
    directory: Directory,
    live: RwLock<Arc<Generation>>,
    complete: AtomicBool,
}

/// An index that is being filled beside the one in use.
pub struct Beside {
    generation: Generation,
    building: Building,
}

/// How much the index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub versions: usize,
    pub passages: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the index in {path} cannot be written; check the disk and the directory's permissions")]
    Directory {
        path: PathBuf,
        #[source]
        cause: std::io::Error,
    },
    #[error("another process is writing the index; try again when it is done")]
    Busy(#[source] TantivyError),
    #[error("another process is building the index anew; try again when it is done")]
    BeingBuilt,
    #[error("the index failed; `countersign index rebuild` builds it again")]
    Tantivy(#[from] TantivyError),
    #[error("a text could not be turned into a vector")]
    Embedding(#[source] Box<dyn Error + Send + Sync>),
    #[error(
        "passage {ordinal} of version {version} has offsets that do not fit its text; extract the file again"
    )]
    BadOffsets { version: VersionId, ordinal: u32 },
    #[error("a stored passage cannot be read; `countersign index rebuild` builds the index again")]
    Unreadable,
}

impl Index {
    /// Opens the index in `dir`. If there is none for this layout and embedding model, or if it is damaged, one is begun, or
    /// gone on with where an earlier process stopped; the caller then adds what [`Index::versions`] lacks and says that it is
    /// complete with [`Index::finish`].
    pub fn open(dir: &Path, embedding: Arc<dyn Embedding>) -> Result<Self, IndexError> {
        let stamp = stamp_of(embedding.sha256());
        let directory = Directory::new(dir, &stamp);
        let fields = Fields::new();
        let opened = |name: String| {
            let path = directory.path_of(&name);
            Generation::open(&path, name, &fields, embedding.dimensions())
        };
        let (live, complete) = match directory.current().and_then(opened) {
            Some(live) => (live, true),
            None => {
                let begun = directory.newest().and_then(opened);
                let name = directory.fresh();
                let live = begun.map_or_else(
                    || {
                        let path = directory.path_of(&name);
                        Generation::create(&path, name, &fields, embedding.dimensions())
                    },
                    Ok,
                )?;
                (live, false)
            }
        };
        if complete {
            directory.remove_others(&live.name);
        }
        Ok(Self {
            fields,
            embedding,
            vocabulary: Vocabulary::of_schools(),
            stamp,
            directory,
            live: RwLock::new(Arc::new(live)),
            complete: AtomicBool::new(complete),
        })
    }

    /// Looks questions up with these words for the same thing.
    pub fn with_vocabulary(mut self, vocabulary: Vocabulary) -> Self {
        self.vocabulary = vocabulary;
        self
    }

    /// Whether the index held all that was in force when somebody last looked. One that is still being filled finds too little.
    pub fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }

    /// Says that the index holds all that is in force; a later start begins with it.
    pub fn finish(&self) -> Result<(), IndexError> {
        if self.is_complete() {
            return Ok(());
        }
        let name = self.live().name.clone();
        self.put_into_use(&name)?;
        self.directory.remove_others(&name);
        self.complete.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes up what another process wrote: a version more or less, or an index that it built anew.
    pub fn follow(&self) -> Result<(), IndexError> {
        let live = self.live();
        let Some(name) = self.directory.current().filter(|name| *name != live.name) else {
            return live.follow();
        };
        let path = self.directory.path_of(&name);
        if let Some(newer) = Generation::open(&path, name, &self.fields, self.embedding.dimensions()) {
            self.replace(newer);
        }
        Ok(())
    }

    /// Begins an empty index beside the one in use, which goes on being searched and followed until [`Index::swap`].
    pub fn begin_beside(&self) -> Result<Beside, IndexError> {
        let begun = self.directory.begin().map_err(|cause| self.unwritable(cause))?;
        let building = begun.ok_or(IndexError::BeingBuilt)?;
        let name = self.directory.fresh();
        let path = self.directory.path_of(&name);
        Ok(Beside {
            generation: Generation::create(&path, name, &self.fields, self.embedding.dimensions())?,
            building,
        })
    }

    pub fn add_beside(&self, beside: &Beside, sources: &[IndexedVersion]) -> Result<(), IndexError> {
        beside.generation.add_all(self.prepared(sources)?)
    }

    /// Puts a filled index in the place of the one in use. Searches under way end on the old one.
    pub fn swap(&self, filled: Beside) -> Result<(), IndexError> {
        let Beside { generation, building } = filled;
        let name = generation.name.clone();
        self.put_into_use(&name)?;
        self.replace(generation);
        self.directory.remove_others_while(&building, &name);
        Ok(())
    }

    fn replace(&self, newer: Generation) {
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(newer);
        self.complete.store(true, Ordering::Release);
    }

    fn put_into_use(&self, name: &str) -> Result<(), IndexError> {
        self.directory
            .make_current(name)
            .map_err(|cause| self.unwritable(cause))
    }

    fn unwritable(&self, cause: std::io::Error) -> IndexError {
        IndexError::Directory {
            path: self.directory.path().to_owned(),
            cause,
        }
    }

    /// Adds a version, or replaces what the index holds of it.
    pub fn add(&self, source: &IndexedVersion) -> Result<(), IndexError> {
        self.add_all(std::slice::from_ref(source))
    }

    /// Adds many versions under one commit: all of them become visible, or none.
    pub fn add_all(&self, sources: &[IndexedVersion]) -> Result<(), IndexError> {
        let prepared = self.prepared(sources)?;
        self.live().add_all(prepared)
    }

    /// Removes a version; one that is not there is no error.
    pub fn remove(&self, version: &VersionId) -> Result<(), IndexError> {
        self.live().remove(version)
    }

    pub fn versions(&self) -> BTreeSet<VersionId> {
        self.view().held.ids().cloned().collect()
    }

    pub fn holds(&self, version: &VersionId) -> bool {
        self.view().held.get(version).is_some()
    }

    /// Whether the index holds the version and shows it under this title and this office.
    pub fn holds_as(&self, version: &VersionId, title: &str, owner: &str) -> bool {
        let held = self.view().held;
        let named = held.get(version).map(|held| &held.named);
        named.is_some_and(
            |Named {
                 title: held,
                 owner: of,
             }| held == title && of == owner,
        )
    }

    pub fn is_empty(&self) -> bool {
        self.view().held.len() == 0
    }

    pub fn counts(&self) -> Counts {
        let held = self.view().held;
        Counts {
            versions: held.len(),
            passages: held.passages(),
        }
    }

    /// Names layout, analysis, embedding model, and how questions are looked up; recorded with every draft.
    pub fn stamp(&self) -> String {
        let parts = format!("{}\n{RANKING}\n{}\n", self.stamp, self.vocabulary.sha256());
        hex::encode(Sha256::digest(parts))
    }

    pub(super) fn view(&self) -> View {
        self.live().view()
    }

    fn live(&self) -> Arc<Generation> {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn prepared(&self, sources: &[IndexedVersion]) -> Result<Vec<Prepared>, IndexError> {
        sources.iter().map(|source| self.prepare(source)).collect()
    }

    fn prepare(&self, source: &IndexedVersion) -> Result<Prepared, IndexError> {
        let sha256 = content_sha256(&source.text);
        let mut passages = Vec::with_capacity(source.passages.len());
        for passage in &source.passages {
            let stored =
                StoredPassage::of(source, passage, &sha256).ok_or_else(|| IndexError::BadOffsets {
                    version: source.version.clone(),
                    ordinal: passage.ordinal,
                })?;
            passages.push(stored);
        }
        let mut vectors = Vec::with_capacity(passages.len());
        for some in passages.chunks(EMBEDDED_AT_ONCE) {
            let texts: Vec<String> = some.iter().map(StoredPassage::embedded_text).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let embedded = self.embedding.embed(&texts).map_err(IndexError::Embedding)?;
            vectors.extend(embedded.into_iter().map(normalised));
        }
        Ok(Prepared {
            id: source.version.clone(),
            content_sha256: sha256,
            named: Named {
                title: source.title.clone(),
                owner: source.owner.clone(),
            },
            passages,
            vectors,
        })
    }
}

fn stamp_of(embedding_sha256: &str) -> String {
    hex::encode(Sha256::digest(format!(
        "{LAYOUT}\n{ANALYSIS}\n{embedding_sha256}\n"
    )))
}
