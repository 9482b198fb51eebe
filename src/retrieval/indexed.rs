//! What goes into the index and what comes out of it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::corpus::{Passage, Span};
use crate::ids::{DocumentId, VersionId};

/// A version as the index takes it; `passages` hold byte offsets into `text`.
#[derive(Debug, Clone)]
pub struct IndexedVersion {
    pub version: VersionId,
    pub document: DocumentId,
    pub title: String,
    pub owner: String,
    pub text: String,
    pub passages: Vec<Passage>,
}

/// The sources of this moment: each version in force with the SHA-256 of its extracted text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourcesInForce(BTreeMap<VersionId, String>);

impl SourcesInForce {
    /// Whether this version is in force with exactly this text.
    pub fn hold(&self, version: &VersionId, content_sha256: &str) -> bool {
        self.0.get(version).is_some_and(|sha256| sha256 == content_sha256)
    }

    /// Each version with the SHA-256 of its text, by the order of the ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&VersionId, &String)> {
        self.0.iter()
    }

    pub fn versions(&self) -> impl Iterator<Item = &VersionId> {
        self.0.keys()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(VersionId, String)> for SourcesInForce {
    fn from_iter<I: IntoIterator<Item = (VersionId, String)>>(sources: I) -> Self {
        Self(sources.into_iter().collect())
    }
}

/// One passage that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub document: DocumentId,
    pub version: VersionId,
    pub title: String,
    pub owner: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    /// Byte offsets of the passage in the version's text; `text` is that slice.
    pub start: usize,
    pub end: usize,
    pub text: String,
    /// Byte offsets in the version's text, like `start` and `end`.
    pub sentences: Vec<Span>,
    /// SHA-256 of the whole version's text when it was indexed.
    pub content_sha256: String,
    /// The fused score, 0 to 1; comparable within one search only.
    pub score: f32,
    pub bm25: f32,
    /// Cosine of the question's and the passage's vectors; comparable between searches.
    pub dense: f32,
    /// The question's words in `text`, as byte offsets in `text`.
    pub highlights: Vec<Span>,
}

impl Hit {
    /// The text of a span of the version's text that lies within this passage.
    pub fn slice(&self, span: Span) -> Option<&str> {
        let start = span.start.checked_sub(self.start)?;
        let end = span.end.checked_sub(self.start)?;
        self.text.get(start..end)
    }
}

/// The SHA-256 of a version's extracted text, in hexadecimal.
pub fn content_sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
