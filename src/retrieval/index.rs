//! The index on disk and in memory: adding, removing, and starting over when it no longer fits.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use sha2::{Digest, Sha256};
use tantivy::schema::Term;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError};

use super::embedding::{Embedding, normalised};
use super::held::{Held, HeldVersion};
use super::indexed::{IndexedVersion, content_sha256};
use super::search::RANKING;
use super::stored::{ANALYZER, Fields, LAYOUT, StoredPassage};
use super::vocabulary::Vocabulary;
use super::words::{self, ANALYSIS};
use crate::ids::VersionId;

/// Tantivy's smallest allowed budget is 15 MB; one writing thread is enough for a district.
const WRITER_BYTES: usize = 32 * 1024 * 1024;
/// Passages embedded at a time: bounds the memory of one forward pass.
const EMBEDDED_AT_ONCE: usize = 16;
/// Sub-directories of the index's directory begin with this; only those are ever removed.
const DIRECTORY_PREFIX: &str = "passages-";

/// The index of passages. Reading is cheap and concurrent; writing takes its turn.
pub struct Index {
    pub(super) fields: Fields,
    pub(super) embedding: Arc<dyn Embedding>,
    pub(super) vocabulary: Vocabulary,
    tantivy: tantivy::Index,
    reader: IndexReader,
    /// Of what is on disk.
    stamp: String,
    view: RwLock<View>,
    /// The next free slot; held while writing, so that writers take turns.
    next_slot: Mutex<u64>,
}

/// What one search works on from beginning to end.
#[derive(Clone)]
pub(super) struct View {
    pub searcher: Searcher,
    pub held: Arc<Held>,
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
    #[error("the index failed; delete its directory to have it built again")]
    Tantivy(#[from] TantivyError),
    #[error("a text could not be turned into a vector")]
    Embedding(#[source] Box<dyn Error + Send + Sync>),
    #[error(
        "passage {ordinal} of version {version} has offsets that do not fit its text; extract the file again"
    )]
    BadOffsets { version: VersionId, ordinal: u32 },
    #[error("a stored passage cannot be read; delete the index's directory to have it built again")]
    Unreadable,
}

impl Index {
    /// Opens the index in `dir`, or starts an empty one if there is none for this layout and embedding
    /// model, or if it is damaged. The caller then adds what [`Index::versions`] lacks.
    pub fn open(dir: &Path, embedding: Arc<dyn Embedding>) -> Result<Self, IndexError> {
        let stamp = stamp_of(embedding.sha256());
        let name = format!("{DIRECTORY_PREFIX}{}", &stamp[..16]);
        let path = dir.join(&name);
        let fields = Fields::new();
        let opened = open_existing(&path, &fields, embedding.dimensions());
        let (tantivy, held) = match opened {
            Some(opened) => opened,
            None => (create(&path, &fields)?, Held::default()),
        };
        remove_others(dir, &name);
        let reader = manual_reader(&tantivy)?;
        let next_slot = held
            .0
            .values()
            .flat_map(|version| &version.slots)
            .max()
            .map_or(0, |slot| slot + 1);
        let view = View {
            searcher: reader.searcher(),
            held: Arc::new(held),
        };
        Ok(Self {
            fields,
            embedding,
            vocabulary: Vocabulary::of_schools(),
            tantivy,
            reader,
            stamp,
            view: RwLock::new(view),
            next_slot: Mutex::new(next_slot),
        })
    }

    /// Looks questions up with these words for the same thing.
    pub fn with_vocabulary(mut self, vocabulary: Vocabulary) -> Self {
        self.vocabulary = vocabulary;
        self
    }

    /// Adds a version, or replaces what the index holds of it.
    pub fn add(&self, source: &IndexedVersion) -> Result<(), IndexError> {
        self.add_all(std::slice::from_ref(source))
    }

    /// Adds many versions under one commit: all of them become visible, or none.
    pub fn add_all(&self, sources: &[IndexedVersion]) -> Result<(), IndexError> {
        let prepared: Vec<Prepared> = sources
            .iter()
            .map(|source| self.prepare(source))
            .collect::<Result<_, _>>()?;
        let mut next_slot = self.next_slot.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = self.writer()?;
        let mut held = Held::clone(&self.view().held);
        let mut slot = *next_slot;
        for version in prepared {
            writer.delete_term(Term::from_field_text(self.fields.version, version.id.as_str()));
            let mut slots = Vec::with_capacity(version.passages.len());
            for (passage, vector) in version.passages.iter().zip(&version.vectors) {
                let document = self
                    .fields
                    .encode(slot, passage, vector)
                    .map_err(|_| IndexError::Unreadable)?;
                writer.add_document(document)?;
                slots.push(slot);
                slot += 1;
            }
            let vectors = version.vectors.concat();
            let kept = HeldVersion {
                content_sha256: version.content_sha256,
                slots,
                vectors,
            };
            held.0.insert(version.id, Arc::new(kept));
        }
        self.publish(writer, held)?;
        *next_slot = slot;
        Ok(())
    }

