//! One page's own text operations: what it draws, and what of that it does not show.

use unpdf::parser::LayoutAnalyzer;
use unpdf::parser::backend::{PdfBackend, RawBackend};

use super::breaks::{self, Line};
use super::objects::Objects;
use super::paint::{self, Looked};

/// A page's text layer, as far as extraction is checked against it.
pub(super) struct Layer {
    pub page: u32,
    /// Which of its text the page shows.
    pub looked: Looked,
    /// Its printed lines.
    pub lines: Vec<Line>,
}

/// Read one page's layer; on a `scan`, invisible text is recognised text and not hidden. What cannot be read
/// here gives an empty layer: the check is then silent, never a refusal of its own.
pub(super) fn read(backend: &RawBackend, objects: Option<&Objects>, page: u32, scan: bool) -> Layer {
    let spans = LayoutAnalyzer::new(backend)
        .extract_page_spans(page)
        .unwrap_or_default();
    let looked = match backend.pages().get(&page) {
        Some(id) => paint::look(backend, objects, *id, scan),
        None => Looked::default(),
    };
    Layer {
        page,
        looked,
        lines: breaks::lines(&spans),
    }
}
