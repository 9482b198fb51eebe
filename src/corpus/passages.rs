//! Blocks become one text, its passages and its sentences.
//!
//! A passage stays under one heading and on one page, is at most about 120 words (the window that retrieved
//! best), and is never cut inside a sentence. A heading with nothing under it becomes a passage of its own, so
//! that no text of the file is lost to drafting.

use super::blocks::{Block, BlockKind, Parsed};
use super::extract::ExtractionError;
use super::extracted::{Extracted, Passage, Span};
use super::sentences::{push_trimmed, sentences};

#[cfg(test)]
mod tests;

const PASSAGE_WORDS_MAX: usize = 120;
/// A worded table row stays one sentence up to this length; longer cells are split like prose.
const ROW_WORDS_MAX: usize = 80;
/// A heading path deeper than this is a broken outline; its inner levels replace each other.
const HEADING_LEVEL_MAX: u8 = 6;

/// Lay the blocks out as text and cut it into passages.
pub(super) fn assemble(parsed: Parsed, text_bytes_max: u64) -> Result<Extracted, ExtractionError> {
    if parsed.blocks.is_empty() {
        return Err(ExtractionError::NoText);
    }
    let bytes = parsed.blocks.iter().map(|block| block.text.len() as u64).sum();
    if bytes > text_bytes_max {
        return Err(ExtractionError::TextTooLong {
            bytes,
            bytes_max: text_bytes_max,
        });
    }
    let (text, units) = lay_out(&parsed.blocks);
    let title = parsed.title.or_else(|| first_heading(&parsed.blocks));
    Ok(Extracted {
        media_type: parsed.media_type.to_owned(),
        title,
        passages: Cutter::default().cut(&parsed.blocks, &units),
        text,
        pages: parsed.pages,
        warnings: parsed.warnings,
        scanned: parsed.scanned,
        fidelity: parsed.fidelity,
    })
}

fn first_heading(blocks: &[Block]) -> Option<String> {
    blocks
        .iter()
        .find(|block| matches!(block.kind, BlockKind::Heading(_)))
        .map(|block| block.text.clone())
}

/// One block laid out: its sentences and how many words each has.
struct Unit {
    sentences: Vec<(Span, usize)>,
    words: usize,
}

fn lay_out(blocks: &[Block]) -> (String, Vec<Unit>) {
    let mut text = String::new();
    let mut units = Vec::with_capacity(blocks.len());
    let mut previous: Option<&BlockKind> = None;
    for block in blocks {
        if let Some(previous) = previous {
            let close = matches!(block.kind, BlockKind::ListItem | BlockKind::Row) && *previous == block.kind;
            text.push_str(if close { "\n" } else { "\n\n" });
        }
        let start = text.len();
        text.push_str(&block.text);
        units.push(unit(block, start));
        previous = Some(&block.kind);
    }
    (text, units)
}

fn unit(block: &Block, start: usize) -> Unit {
    let words = count_words(&block.text);
    let whole = match block.kind {
        BlockKind::Heading(_) => true,
        BlockKind::Row => words <= ROW_WORDS_MAX,
        BlockKind::Paragraph | BlockKind::ListItem => false,
    };
    let mut spans = Vec::new();
    if whole {
        push_trimmed(&block.text, 0, block.text.len(), &mut spans);
    } else {
        spans = sentences(&block.text);
    }
    let sentences = spans
        .into_iter()
        .map(|span| {
            let words = count_words(&block.text[span.start..span.end]);
            (
                Span {
                    start: start + span.start,
                    end: start + span.end,
                },
                words,
            )
        })
        .collect();
    Unit { sentences, words }
}

fn count_words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The passage being filled and the headings above it.
#[derive(Default)]
struct Cutter {
    passages: Vec<Passage>,
    path: Vec<(u8, String)>,
    page: Option<u32>,
    open: Vec<Span>,
    open_words: usize,
}

impl Cutter {
    fn cut(mut self, blocks: &[Block], units: &[Unit]) -> Vec<Passage> {
        for (index, (block, unit)) in blocks.iter().zip(units).enumerate() {
            if let BlockKind::Heading(level) = block.kind {
                self.heading(
                    level.clamp(1, HEADING_LEVEL_MAX),
                    block,
                    unit,
                    blocks.get(index + 1),
                );
                continue;
            }
            let together = words_kept_together(&blocks[index..], &units[index..]);
            if block.page != self.page || self.open_words + together > PASSAGE_WORDS_MAX {
                self.close();
            }
            self.page = block.page;
            self.add(unit);
        }
        self.close();
        self.passages
    }

    fn heading(&mut self, level: u8, block: &Block, unit: &Unit, next: Option<&Block>) {
        self.close();
        self.path.retain(|(above, _)| *above < level);
        self.page = block.page;
        let has_body = next.is_some_and(|next| match next.kind {
            BlockKind::Heading(below) => below.clamp(1, HEADING_LEVEL_MAX) > level,
            _ => true,
        });
        if !has_body {
            self.add(unit);
            self.close();
        }
        self.path.push((level, block.text.clone()));
    }

    fn add(&mut self, unit: &Unit) {
        for (span, words) in &unit.sentences {
            if !self.open.is_empty() && self.open_words + words > PASSAGE_WORDS_MAX {
                self.close();
            }
            self.open.push(*span);
            self.open_words += words;
        }
    }

    fn close(&mut self) {
        let sentences = std::mem::take(&mut self.open);
        self.open_words = 0;
        if let (Some(first), Some(last)) = (sentences.first(), sentences.last()) {
            self.passages.push(Passage {
                ordinal: u32::try_from(self.passages.len()).unwrap_or(u32::MAX),
                heading: self.path.iter().map(|(_, text)| text.clone()).collect(),
                page: self.page,
                start: first.start,
                end: last.end,
                sentences,
            });
        }
    }
}

/// How many words should stay in one passage with the first block: a paragraph, or a lead-in with its whole
/// list where that fits. What could not fit anyway asks for no room of its own.
fn words_kept_together(blocks: &[Block], units: &[Unit]) -> usize {
    let (Some(first), Some(unit)) = (blocks.first(), units.first()) else {
        return 0;
    };
    if unit.words > PASSAGE_WORDS_MAX {
        return 0;
    }
    let mut words = unit.words;
    if first.kind == BlockKind::Paragraph {
        for (block, unit) in blocks.iter().zip(units).skip(1) {
            if block.kind != BlockKind::ListItem || block.page != first.page {
                break;
            }
            words += unit.words;
            if words > PASSAGE_WORDS_MAX {
                // The list is too long to stay whole: keep the lead-in with its first item at least.
                let item = units.get(1).map_or(0, |unit| unit.words);
                return (first_words(units) + item).min(PASSAGE_WORDS_MAX);
            }
        }
    }
    words
}

fn first_words(units: &[Unit]) -> usize {
    units.first().map_or(0, |unit| unit.words)
}
