//! PDF: pages into blocks, checked against the text layer they came from.
//!
//! The library reads layout well but drops what it takes for page numbers, shows text that the page hides, and
//! repeats running heads on every page; so its answer is compared with the page's own text operations.

mod breaks;
mod hyphens;
mod inks;
mod layer;
mod marks;
mod notes;
mod objects;
mod overprint;
mod pages;
mod paint;
mod paths;
mod scans;
mod state;

use std::collections::HashSet;

use unpdf::model::{InlineContent, Paragraph};
use unpdf::parser::backend::{PdfBackend, RawBackend};
use unpdf::{Block as PdfBlock, Document, Error, ParseOptions, PdfParser};

use super::lines;
use super::tables::{self, Cell, Table};
use crate::corpus::blocks::{BlockKind, Parsed, Reader};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::figures::OriginalPage;
use crate::corpus::ocr::RecognisedPage;
use breaks::Line;
use layer::Layer;
use objects::Objects;
use scans::PageShows;

/// What is set like a heading but is longer than this is a paragraph in large type.
const HEADING_WORDS_MAX: usize = 18;
/// A page that pictures cover this far holds a scan, and invisible text on it is what OCR recognised.
const SCAN_COVERAGE_MIN: f32 = 0.5;

pub(super) fn read(bytes: &[u8], recognised: &[RecognisedPage]) -> Result<Parsed, ExtractionError> {
    // One thread: the child has one processor's time, and threads would reserve address space.
    let options = ParseOptions::new().sequential();
    let document = PdfParser::from_bytes_with_options(bytes, options)
        .and_then(|parser| parser.parse())
        .map_err(refusal)?;
    let backend = RawBackend::load_bytes(bytes).map_err(refusal)?;
    let objects = Objects::load(bytes);
    let mut reader = Reader::default();
    let mut layers: Vec<Layer> = Vec::with_capacity(document.pages.len());
    for page in &document.pages {
        let scan = page.image_coverage >= SCAN_COVERAGE_MIN;
        let layer = layer::read(&backend, objects.as_ref(), page.number, scan);
        reader.set_page(page.number);
        for block in &page.elements {
            push(block, &layer.lines, &mut reader);
        }
        for page in recognised
            .iter()
            .filter(|recognised| recognised.page == page.number)
        {
            push_recognised(&page.text, &mut reader);
        }
        reader.original(OriginalPage {
            page: Some(page.number),
            lines: layer
                .looked
                .lines
                .iter()
                .map(|line| overprint::undo(line))
                .collect(),
        });
        layers.push(layer);
    }
    hyphens::rejoin(reader.blocks_mut());
    pages::remove_hidden(&layers, &mut reader);
    pages::drop_page_numbers(reader.blocks_mut());
    pages::drop_running_heads(reader.blocks_mut(), document.pages.len());
    pages::join_broken_paragraphs(reader.blocks_mut());
    warn_lost_pages(&document, &layers, recognised, &mut reader);
    if let Some(objects) = &objects {
        warn_notes(&backend, objects, &mut reader);
    }
    let page_count = u32::try_from(document.pages.len()).unwrap_or(u32::MAX);
    let (scanned, is_whole) = scans::scanned(&shown(&document, recognised, &reader));
    if is_whole {
        return Err(ExtractionError::Scanned {
            pages: scanned,
            of: page_count,
        });
    }
    warn_scanned(&scanned, &mut reader);
    reader.set_scanned(scanned);
    Ok(reader.finish("application/pdf", document.metadata.title, Some(page_count)))
}

