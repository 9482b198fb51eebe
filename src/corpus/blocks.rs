//! The one shape every format is read into before it becomes passages: headings, paragraphs, items, rows.

use super::asides;
use super::cleaning::{self, Tally};
use super::extracted::{ExtractionWarning, WarningKind};
use super::figures::{self, Fidelity, OriginalPage, Said};

/// Hidden or struck text is quoted in a warning up to this many characters.
const QUOTE_CHARS_MAX: usize = 300;
/// So many warnings of one kind are kept one by one; the rest are counted.
const WARNINGS_PER_KIND_MAX: usize = 20;
/// Text that was left out is kept for the figure check up to this much.
const LEFT_OUT_BYTES_MAX: usize = 4 << 20;
/// So many missing figures are named in their warning; the version's page names more.
const FIGURES_NAMED_MAX: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum BlockKind {
    Heading(u8),
    Paragraph,
    ListItem,
    /// A table row, already worded as a sentence.
    Row,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub kind: BlockKind,
    /// One line of clean text.
    pub text: String,
    pub page: Option<u32>,
}

/// Puts blocks that follow each other into one where `belongs` says so; it is of the kind and page of the first.
pub(super) fn join_where(blocks: &mut Vec<Block>, belongs: impl Fn(&Block, &Block) -> bool) {
    let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks.drain(..) {
        match joined.last_mut() {
            Some(before) if belongs(before, &block) => {
                before.text.push(' ');
                before.text.push_str(&block.text);
            }
            _ => joined.push(block),
        }
    }
    *blocks = joined;
}

/// A file as read by its format, before passages.
pub(super) struct Parsed {
    pub media_type: &'static str,
    pub title: Option<String>,
    pub pages: Option<u32>,
    pub blocks: Vec<Block>,
    pub warnings: Vec<ExtractionWarning>,
    /// Pages that are pictures of text, of which nothing was read.
    pub scanned: Vec<u32>,
    /// Text that is not in the blocks and was told in a warning.
    pub left_out: Vec<String>,
    /// The words of its pages by the second reading, where the format's reader gives them itself.
    pub original: Vec<OriginalPage>,
    /// What the figure check found, once it was made.
    pub fidelity: Option<Fidelity>,
}

impl Parsed {
    /// Hold the blocks against the original's words, and warn of figures that they lack.
    pub fn check_figures(&mut self, original: Vec<OriginalPage>) {
        self.original.extend(original);
        let of_blocks = self.blocks.iter().map(|block| Said {
            page: block.page,
            text: &block.text,
        });
        let told = self.left_out.iter().map(|text| Said { page: None, text });
        let extracted: Vec<Said> = of_blocks.chain(told).collect();
        let fidelity = figures::fidelity(&self.original, &extracted);
        if fidelity.missing > 0 {
            let named: Vec<String> = fidelity
                .named
                .iter()
                .take(FIGURES_NAMED_MAX)
                .map(|missing| match missing.page {
                    Some(page) => format!("{} (page {page})", missing.figure),
                    None => missing.figure.clone(),
                })
                .collect();
            let more = if fidelity.missing as usize > named.len() {
                ", …"
            } else {
                ""
            };
            self.warnings.push(ExtractionWarning::new(
                WarningKind::MissingFigures,
                format!(
                    "{} of the {} figures in the file are not in the text: {}{more}.",
                    fidelity.missing,
                    fidelity.figures,
                    named.join(", ")
                ),
            ));
        }
        self.fidelity = Some(fidelity);
    }
}

/// Gathers blocks and warnings; all text goes through [`cleaning`] here and nowhere else.
#[derive(Default)]
pub(super) struct Reader {
    blocks: Vec<Block>,
    warnings: Vec<ExtractionWarning>,
    dropped: Vec<(WarningKind, usize)>,
    tally: Tally,
    page: Option<u32>,
    left_out: Vec<String>,
    left_out_bytes: usize,
    original: Vec<OriginalPage>,
    scanned: Vec<u32>,
}

