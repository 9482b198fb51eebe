//! One page's own text operations: the numbers it draws, and what it draws without showing it.

use unpdf::parser::LayoutAnalyzer;
use unpdf::parser::backend::{PdfBackend, RawBackend};

use super::paint;
use crate::corpus::formats::digits;

/// A page's text layer, as far as extraction is checked against it.
pub(super) struct Layer {
    pub page: u32,
    /// The runs of digits the page draws, in order, hidden text included.
    pub digits: Vec<String>,
    /// Pieces of text the page draws but does not show.
    pub hidden: Vec<String>,
}

/// Read one page's layer; on a `scan`, invisible text is recognised text and not hidden. What cannot be read
/// here gives an empty layer: the check is then silent, never a refusal of its own.
pub(super) fn read(backend: &RawBackend, page: u32, scan: bool) -> Layer {
    let spans = LayoutAnalyzer::new(backend)
        .extract_page_spans(page)
        .unwrap_or_default();
    let digits = spans.iter().flat_map(|span| digits::runs(&span.text)).collect();
    let hidden = match backend.pages().get(&page) {
        Some(id) => paint::hidden_text(backend, *id, scan),
        None => Vec::new(),
    };
    Layer { page, digits, hidden }
}
