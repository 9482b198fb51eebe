//! From the lines of a sheet to blocks: titles, tables under their headings, notes.
//!
//! A sheet says where things are, not what they are. Lines that a blank row does not part belong together; a line
//! with one text is a title or a note; the others are rows, worded under the headings that were found for them.

use std::collections::BTreeSet;

use super::sheet::{Line, Sheet};
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::tables::{self, Cell};

/// The heading level of a title inside a sheet; the sheet's own name is above it.
const TITLE_LEVEL: u8 = 2;
/// What is longer than this is no title.
const TITLE_WORDS_MAX: usize = 14;
const COLUMNS_MAX: usize = 256;

/// Add what the sheet shows, under the name it is shown with.
pub(super) fn push(sheet: &Sheet, name: Option<&str>, reader: &mut Reader) {
    if sheet.lines.is_empty() {
        return;
    }
    if let Some(name) = name {
        reader.push(BlockKind::Heading(1), name);
    }
    let mut columns: BTreeSet<u32> = BTreeSet::new();
    columns.extend(sheet.lines.iter().flat_map(|line| line.cells.keys()));
    if columns.len() > COLUMNS_MAX {
        let said = format!(
            "A sheet has {} columns that hold something; those after the first {COLUMNS_MAX} are missing here.",
            columns.len()
        );
        reader.warn(WarningKind::UnreadablePages, said);
    }
    let columns: Vec<u32> = columns.into_iter().take(COLUMNS_MAX).collect();
    let frozen = frozen_headings(sheet);
    for region in regions(sheet) {
        Region {
            lines: region,
            columns: &columns,
            frozen: &frozen,
            marked: &sheet.headings,
        }
        .push(reader);
    }
}

/// Lines that no blank row parts; hidden rows between them are not seen and part nothing.
fn regions(sheet: &Sheet) -> Vec<&[Line]> {
    let follows = |line: &Line, next: &Line| {
        let first = line.number.saturating_add(1);
        next.number <= first
            || sheet.hidden_rows.range(first..next.number).count() == (first..next.number).len()
    };
    sheet.lines.chunk_by(follows).collect()
}

/// The rows that stay in sight while one scrolls: the last of them with several texts, and what is grouped above it.
fn frozen_headings(sheet: &Sheet) -> Vec<&Line> {
    let frozen = sheet
        .lines
        .partition_point(|line| line.number <= sheet.frozen_rows);
    let mut found: Vec<&Line> = Vec::new();
    for line in sheet.lines[..frozen].iter().rev() {
        if line.texts() < 2 || (!found.is_empty() && !line.is_merged()) {
            if found.is_empty() {
                continue;
            }
            break;
        }
        found.insert(0, line);
    }
    // Where rows of values stay in sight too, the last of them names nothing.
    let names = found.iter().all(|line| {
        line.is_bold()
            || !line
                .cells
                .values()
                .any(|cell| cell.text.contains(|c: char| c.is_ascii_digit()))
    });
    if names { found } else { Vec::new() }
}

struct Region<'s> {
    lines: &'s [Line],
    columns: &'s [u32],
    /// Headings that hold for all rows below them.
    frozen: &'s [&'s Line],
    marked: &'s BTreeSet<u32>,
}

impl Region<'_> {
    fn push(&self, reader: &mut Reader) {
        let headings = self.headings();
        let mut names: Vec<&Line> = Vec::new();
        if headings.is_empty() && self.is_below_frozen() {
            names.extend(self.frozen);
        }
        let mut rows: Vec<&Line> = Vec::new();
        // Headings that no row has been worded under yet.
        let mut unused: Vec<&Line> = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            if headings.contains(&line.number) {
                self.flush(&names, &mut rows, reader);
                if unused.is_empty() {
                    names.clear();
                }
                names.push(line);
                unused.push(line);
                continue;
            }
            let alone = line.texts() == 1;
            if alone && (names.is_empty() || line.is_bold() || line.is_merged()) {
                self.flush(&names, &mut rows, reader);
                self.title(place, line, reader);
            } else {
                unused.clear();
                rows.push(line);
            }
        }
        self.flush(&names, &mut rows, reader);
        // Headings with nothing below them are still text, unless they are those of the rows further down.
        unused.retain(|line| !self.frozen.iter().any(|frozen| frozen.number == line.number));
        self.flush(&[], &mut unused, reader);
    }

    fn is_below_frozen(&self) -> bool {
        let last = self.frozen.last().map(|line| line.number);
        last.is_some_and(|last| self.lines.first().is_some_and(|first| first.number > last))
    }

    /// The rows that name the columns: those the file marks, else bold ones at the top, else the likely one.
    fn headings(&self) -> BTreeSet<u32> {
        let rows: Vec<&Line> = self.lines.iter().filter(|line| line.texts() > 1).collect();
        let is_marked = |line: &&&Line| {
            self.marked.contains(&line.number) || self.frozen.iter().any(|own| own.number == line.number)
        };
        let marked: BTreeSet<u32> = rows.iter().filter(is_marked).map(|line| line.number).collect();
        if !marked.is_empty() {
            return marked;
        }
        if self.is_below_frozen() {
            return BTreeSet::new();
        }
        let bold = rows.iter().take_while(|line| line.is_bold()).count();
        if bold > 0 && bold < rows.len() {
            return rows[..bold].iter().map(|line| line.number).collect();
        }
        let used = self.used(&rows);
        let cells: Vec<Vec<Cell>> = rows.iter().map(|line| self.row(line, &used)).collect();
        let guessed = tables::guess_heading_rows(&cells);
        rows.iter().take(guessed).map(|line| line.number).collect()
    }

    /// The columns in which these lines hold something.
    fn used(&self, lines: &[&Line]) -> Vec<u32> {
        let used = self
            .columns
            .iter()
            .filter(|column| lines.iter().any(|line| line.cells.contains_key(column)));
        used.copied().collect()
    }

    fn row(&self, line: &Line, columns: &[u32]) -> Vec<Cell> {
        let cells = columns.iter().map(|column| {
            line.cells
                .get(column)
                .map(|cell| Cell::new(cell.text.to_string()))
                .unwrap_or_default()
        });
        cells.collect()
    }

    /// Word the rows gathered so far under the names of their columns.
    fn flush(&self, names: &[&Line], rows: &mut Vec<&Line>, reader: &mut Reader) {
        if rows.is_empty() {
            return;
        }
        let used = self.used(rows);
        let cells =
            |lines: &[&Line]| -> Vec<Vec<Cell>> { lines.iter().map(|line| self.row(line, &used)).collect() };
        tables::push_under(&cells(names), &cells(rows), reader);
        rows.clear();
    }

    /// A line with one text: a title if it looks like one and something follows, else a note.
    fn title(&self, place: usize, line: &Line, reader: &mut Reader) {
        let Some(cell) = line.cells.values().next() else {
            return;
        };
        let text = cell.text.trim();
        let short =
            text.split_whitespace().count() <= TITLE_WORDS_MAX && !text.ends_with(['.', '!', '?', ';', ',']);
        let leads = self.lines.get(place + 1).is_some();
        let set_apart = cell.bold || line.is_merged() || place == 0;
        let kind = if short && leads && set_apart {
            BlockKind::Heading(TITLE_LEVEL)
        } else {
            BlockKind::Paragraph
        };
        reader.push(kind, text);
    }
}