impl Reader {
    pub fn set_scanned(&mut self, pages: Vec<u32>) {
        self.scanned = pages;
    }

    pub fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// Add a block; text without a single letter or digit is no block.
    pub fn push(&mut self, kind: BlockKind, text: &str) {
        let text = cleaning::clean(text, &mut self.tally);
        if text.chars().any(char::is_alphanumeric) {
            self.blocks.push(Block {
                kind,
                text,
                page: self.page,
            });
        }
    }

    /// Add a list item with the number or letter it is shown with, if it has one.
    pub fn push_item(&mut self, label: Option<&str>, text: &str) {
        let label = label
            .map(str::trim)
            .filter(|label| label.chars().any(char::is_alphanumeric));
        match label {
            Some(label) if text.chars().any(char::is_alphanumeric) => {
                self.push(BlockKind::ListItem, &format!("{label} {text}"));
            }
            _ => self.push(BlockKind::ListItem, text),
        }
    }

    pub fn warn(&mut self, kind: WarningKind, detail: impl Into<String>) {
        if self
            .warnings
            .iter()
            .filter(|warning| warning.kind == kind)
            .count()
            < WARNINGS_PER_KIND_MAX
        {
            self.warnings.push(ExtractionWarning::new(kind, detail));
        } else if let Some((_, count)) = self.dropped.iter_mut().find(|(dropped, _)| *dropped == kind) {
            *count += 1;
        } else {
            self.dropped.push((kind, 1));
        }
    }

    /// Warn about text that was left out, quoting what it said; blank text warns about nothing.
    pub fn warn_left_out(&mut self, kind: WarningKind, how: &str, text: &str) {
        let said = cleaning::clean(text, &mut self.tally);
        if said.chars().any(char::is_alphanumeric) {
            self.warn(kind, format!("{how}: \"{}\"", quote(&said)));
            self.left_out_bytes += said.len();
            if self.left_out_bytes <= LEFT_OUT_BYTES_MAX {
                self.left_out.push(said);
            }
        }
    }

    /// Add all of a file that another format's reader has read, its headings so many levels further down.
    pub fn append(&mut self, parsed: Parsed, levels_down: u8) {
        self.blocks.extend(parsed.blocks.into_iter().map(|mut block| {
            if let BlockKind::Heading(level) = &mut block.kind {
                *level = level.saturating_add(levels_down);
            }
            block
        }));
        self.warnings.extend(parsed.warnings);
        self.left_out.extend(parsed.left_out);
    }

    /// Keep a page's words by the second reading, for the figure check.
    pub fn original(&mut self, page: OriginalPage) {
        self.original.push(page);
    }

    /// Warn about words that stand beside the text, if they say something; see [`asides`].
    pub fn warn_aside(&mut self, place: &str, text: &str) {
        if asides::say_something(text) {
            self.warn_left_out(WarningKind::HiddenText, place, text);
        }
    }

    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// For what can only be put right once everything is read.
    pub fn blocks_mut(&mut self) -> &mut Vec<Block> {
        &mut self.blocks
    }

    pub fn finish(mut self, media_type: &'static str, title: Option<String>, pages: Option<u32>) -> Parsed {
        let title = title
            .map(|title| cleaning::clean(&title, &mut self.tally))
            .filter(|title| title.chars().any(char::is_alphanumeric));
        if let Some(detail) = self.tally.describe() {
            self.warnings
                .push(ExtractionWarning::new(WarningKind::InvisibleCharacters, detail));
        }
        for (kind, count) in self.dropped {
            self.warnings.push(ExtractionWarning::new(
                kind,
                format!("and {count} more of the same kind"),
            ));
        }
        Parsed {
            media_type,
            title,
            pages,
            blocks: self.blocks,
            warnings: self.warnings,
            left_out: self.left_out,
            original: self.original,
            fidelity: None,
            scanned: self.scanned,
        }
    }
}

/// A bounded quotation of `text`.
pub(super) fn quote(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTE_CHARS_MAX).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}
