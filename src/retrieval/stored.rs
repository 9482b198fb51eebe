//! How a passage is laid out in tantivy: its words in three fields, its text and vector stored beside them.
//!
//! Text and vector are written by one commit, so that one is never there without the other.

use serde::{Deserialize, Serialize};
use tantivy::collector::TopDocs;
use tantivy::columnar::Column;
use tantivy::query::TermQuery;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, Term, TextFieldIndexing, TextOptions,
    Value,
};
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::index::IndexError;
use super::indexed::IndexedVersion;
use super::words::indexed_words;
use crate::corpus::{Passage, Span};
use crate::ids::{DocumentId, VersionId};

/// Names the layout; part of the index's stamp.
pub(super) const LAYOUT: &str = "passages-1";
pub(super) const ANALYZER: &str = "countersign";

/// The fields of the index.
#[derive(Clone)]
pub(super) struct Fields {
    pub schema: Schema,
    /// A number per passage, never used twice; ties tantivy's documents to the vectors in memory.
    pub slot: Field,
    pub version: Field,
    pub title: Field,
    pub heading: Field,
    pub body: Field,
    stored: Field,
    vector: Field,
}

/// The slots of what a search found, in its order.
pub(super) fn slots(
    searcher: &Searcher,
    found: impl IntoIterator<Item = DocAddress>,
) -> Result<Vec<u64>, IndexError> {
    let mut columns: Vec<Option<Column<u64>>> = vec![None; searcher.segment_readers().len()];
    let mut slots = Vec::new();
    for address in found {
        let place = address.segment_ord as usize;
        let column = columns.get_mut(place).ok_or(IndexError::Unreadable)?;
        let column = match column {
            Some(column) => column,
            None => {
                let segment = searcher.segment_reader(address.segment_ord);
                column.insert(segment.fast_fields().u64("slot")?)
            }
        };
        slots.push(column.first(address.doc_id).ok_or(IndexError::Unreadable)?);
    }
    Ok(slots)
}

/// The passage of a slot.
pub(super) fn stored_passage(
    searcher: &Searcher,
    fields: &Fields,
    slot: u64,
) -> Result<StoredPassage, IndexError> {
    let query = TermQuery::new(Term::from_field_u64(fields.slot, slot), IndexRecordOption::Basic);
    let found: Vec<(f32, DocAddress)> = searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
    let (_, address) = found.first().ok_or(IndexError::Unreadable)?;
    let document: TantivyDocument = searcher.doc(*address)?;
    fields
        .decode(&document)
        .map(|(_, passage)| passage)
        .ok_or(IndexError::Unreadable)
}

/// Everything a hit needs, as stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredPassage {
    pub version: VersionId,
    pub document: DocumentId,
    pub title: String,
    pub owner: String,
    pub content_sha256: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub start: usize,
    pub end: usize,
    pub text: String,
    pub sentences: Vec<Span>,
}

impl StoredPassage {
    /// The passage with its slice of the version's text; nothing if its offsets are not of that text.
    pub fn of(source: &IndexedVersion, passage: &Passage, content_sha256: &str) -> Option<Self> {
        let within =
            |span: &Span| passage.start <= span.start && span.start <= span.end && span.end <= passage.end;
        let sliced = |span: &Span| source.text.get(span.start..span.end).is_some();
        if !passage.sentences.iter().all(|span| within(span) && sliced(span)) {
            return None;
        }
        Some(Self {
            version: source.version.clone(),
            document: source.document.clone(),
            title: source.title.clone(),
            owner: source.owner.clone(),
            content_sha256: content_sha256.to_owned(),
            heading: passage.heading.clone(),
            page: passage.page,
            start: passage.start,
            end: passage.end,
            text: source.text.get(passage.start..passage.end)?.to_owned(),
            sentences: passage.sentences.clone(),
        })
    }

    /// Whether a text in lower case stands in the passage or in what it is under.
    pub fn says(&self, lower: &str) -> bool {
        let all = [&self.title, &self.text].into_iter().chain(&self.heading);
        all.into_iter().any(|text| text.to_lowercase().contains(lower))
    }

    /// What the embedding model reads: the passage under its title and headings, which often name the
    /// subject that the passage itself only calls "it".
    pub fn embedded_text(&self) -> String {
        let mut path = vec![self.title.as_str()];
        path.extend(
            self.heading
                .iter()
                .map(String::as_str)
                .filter(|heading| *heading != self.title),
        );
        format!("{}\n{}", path.join(" › "), self.text)
    }
}

impl Fields {
    pub fn new() -> Self {
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(ANALYZER)
                .set_index_option(IndexRecordOption::WithFreqs),
        );
        let mut schema = Schema::builder();
        let slot = schema.add_u64_field("slot", INDEXED | FAST | STORED);
        let version = schema.add_text_field("version", STRING);
        let title = schema.add_text_field("title", words.clone());
        let heading = schema.add_text_field("heading", words.clone());
        let body = schema.add_text_field("body", words);
        let stored = schema.add_bytes_field("stored", STORED);
        let vector = schema.add_bytes_field("vector", STORED);
        Self {
            schema: schema.build(),
            slot,
            version,
            title,
            heading,
            body,
            stored,
            vector,
        }
    }

    pub fn encode(
        &self,
        slot: u64,
        passage: &StoredPassage,
        vector: &[f32],
    ) -> Result<TantivyDocument, serde_json::Error> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.slot, slot);
        document.add_text(self.version, passage.version.as_str());
        document.add_text(self.title, indexed_words(&passage.title));
        document.add_text(self.heading, indexed_words(&passage.heading.join("\n")));
        document.add_text(self.body, indexed_words(&passage.text));
        document.add_bytes(self.stored, &serde_json::to_vec(passage)?);
        let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
        document.add_bytes(self.vector, &bytes);
        Ok(document)
    }

    /// The passage and its slot; nothing if the stored bytes are not what `encode` wrote.
    pub fn decode(&self, document: &TantivyDocument) -> Option<(u64, StoredPassage)> {
        let slot = document.get_first(self.slot)?.as_u64()?;
        let passage = serde_json::from_slice(document.get_first(self.stored)?.as_bytes()?).ok()?;
        Some((slot, passage))
    }

    pub fn decode_vector(&self, document: &TantivyDocument) -> Option<Vec<f32>> {
        let (numbers, rest) = document.get_first(self.vector)?.as_bytes()?.as_chunks::<4>();
        rest.is_empty()
            .then(|| numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}
