//! A set's documents as the product has them after upload: extracted, cut into passages, indexed and in force.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use futures::StreamExt;

use super::alignment::Alignment;
use super::error::EvaluationError;
use super::progress::Progress;
use super::records::fingerprint;
use super::run::Evaluation;
use crate::corpus::{Extracted, ExtractionError, Span, extract};
use crate::ids::{DocumentId, VersionId};
use crate::retrieval::{Embedding, Hit, Index, IndexedVersion, SourcesInForce, content_sha256};

/// Files read at the same time; each is read in a process of its own.
const READ_AT_ONCE: usize = 2;
/// Passages put into the index under one commit, or those of one document: what an interruption can lose.
const INDEXED_AT_ONCE: usize = 64;
/// More outdated documents than this are not taken out one by one.
const REMOVED_MAX: usize = 32;
const TITLE_CHARACTERS_MAX: usize = 200;

/// A document as the set has it.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// What the set's questions call it.
    pub name: String,
    /// Its ending decides how it is read, as at an upload.
    pub file_name: String,
    /// As a person would give it at an upload; else the document's first heading or its file's name.
    pub title: Option<String>,
    /// Whose document it is, where the set tells.
    pub office: Option<String>,
    pub body: String,
}

/// A document in force.
pub(super) struct SetDocument {
    pub name: String,
    pub title: String,
    pub office: String,
    pub file: String,
    pub extracted: Extracted,
    pub version: VersionId,
    pub document: DocumentId,
    alignment: OnceLock<Alignment>,
}

impl SetDocument {
    /// Where the file's characters are in the extracted text.
    pub fn span(&self, (start, end): (usize, usize)) -> Option<Span> {
        self.alignment
            .get_or_init(|| Alignment::of(&self.file, &self.extracted.text))
            .span(start, end)
    }

    fn indexed(&self) -> IndexedVersion {
        IndexedVersion {
            version: self.version.clone(),
            document: self.document.clone(),
            title: self.title.clone(),
            owner: self.office.clone(),
            text: self.extracted.text.clone(),
            passages: self.extracted.passages.clone(),
        }
    }
}

/// The documents of a set with their index.
pub(super) struct SetCorpus {
    pub index: Arc<Index>,
    pub in_force: SourcesInForce,
    documents: BTreeMap<VersionId, SetDocument>,
    by_name: BTreeMap<String, VersionId>,
    /// Names of documents that gave no text.
    pub refused: Vec<String>,
}

impl SetCorpus {
    pub fn document(&self, version: &VersionId) -> Option<&SetDocument> {
        self.documents.get(version)
    }

    pub fn named(&self, name: &str) -> Option<&SetDocument> {
        self.documents.get(self.by_name.get(name)?)
    }

    /// The set's name of a version; empty for one that is not the set's.
    pub fn name_of(&self, version: &VersionId) -> String {
        self.document(version)
            .map(|document| document.name.clone())
            .unwrap_or_default()
    }

    /// Passages of the documents in force, best first.
    pub async fn search(&self, question: &str, limit: usize) -> Result<Vec<Hit>, EvaluationError> {
        let (index, in_force, question) = (self.index.clone(), self.in_force.clone(), question.to_owned());
        Ok(tokio::task::spawn_blocking(move || index.search(&question, &in_force, limit)).await??)
    }

    /// Only this document in force, for a question that is put to one document.
    pub fn only(&self, name: &str) -> SourcesInForce {
        self.named(name)
            .map(|document| (document.version.clone(), content_sha256(&document.extracted.text)))
            .into_iter()
            .collect()
    }

    /// Names the index's layout and exactly what is in force.
    pub fn fingerprint(&self) -> String {
        let stamp = self.index.stamp();
        let mut parts = vec![stamp.as_str()];
        parts.extend(self.documents.keys().map(VersionId::as_str));
        fingerprint(&parts)
    }
}

/// Reads the documents and brings `OUT/index/NAME` up to date with them. What the index already holds under the
/// same hash is not embedded again.
pub(super) async fn build(
    evaluation: &Evaluation<'_>,
    embedding: &Arc<dyn Embedding>,
    name: &str,
    sources: Vec<Source>,
) -> Result<SetCorpus, EvaluationError> {
    let (documents, refused) = read(evaluation, name, sources).await?;
    let folder = evaluation.out.join("index").join(name);
    let index = open(&folder, embedding, &documents).await?;
    let in_force = documents
        .iter()
        .map(|document| (document.version.clone(), content_sha256(&document.extracted.text)))
        .collect();
    let corpus = SetCorpus {
        index: Arc::new(index),
        in_force,
        by_name: documents
            .iter()
            .map(|document| (document.name.clone(), document.version.clone()))
            .collect(),
        documents: documents
            .into_iter()
            .map(|document| (document.version.clone(), document))
            .collect(),
        refused,
    };
    bring_up_to_date(evaluation, name, &corpus).await?;
    Ok(corpus)
}

