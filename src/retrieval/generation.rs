//! One generation of the index, on disk and in memory: what was added becomes visible at once and stays.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tantivy::merge_policy::LogMergePolicy;
use tantivy::schema::Term;
use tantivy::{IndexReader, IndexWriter, Opstamp, ReloadPolicy, Searcher, TantivyDocument, TantivyError};

use super::held::{Held, HeldVersion, Named};
use super::index::IndexError;
use super::stored::{ANALYZER, Fields, StoredPassage};
use super::words;
use crate::ids::VersionId;

/// Tantivy's smallest allowed budget is 15 MB; one writing thread is enough for a district.
const WRITER_BYTES: usize = 32 * 1024 * 1024;
/// Segments of more passages are not merged any more: an addition must not wait for the whole index to be written anew.
const MERGED_PASSAGES_MAX: usize = 50_000;

pub(super) struct Generation {
    pub name: String,
    fields: Fields,
    dimensions: usize,
    tantivy: tantivy::Index,
    reader: IndexReader,
    view: RwLock<View>,
    /// The last commit that the view knows of. Writers of this process take turns here, those of other processes by tantivy's
    /// own lock.
    seen: Mutex<Opstamp>,
}

/// What one search works on from beginning to end.
#[derive(Clone)]
pub(super) struct View {
    pub searcher: Searcher,
    pub held: Arc<Held>,
}

/// A version ready to be written.
pub(super) struct Prepared {
    pub id: VersionId,
    pub content_sha256: String,
    pub named: Named,
    pub passages: Vec<StoredPassage>,
    pub vectors: Vec<Vec<f32>>,
}

impl Generation {
    pub fn create(path: &Path, name: String, fields: &Fields, dimensions: usize) -> Result<Self, IndexError> {
        let failed = |cause| IndexError::Directory {
            path: path.to_owned(),
            cause,
        };
        if path.exists() {
            fs::remove_dir_all(path).map_err(failed)?;
        }
        fs::create_dir_all(path).map_err(failed)?;
        let tantivy = tantivy::Index::create_in_dir(path, fields.schema.clone())?;
        let seen = tantivy.load_metas()?.opstamp;
        Self::of(tantivy, name, fields, dimensions, seen, Held::default())
    }

    /// The generation at `path` with its vectors; nothing if there is none or any part of it is damaged.
    pub fn open(path: &Path, name: String, fields: &Fields, dimensions: usize) -> Option<Self> {
        if !path.is_dir() {
            return None;
        }
        match Self::read(path, fields, dimensions) {
            Ok(Some((seen, held))) => {
                let opened = tantivy::Index::open_in_dir(path).map_err(IndexError::from);
                opened
                    .and_then(|index| Self::of(index, name, fields, dimensions, seen, held))
                    .ok()
            }
            Ok(None) => {
                tracing::warn!(path = %path.display(), "the index is damaged and is built again");
                None
            }
            Err(cause) => {
                tracing::warn!(path = %path.display(), %cause, "the index cannot be opened and is built again");
                None
            }
        }
    }

    /// Reads all that is on disk, and with it that it is whole; nothing where it is not. This goes through maps of its own, which
    /// are gone when it is done: pages of the files that no search asks for do not stay in the memory of the process.
    fn read(
        path: &Path,
        fields: &Fields,
        dimensions: usize,
    ) -> Result<Option<(Opstamp, Held)>, TantivyError> {
        let index = tantivy::Index::open_in_dir(path)?;
        let seen = index.load_metas()?.opstamp;
        if !index.validate_checksum()?.is_empty() || index.schema() != fields.schema {
            return Ok(None);
        }
        let reader = manual_reader(&index)?;
        Ok(load(&reader.searcher(), fields, dimensions).map(|held| (seen, held)))
    }

    fn of(
        tantivy: tantivy::Index,
        name: String,
        fields: &Fields,
        dimensions: usize,
        seen: Opstamp,
        held: Held,
    ) -> Result<Self, IndexError> {
        tantivy.tokenizers().register(ANALYZER, words::analyzer());
        let reader = manual_reader(&tantivy)?;
        let view = View {
            searcher: reader.searcher(),
            held: Arc::new(held),
        };
        Ok(Self {
            name,
            fields: fields.clone(),
            dimensions,
            tantivy,
            reader,
            view: RwLock::new(view),
            seen: Mutex::new(seen),
        })
    }

