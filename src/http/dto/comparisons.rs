//! Two versions of a document, compared.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Change, Standing};

/// What changed from one version of a document to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionComparison {
    pub title: String,
    pub from: ComparedVersion,
    pub to: ComparedVersion,
    /// Figures that changed, in the order of the text.
    pub figures: Vec<FigureChange>,
    /// Everything in the order of both texts.
    pub parts: Vec<DifferencePart>,
    /// How many further changes there are that are not given, because nobody would read them.
    pub left_out: u64,
}

/// One of the two versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedVersion {
    pub version: String,
    pub number: u32,
    pub standing: Standing,
    pub sentences: u32,
}

/// Figures that only one of two sentences has, as they are written.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FigureChange {
    /// The place of its part in `parts`, counted from 0.
    pub part: u32,
    /// For example `amount`.
    pub kind: String,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    Same,
    Changed,
    Removed,
    Added,
}

/// A run of sentences that stayed, or one that did not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DifferencePart {
    pub kind: DifferenceKind,
    /// Of the newer text; of a removed sentence, of the older one. Of a long run that stayed, the first of them.
    pub lines: Vec<DifferenceLine>,
    /// How many more stayed.
    pub more: u64,
    /// Word by word, where the sentence changed.
    pub changes: Vec<Change>,
}

/// A sentence or heading.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DifferenceLine {
    pub text: String,
    pub is_heading: bool,
    pub page: Option<u32>,
    /// Where it begins in its version's text, in bytes.
    pub start: u64,
}