/// What each page shows. A page whose text was recognised is no picture of text any more, however short that is.
fn shown(document: &Document, recognised: &[RecognisedPage], reader: &Reader) -> Vec<PageShows> {
    let letters = |number: u32| {
        reader
            .blocks()
            .iter()
            .filter(|block| block.page == Some(number))
            .map(|block| block.text.chars().filter(|c| c.is_alphanumeric()).count())
            .sum()
    };
    let is_recognised = |number: u32| recognised.iter().any(|page| page.page == number);
    document
        .pages
        .iter()
        .map(|page| match is_recognised(page.number) {
            true => PageShows {
                number: page.number,
                letters: letters(page.number),
                coverage: 0.0,
                fillings: 0,
            },
            false => PageShows {
                number: page.number,
                letters: letters(page.number),
                coverage: page.image_coverage,
                fillings: page.fill_op_count,
            },
        })
        .collect()
}

fn warn_scanned(scanned: &[u32], reader: &mut Reader) {
    if scanned.is_empty() {
        return;
    }
    let named: Vec<String> = scanned.iter().take(20).map(u32::to_string).collect();
    let said = format!(
        "These pages hold pictures and next to no text, as scanned pages do. If there is text in the pictures, it is missing here: {}.",
        named.join(", ")
    );
    reader.warn(WarningKind::UnreadablePages, said);
}

/// What was recognised on a page: paragraphs with blank lines between them.
fn push_recognised(text: &str, reader: &mut Reader) {
    let text = text.replace("\r\n", "\n").replace('\u{c}', "\n\n");
    for paragraph in text.split("\n\n") {
        let mut joined = String::new();
        for line in paragraph.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if lines::item(line).is_some() && !joined.is_empty() {
                push_prose(&std::mem::take(&mut joined), false, reader);
            }
            let parted = joined.ends_with('-') && line.starts_with(char::is_lowercase);
            if parted {
                joined.pop();
            } else if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(line);
        }
        push_prose(&joined, false, reader);
    }
}

fn warn_notes(backend: &RawBackend, objects: &Objects, reader: &mut Reader) {
    let mut fields = HashSet::new();
    for page in backend.pages() {
        notes::warn_page(backend, objects, page, &mut fields, reader);
    }
    notes::warn_loose_fields(objects, &fields, reader);
    notes::warn_properties(objects, reader);
}

fn refusal(error: Error) -> ExtractionError {
    match error {
        Error::Encrypted | Error::InvalidPassword => ExtractionError::Encrypted,
        other => ExtractionError::Malformed(other.to_string()),
    }
}

fn push(block: &PdfBlock, page: &[Line], reader: &mut Reader) {
    match block {
        PdfBlock::Paragraph(paragraph) => push_paragraph(paragraph, page, reader),
        PdfBlock::Table(table) => {
            let rows = table
                .rows
                .iter()
                .map(|row| {
                    let texts = row.cells.iter().flat_map(|cell| {
                        let text: Vec<String> = cell.content.iter().map(|said| words(said, reader)).collect();
                        Cell::new(text.join(" ")).across(usize::from(cell.colspan.clamp(1, 40)))
                    });
                    texts.collect()
                })
                .collect();
            tables::push(
                &Table {
                    rows,
                    heading_rows: usize::from(table.header_rows),
                },
                reader,
            );
        }
        PdfBlock::Code { content } | PdfBlock::Raw { content } => lines::push(content, reader),
        PdfBlock::Image { .. } | PdfBlock::HorizontalRule | PdfBlock::PageBreak | PdfBlock::SectionBreak => {}
    }
}

fn push_paragraph(paragraph: &Paragraph, page: &[Line], reader: &mut Reader) {
    let text = words(paragraph, reader);
    let trimmed = text.trim();
    if let Some(level) = paragraph.heading_level() {
        let words = trimmed.split_whitespace().count();
        let like_a_sentence = trimmed.ends_with(['.', ';', ',']) && words > 4;
        let kind = if words <= HEADING_WORDS_MAX && !like_a_sentence {
            BlockKind::Heading(level)
        } else {
            BlockKind::Paragraph
        };
        return reader.push(kind, trimmed);
    }
    let mut parts = breaks::part(trimmed, page).into_iter();
    let first = parts.next().unwrap_or_default();
    let mut in_list = paragraph.is_list_item() || first.ends_with(':');
    if paragraph.is_list_item() {
        let shown = paragraph.plain_text();
        let marker = shown
            .split_whitespace()
            .next()
            .filter(|marker| !trimmed.starts_with(marker));
        reader.push_item(marker, first);
    } else {
        push_prose(first, false, reader);
    }
    for part in parts {
        push_prose(part, in_list, reader);
        in_list |= part.ends_with(':');
    }
}