    pub fn view(&self) -> View {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds versions, or replaces what there is of them, under one commit: all of them become visible, or none.
    pub fn add_all(&self, versions: Vec<Prepared>) -> Result<(), IndexError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = self.writer()?;
        self.catch_up(&mut seen)?;
        let mut slot = self.next_slot()?;
        let mut held = Held::clone(&self.view().held);
        for version in versions {
            let Prepared {
                id,
                content_sha256,
                named,
                passages: stored,
                vectors,
            } = version;
            writer.delete_term(Term::from_field_text(self.fields.version, id.as_str()));
            let mut passages = Vec::with_capacity(stored.len());
            for (passage, vector) in stored.iter().zip(vectors) {
                let document = self
                    .fields
                    .encode(slot, passage, &vector)
                    .map_err(|_| IndexError::Unreadable)?;
                writer.add_document(document)?;
                passages.push((slot, vector));
                slot += 1;
            }
            held.insert(HeldVersion::new(id, content_sha256, named, passages));
        }
        self.publish(writer, held, &mut seen)
    }

    /// Removes a version; one that is not there is no error.
    pub fn remove(&self, version: &VersionId) -> Result<(), IndexError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if self.view().held.get(version).is_none() {
            return Ok(());
        }
        let writer = self.writer()?;
        self.catch_up(&mut seen)?;
        let mut held = Held::clone(&self.view().held);
        held.remove(version);
        writer.delete_term(Term::from_field_text(self.fields.version, version.as_str()));
        self.publish(writer, held, &mut seen)
    }

    /// Takes in what another process wrote.
    pub fn follow(&self) -> Result<(), IndexError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up(&mut seen)
    }

    /// What is on disk and what is in memory belong together, so what another process committed is read before this one goes on from
    /// it.
    fn catch_up(&self, seen: &mut Opstamp) -> Result<(), IndexError> {
        let newest = self.tantivy.load_metas()?.opstamp;
        if newest == *seen {
            return Ok(());
        }
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let held = load(&searcher, &self.fields, self.dimensions).ok_or(IndexError::Unreadable)?;
        self.show(searcher, held);
        *seen = newest;
        Ok(())
    }

    /// A writer for one change: held no longer, so that another process can write in between.
    fn writer(&self) -> Result<IndexWriter, IndexError> {
        let writer = self
            .tantivy
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(|cause| match cause {
                TantivyError::LockFailure(..) => IndexError::Busy(cause),
                other => IndexError::Tantivy(other),
            })?;
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(MERGED_PASSAGES_MAX);
        writer.set_merge_policy(Box::new(merging));
        Ok(writer)
    }

    /// The first slot that nobody used, by what is on disk now: another process may have written since this one opened the index.
    fn next_slot(&self) -> Result<u64, IndexError> {
        self.reader.reload()?;
        let mut next = 0;
        for segment in self.reader.searcher().segment_readers() {
            next = next.max(segment.fast_fields().u64("slot")?.max_value() + 1);
        }
        Ok(next)
    }

    /// What was written is searched from here on; tidying up behind it may take its time.
    fn publish(&self, mut writer: IndexWriter, held: Held, seen: &mut Opstamp) -> Result<(), IndexError> {
        *seen = writer.commit()?;
        self.reader.reload()?;
        self.show(self.reader.searcher(), held);
        Ok(writer.wait_merging_threads()?)
    }

    fn show(&self, searcher: Searcher, held: Held) {
        let held = Arc::new(held);
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = View { searcher, held };
    }
}

fn manual_reader(index: &tantivy::Index) -> Result<IndexReader, TantivyError> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()
}

fn load(searcher: &Searcher, fields: &Fields, dimensions: usize) -> Option<Held> {
    type Passages = Vec<(u64, Vec<f32>)>;
    let mut versions: BTreeMap<VersionId, (String, Named, Passages)> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let store = segment.get_store_reader(1).ok()?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            let document = document.ok()?;
            let (slot, passage) = fields.decode(&document)?;
            let vector = fields
                .decode_vector(&document)
                .filter(|vector| vector.len() == dimensions)?;
            let (_, _, passages) = versions.entry(passage.version).or_insert_with(|| {
                let named = Named {
                    title: passage.title,
                    owner: passage.owner,
                };
                (passage.content_sha256, named, Vec::new())
            });
            passages.push((slot, vector));
        }
    }
    let mut held = Held::default();
    for (id, (content_sha256, named, passages)) in versions {
        held.insert(HeldVersion::new(id, content_sha256, named, passages));
    }
    Some(held)
}
