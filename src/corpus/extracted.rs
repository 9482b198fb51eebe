//! What a file became: the text that people approve and the model sees, addressed by byte offsets.

use serde::{Deserialize, Serialize};

use super::figures::Fidelity;

/// A file's text in passages and sentences; every offset is in bytes of `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    pub media_type: String,
    pub title: Option<String>,
    pub text: String,
    /// How many pages the file has, where its format has pages.
    pub pages: Option<u32>,
    pub passages: Vec<Passage>,
    pub warnings: Vec<ExtractionWarning>,
    /// Pages that are pictures of text, of which nothing was read.
    pub scanned: Vec<u32>,
    /// Whether the figures of the file are in the text.
    pub fidelity: Option<Fidelity>,
}

impl Extracted {
    /// The text of a span of this document; empty if the span is not one of its own.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

/// A stretch of text under one heading and on one page, short enough to be evidence as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    pub ordinal: u32,
    /// The headings above it, outermost first.
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub start: usize,
    pub end: usize,
    pub sentences: Vec<Span>,
}

/// A half-open range of bytes that begins and ends on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Something a person should look at before approving the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtractionWarning {
    pub kind: WarningKind,
    pub detail: String,
    /// The place in the text it is about, where there is one.
    pub span: Option<Span>,
}

impl ExtractionWarning {
    pub(super) fn new(kind: WarningKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            span: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Text a reader of the file does not see; it was left out.
    HiddenText,
    /// Zero-width, direction-changing, tag or control characters; they were taken out.
    InvisibleCharacters,
    /// Figures of the file that are not in the extracted text. Earlier versions were checked for digits only.
    #[serde(alias = "missing_digits")]
    MissingFigures,
    /// Struck-through text; it was left out, because a district strikes what no longer holds.
    StruckText,
    /// Insertions, deletions or comments that nobody has accepted yet.
    TrackedChanges,
    /// Pages, or parts of pages, that gave no text.
    UnreadablePages,
    /// Text recognised from a picture by whoever made the file; it may be misread.
    RecognisedText,
    /// Markup that is not carried over, such as raw HTML inside Markdown.
    DroppedMarkup,
    /// The name and the content disagree about the file's type; the content decided.
    NameMismatch,
}

impl WarningKind {
    /// Whether an approver has to say that they looked at it: text that somebody who opens the file does not read there,
    /// which is how a file speaks to a machine behind people's backs, and figures that the model would never see.
    pub fn must_be_seen(self) -> bool {
        match self {
            Self::HiddenText | Self::InvisibleCharacters | Self::RecognisedText | Self::MissingFigures => {
                true
            }
            Self::StruckText
            | Self::TrackedChanges
            | Self::UnreadablePages
            | Self::DroppedMarkup
            | Self::NameMismatch => false,
        }
    }
}
