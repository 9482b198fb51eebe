//! One page's own text operations: the numbers it draws, and what it draws without showing it.

use unpdf::parser::backend::{PdfBackend, RawBackend};
use unpdf::parser::{LayoutAnalyzer, TextSpan};

use super::breaks::{self, Line};
use super::objects::Objects;
use super::overprint;
use super::paint::{self, Looked};
use crate::corpus::formats::digits;

/// A page's text layer, as far as extraction is checked against it.
pub(super) struct Layer {
    pub page: u32,
    /// The runs of digits the page draws, in order, hidden text included.
    pub digits: Vec<String>,
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
    let drawn: Vec<String> = drawn_text(&spans).lines().map(overprint::undo).collect();
    let digits = digits::runs(&drawn.join("\n"));
    let looked = match backend.pages().get(&page) {
        Some(id) => paint::look(backend, objects, *id, scan),
        None => Looked::default(),
    };
    Layer {
        page,
        digits,
        looked,
        lines: breaks::lines(&spans),
    }
}

/// The spans as text, with those that touch each other written together: many files draw every letter apart.
fn drawn_text(spans: &[TextSpan]) -> String {
    let mut text = String::new();
    let mut previous: Option<&TextSpan> = None;
    for span in spans {
        let touches = previous.is_some_and(|before| {
            let gap = span.x - (before.x + before.width);
            (span.y - before.y).abs() < 1.0 && gap.abs() < 0.2 * span.font_size
        });
        if !touches {
            text.push('\n');
        }
        text.push_str(&span.text);
        previous = Some(span);
    }
    text
}
