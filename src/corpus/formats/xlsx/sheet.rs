//! One sheet: the rows and columns that are shown, cell by cell; what is hidden becomes warnings.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::cells::{self, Book, Read};
use super::merged;
use crate::corpus::blocks::Reader;
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::package::Package;
use crate::corpus::formats::xml::Element;

/// More cells than a document within the size limit of its text can need.
const CELLS_MAX: usize = 1_000_000;
/// All that the cells of one sheet show; one text can stand in many cells.
const TEXT_BYTES_MAX: usize = 32 << 20;
/// Hidden text is gathered for its warning up to this much.
const HIDDEN_BYTES_MAX: usize = 1_000;
/// So many cells with hidden text are looked at for warnings.
const LEFT_OUT_MAX: usize = 2_000;
/// A table has one row of headings, or none.
const HEADING_ROWS_MAX: u32 = 10;
/// So many cells are named in one warning.
const NAMED_MAX: usize = 10;

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub text: Rc<str>,
    pub bold: bool,
    /// Row and column of the cell that the text is in; another one's for places it is merged over.
    pub origin: (u32, u32),
}

/// One row, its cells by column; blank cells are not kept.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub number: u32,
    pub cells: BTreeMap<u32, Cell>,
    hidden: bool,
}

impl Line {
    /// How many texts it shows, a merged one once.
    pub fn texts(&self) -> usize {
        self.cells
            .values()
            .map(|cell| cell.origin)
            .collect::<BTreeSet<_>>()
            .len()
    }

    pub fn is_bold(&self) -> bool {
        self.cells.values().all(|cell| cell.bold)
    }

    pub fn is_merged(&self) -> bool {
        self.cells
            .iter()
            .any(|(column, cell)| cell.origin != (self.number, *column))
    }

    pub fn has_own_text(&self) -> bool {
        self.cells.values().any(|cell| cell.origin.0 == self.number)
    }
}

/// What a sheet shows.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub lines: Vec<Line>,
    pub hidden_rows: BTreeSet<u32>,
    /// Rows that the file itself marks as the headings of a table.
    pub headings: BTreeSet<u32>,
    /// So many rows at the top stay in sight.
    pub frozen_rows: u32,
}

/// What is gathered while the rows go by.
#[derive(Default)]
struct Rows {
    lines: Vec<Line>,
    zeros: Vec<(usize, u32)>,
    unsaved: Vec<String>,
    left_out: Vec<(WarningKind, String, String)>,
    cells: usize,
    text_bytes: usize,
}

/// Read the sheet at `path`; `None` if the file has none there.
pub(super) fn read(
    package: &mut Package,
    path: &str,
    name: &str,
    book: &Book,
    reader: &mut Reader,
) -> Result<Option<Sheet>, ExtractionError> {
    let mut rows = Rows::default();
    let root = package.part_taking(path, "row", |row| rows.take(&row, book));
    if rows.text_bytes > TEXT_BYTES_MAX {
        return Err(ExtractionError::TextTooLong {
            bytes: rows.text_bytes as u64,
            bytes_max: TEXT_BYTES_MAX as u64,
        });
    }
    let Some(root) = root? else {
        return Ok(None);
    };
    let mut sheet = Sheet::default();
    for heading in headings(package, path, &root)? {
        sheet.headings.extend(heading);
    }
    let view = root.at(&["sheetViews", "sheetView"]);
    let pane = view.and_then(|view| view.child("pane"));
    if let Some(pane) = pane.filter(|pane| pane.attribute("state").is_some_and(|state| state != "split")) {
        sheet.frozen_rows = pane.number("ySplit").unwrap_or(0);
    }
    if view.is_some_and(|view| matches!(view.attribute("showZeros"), Some("0" | "false"))) {
        for (line, column) in &rows.zeros {
            if let Some(line) = rows.lines.get_mut(*line) {
                line.cells.remove(column);
            }
        }
    }
    // Rows are kept in order; a file that has them otherwise is put right.
    rows.lines.sort_by_key(|line| line.number);
    let covered = merged::spread(&root, &mut rows.lines);
    rows.left_out.extend(covered.into_iter().map(|(at, text)| {
        (
            WarningKind::HiddenText,
            format!("under the merged cell {at}"),
            text,
        )
    }));
    for (kind, place, text) in rows.left_out {
        reader.warn_left_out(kind, &format!("not shown {place} of the sheet \"{name}\""), &text);
    }
    if !rows.unsaved.is_empty() {
        let named: Vec<&str> = rows.unsaved.iter().take(NAMED_MAX).map(String::as_str).collect();
        let said = format!(
            "The results of {} formulas of the sheet \"{name}\" were not saved and are missing here, such as {}. Open \
             the file in Excel and save it again.",
            rows.unsaved.len(),
            named.join(", ")
        );
        reader.warn(WarningKind::UnreadablePages, said);
    }
    take_out_hidden(&root, rows.lines, name, &mut sheet, reader);
    Ok(Some(sheet))
}