    /// Removes a version; one that is not there is no error.
    pub fn remove(&self, version: &VersionId) -> Result<(), IndexError> {
        let _turn = self.next_slot.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = Held::clone(&self.view().held);
        if held.0.remove(version).is_none() {
            return Ok(());
        }
        let writer = self.writer()?;
        writer.delete_term(Term::from_field_text(self.fields.version, version.as_str()));
        self.publish(writer, held)
    }

    pub fn versions(&self) -> BTreeSet<VersionId> {
        self.view().held.0.keys().cloned().collect()
    }

    pub fn holds(&self, version: &VersionId) -> bool {
        self.view().held.0.contains_key(version)
    }

    pub fn is_empty(&self) -> bool {
        self.view().held.0.is_empty()
    }

    pub fn counts(&self) -> Counts {
        let held = self.view().held;
        Counts {
            versions: held.0.len(),
            passages: held.passages(),
        }
    }

    /// Names layout, analysis, embedding model, and how questions are looked up; recorded with every draft.
    pub fn stamp(&self) -> String {
        let parts = format!("{}\n{RANKING}\n{}\n", self.stamp, self.vocabulary.sha256());
        hex::encode(Sha256::digest(parts))
    }

    pub(super) fn view(&self) -> View {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
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
            passages,
            vectors,
        })
    }

    /// A writer for one change: held no longer, so that another process can write in between.
    fn writer(&self) -> Result<IndexWriter, IndexError> {
        self.tantivy
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(|cause| match cause {
                TantivyError::LockFailure(..) => IndexError::Busy(cause),
                other => IndexError::Tantivy(other),
            })
    }

    fn publish(&self, mut writer: IndexWriter, held: Held) -> Result<(), IndexError> {
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()?;
        let view = View {
            searcher: self.reader.searcher(),
            held: Arc::new(held),
        };
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view;
        Ok(())
    }
}

/// A version ready to be written.
struct Prepared {
    id: VersionId,
    content_sha256: String,
    passages: Vec<StoredPassage>,
    vectors: Vec<Vec<f32>>,
}

fn stamp_of(embedding_sha256: &str) -> String {
    hex::encode(Sha256::digest(format!(
        "{LAYOUT}\n{ANALYSIS}\n{embedding_sha256}\n"
    )))
}

fn manual_reader(index: &tantivy::Index) -> Result<IndexReader, TantivyError> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()
}

fn create(path: &Path, fields: &Fields) -> Result<tantivy::Index, IndexError> {
    let failed = |cause| IndexError::Directory {
        path: path.to_owned(),
        cause,
    };
    if path.exists() {
        fs::remove_dir_all(path).map_err(failed)?;
    }
    fs::create_dir_all(path).map_err(failed)?;
    let index = tantivy::Index::create_in_dir(path, fields.schema.clone())?;
    index.tokenizers().register(ANALYZER, words::analyzer());
    Ok(index)
}

/// The index at `path` with its vectors; nothing if there is none or any part of it is damaged.
fn open_existing(path: &Path, fields: &Fields, dimensions: usize) -> Option<(tantivy::Index, Held)> {
    if !path.is_dir() {
        return None;
    }
    let opened = tantivy::Index::open_in_dir(path).and_then(|index| {
        index.tokenizers().register(ANALYZER, words::analyzer());
        let damaged = index.validate_checksum()?;
        Ok((index, damaged))
    });
    match opened {
        Ok((index, damaged)) if damaged.is_empty() && index.schema() == fields.schema => {
            let held = load(&index, fields, dimensions);
            if held.is_none() {
                tracing::warn!(path = %path.display(), "the index holds unreadable passages and is built again");
            }
            Some((index, held?))
        }
        Ok(_) => {
            tracing::warn!(path = %path.display(), "the index is damaged and is built again");
            None
        }
        Err(cause) => {
            tracing::warn!(path = %path.display(), %cause, "the index cannot be opened and is built again");
            None
        }
    }
}

fn load(index: &tantivy::Index, fields: &Fields, dimensions: usize) -> Option<Held> {
    let searcher = manual_reader(index).ok()?.searcher();
    let mut versions: BTreeMap<VersionId, HeldVersion> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let store = segment.get_store_reader(1).ok()?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            let document = document.ok()?;
            let (slot, passage) = fields.decode(&document)?;
            let vector = fields
                .decode_vector(&document)
                .filter(|v| v.len() == dimensions)?;
            let held = versions.entry(passage.version).or_insert_with(|| HeldVersion {
                content_sha256: passage.content_sha256,
                slots: Vec::new(),
                vectors: Vec::new(),
            });
            held.slots.push(slot);
            held.vectors.extend(vector);
        }
    }
    Some(Held(
        versions
            .into_iter()
            .map(|(id, held)| (id, Arc::new(held)))
            .collect(),
    ))
}

/// Removes what other stamps left behind; what cannot be removed costs disk space and nothing else.
fn remove_others(dir: &Path, keep: &str) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(DIRECTORY_PREFIX) && name != keep);
        if ours && let Err(cause) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(path = %entry.path().display(), %cause, "an outdated index could not be removed");
        }
    }
}