/// The index in the folder, without versions that are no longer the set's: they would weigh on how rare a word
/// is. Where most of it is outdated, for example after a change of how text is extracted, it is begun anew.
async fn open(
    folder: &Path,
    embedding: &Arc<dyn Embedding>,
    documents: &[SetDocument],
) -> Result<Index, EvaluationError> {
    let wanted: BTreeSet<VersionId> = documents
        .iter()
        .map(|document| document.version.clone())
        .collect();
    let (folder, embedding) = (folder.to_owned(), embedding.clone());
    let opened = move || {
        let index = Index::open(&folder, embedding.clone())?;
        let gone: Vec<VersionId> = index.versions().difference(&wanted).cloned().collect();
        if gone.len() > REMOVED_MAX {
            drop(index);
            fs::remove_dir_all(&folder).map_err(|source| EvaluationError::Unwritable {
                path: folder.clone(),
                source,
            })?;
            return Ok(Index::open(&folder, embedding)?);
        }
        for version in &gone {
            index.remove(version)?;
        }
        Ok(index)
    };
    tokio::task::spawn_blocking(opened).await?
}

async fn read(
    evaluation: &Evaluation<'_>,
    name: &str,
    sources: Vec<Source>,
) -> Result<(Vec<SetDocument>, Vec<String>), EvaluationError> {
    let mut progress = Progress::new(evaluation.tell, format!("{name}: documents read"), sources.len());
    let limits = &evaluation.tools.limits;
    let mut reading = futures::stream::iter(sources)
        .map(|source| async move {
            let extracted = extract(source.body.as_bytes(), &source.file_name, limits).await;
            (source, extracted)
        })
        .buffered(READ_AT_ONCE);
    let (mut documents, mut refused) = (Vec::new(), Vec::new());
    while let Some((source, extracted)) = reading.next().await {
        evaluation.check_interrupted()?;
        match extracted {
            Ok(extracted) => documents.push(document(name, source, extracted)),
            Err(reason @ ExtractionError::Child(_)) => return Err(EvaluationError::Extractor(reason)),
            Err(_) => refused.push(source.name),
        }
        progress.done(1);
    }
    Ok((documents, refused))
}

fn document(set: &str, source: Source, extracted: Extracted) -> SetDocument {
    let stem = source
        .file_name
        .rsplit_once('.')
        .map_or(source.file_name.as_str(), |(stem, _)| stem);
    let title = [source.title.as_deref(), extracted.title.as_deref()]
        .into_iter()
        .flatten()
        .find(|title| !title.trim().is_empty())
        .unwrap_or(stem);
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = title.chars().take(TITLE_CHARACTERS_MAX).collect();
    // The same content gets the same id in every run, and another content another one.
    let passages = format!("{:?}", extracted.passages);
    let named = source
        .office
        .as_ref()
        .map_or(title.clone(), |office| format!("{title}\n{office}"));
    let hash = fingerprint(&[set, &source.name, &named, &extracted.text, &passages]);
    let id = |prefix: &str| format!("{prefix}{hash}");
    SetDocument {
        version: hashed(&id(VersionId::PREFIX)),
        document: hashed(&id(DocumentId::PREFIX)),
        name: source.name,
        title,
        office: source.office.unwrap_or_else(|| "District office".to_owned()),
        file: source.body,
        extracted,
        alignment: OnceLock::new(),
    }
}

/// Hexadecimal digits are letters of the ids' alphabet, so that every hash parses as an id.
fn hashed<I: std::str::FromStr<Err = crate::ids::InvalidId>>(id: &str) -> I {
    id.parse()
        .expect("a hash in hexadecimal behind the prefix is an id")
}

async fn bring_up_to_date(
    evaluation: &Evaluation<'_>,
    name: &str,
    corpus: &SetCorpus,
) -> Result<(), EvaluationError> {
    let missing: Vec<&SetDocument> = corpus
        .documents
        .values()
        .filter(|document| !corpus.index.holds(&document.version))
        .collect();
    let mut progress = Progress::new(
        evaluation.tell,
        format!("{name}: documents indexed"),
        missing.len(),
    );
    let mut passages = 0;
    let full = |_: &&SetDocument, next: &&SetDocument| {
        passages += next.extracted.passages.len();
        let fits = passages <= INDEXED_AT_ONCE;
        passages *= usize::from(fits);
        fits
    };
    for some in missing.chunk_by(full) {
        evaluation.check_interrupted()?;
        let index = corpus.index.clone();
        let versions: Vec<IndexedVersion> = some.iter().map(|document| document.indexed()).collect();
        let count = versions.len();
        tokio::task::spawn_blocking(move || index.add_all(&versions)).await??;
        progress.done(count);
    }
    let index = corpus.index.clone();
    Ok(tokio::task::spawn_blocking(move || index.finish()).await??)
}