impl Rows {
    fn take(&mut self, row: &Element, book: &Book) -> Result<(), String> {
        let before = self.lines.last().map_or(0, |line| line.number);
        let number = row.number("r").unwrap_or_else(|| before.saturating_add(1));
        let no_height = row.number::<f32>("ht").is_some_and(|height| height <= 0.0);
        let mut line = Line {
            number,
            cells: BTreeMap::new(),
            hidden: row.flag("hidden") || no_height,
        };
        let mut column = 0;
        for cell in row.named("c") {
            let placed = cell.attribute("r").and_then(cells::place);
            column = placed.map_or(column + 1, |(_, column)| column);
            let at = format!("{}{number}", cells::letters(column));
            self.cell(book.read(cell), column, at, &mut line);
        }
        self.cells += line.cells.len();
        if self.cells > CELLS_MAX || self.text_bytes > TEXT_BYTES_MAX {
            return Err("it has more cells than any document".into());
        }
        self.lines.push(line);
        Ok(())
    }

    fn cell(&mut self, read: Read, column: u32, at: String, line: &mut Line) {
        let Read {
            seen,
            bold,
            zero,
            unsaved,
        } = read;
        for (kind, how, text) in [
            (WarningKind::HiddenText, "in", seen.hidden),
            (WarningKind::StruckText, "because struck through in", seen.struck),
        ] {
            if !text.trim().is_empty() && self.left_out.len() < LEFT_OUT_MAX {
                self.left_out.push((kind, format!("{how} {at}"), bounded(text)));
            }
        }
        if unsaved {
            self.unsaved.push(at);
        }
        if seen.shown.trim().is_empty() {
            return;
        }
        self.text_bytes += seen.shown.len();
        if zero {
            self.zeros.push((self.lines.len(), column));
        }
        let cell = Cell {
            text: seen.shown.into(),
            bold,
            origin: (line.number, column),
        };
        line.cells.insert(column, cell);
    }
}

fn bounded(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(HIDDEN_BYTES_MAX));
    text
}

/// The rows that are headings by the tables and filters laid over the sheet.
fn headings(
    package: &mut Package,
    path: &str,
    root: &Element,
) -> Result<Vec<std::ops::Range<u32>>, ExtractionError> {
    let mut found = Vec::new();
    let filter = root
        .child("autoFilter")
        .and_then(|filter| filter.attribute("ref"));
    if let Some(((first, _), _)) = filter.and_then(cells::area) {
        found.push(first..first.saturating_add(1));
    }
    let relations = package.relations(path)?;
    for relation in relations.of_kind("table") {
        let table = package.part(&relation.path)?;
        let area = table
            .as_ref()
            .and_then(|table| cells::area(table.attribute("ref")?));
        if let (Some(table), Some(((first, _), _))) = (table, area) {
            let rows = table
                .number::<u32>("headerRowCount")
                .unwrap_or(1)
                .min(HEADING_ROWS_MAX);
            found.push(first..first.saturating_add(rows));
        }
    }
    Ok(found)
}

/// Keep the lines that are shown; hidden rows and columns are told and left out.
fn take_out_hidden(root: &Element, lines: Vec<Line>, name: &str, sheet: &mut Sheet, reader: &mut Reader) {
    let hidden_columns: Vec<(u32, u32)> = root
        .child("cols")
        .into_iter()
        .flat_map(Element::elements)
        .filter(|column| {
            column.flag("hidden") || column.number::<f32>("width").is_some_and(|width| width <= 0.0)
        })
        .filter_map(|column| Some((column.number("min")?, column.number("max")?)))
        .collect();
    let is_hidden = |column: u32| {
        hidden_columns
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&column))
    };
    let mut told: BTreeMap<u32, String> = BTreeMap::new();
    for mut line in lines {
        if line.hidden {
            let mut text = String::new();
            for cell in line.cells.values().filter(|cell| cell.origin.0 == line.number) {
                add_bounded(&mut text, &cell.text);
            }
            let how = format!("in the hidden row {} of the sheet \"{name}\"", line.number);
            reader.warn_left_out(WarningKind::HiddenText, &how, &text);
            sheet.hidden_rows.insert(line.number);
            continue;
        }
        let number = line.number;
        line.cells.retain(|column, cell| {
            let hidden = is_hidden(*column);
            if hidden && cell.origin == (number, *column) {
                add_bounded(told.entry(*column).or_default(), &cell.text);
            }
            !hidden
        });
        if line.has_own_text() {
            sheet.lines.push(line);
        }
    }
    for (column, text) in told {
        let how = format!(
            "in the hidden column {} of the sheet \"{name}\"",
            cells::letters(column)
        );
        reader.warn_left_out(WarningKind::HiddenText, &how, &text);
    }
}

fn add_bounded(text: &mut String, more: &str) {
    if text.len() < HIDDEN_BYTES_MAX {
        text.push_str(more);
        text.push(' ');
    }
}