/// A paragraph that may be typed like a list item, or is one by where it stands.
fn push_prose(text: &str, in_list: bool, reader: &mut Reader) {
    match lines::item(text) {
        Some(item) => reader.push_item(item.label.as_deref(), item.text),
        None if in_list => reader.push(BlockKind::ListItem, text),
        None => reader.push(BlockKind::Paragraph, text),
    }
}

/// The paragraph's words without its list marker and without struck text, which becomes a warning.
fn words(paragraph: &Paragraph, reader: &mut Reader) -> String {
    let mut text = String::new();
    let mut struck = String::new();
    for piece in &paragraph.content {
        match piece {
            InlineContent::Text(run) if run.style.strikethrough => struck.push_str(&run.text),
            InlineContent::Text(run)
                if run.style.superscript && is_note_mark(&run.text) && !text.is_empty() =>
            {
                text.push_str(&format!("[{}]", run.text.trim()));
            }
            InlineContent::Text(run) => text.push_str(&run.text),
            InlineContent::Link { text: label, .. } => text.push_str(label),
            InlineContent::LineBreak => text.push(' '),
            InlineContent::Image { .. } => {}
        }
    }
    reader.warn_left_out(WarningKind::StruckText, "struck through", &struck);
    overprint::undo(&text)
}

/// A raised number points at a note; set on the line it would run into the word or number before it.
fn is_note_mark(text: &str) -> bool {
    let text = text.trim();
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn warn_lost_pages(
    document: &Document,
    layers: &[Layer],
    recognised: &[RecognisedPage],
    reader: &mut Reader,
) {
    let quality = &document.extraction_quality;
    let named = |wanted: &dyn Fn(&unpdf::Page) -> bool| {
        let numbers: Vec<String> = document
            .pages
            .iter()
            .filter(|page| wanted(page))
            .take(20)
            .map(|page| page.number.to_string())
            .collect();
        (!numbers.is_empty()).then(|| numbers.join(", "))
    };
    if quality.pages_incomplete || quality.unresolved_page_nodes > 0 {
        reader.warn(
            WarningKind::UnreadablePages,
            "The file is damaged and some of its pages are missing here.",
        );
    }
    let is_recognised =
        |page: &unpdf::Page| recognised.iter().any(|recognised| recognised.page == page.number);
    // A page that pictures cover is told of as a scan.
    if let Some(pages) = named(&|page| {
        let small = page.image_coverage < SCAN_COVERAGE_MIN;
        page.elements.is_empty() && page.image_op_count > 0 && small && !is_recognised(page)
    }) {
        let said = format!("These pages hold pictures but no text, and are missing here: {pages}.");
        reader.warn(WarningKind::UnreadablePages, said);
    }
    if let Some(pages) = named(&|page| {
        page.suppressed_text_runs > 0 || page.undecodable_content_streams > 0 || page.undecoded_text_codes > 0
    }) {
        let said = format!("Some text on these pages could not be decoded and is missing here: {pages}.");
        reader.warn(WarningKind::UnreadablePages, said);
    }
    if let Some(pages) = named(&|page| {
        is_recognised(page)
            || layers
                .iter()
                .any(|layer| layer.page == page.number && layer.looked.recognised)
    }) {
        let said = format!(
            "The text of these scanned pages was recognised by a machine; check numbers and names: {pages}."
        );
        reader.warn(WarningKind::RecognisedText, said);
    }
}

#[cfg(test)]
mod tests;
