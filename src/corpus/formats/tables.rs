//! A table row as a sentence: "Grade: K–5; Price: $2.75." A number without its column's name says nothing.

use crate::corpus::blocks::{BlockKind, Reader};

/// One place of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    text: String,
    /// Whether it is the cell to the left, which spans this column too, and not one that says the same.
    spanned: bool,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            spanned: false,
        }
    }

    /// The same cell in the next column.
    pub fn next_column(&self) -> Self {
        Self {
            text: self.text.clone(),
            spanned: true,
        }
    }

    /// The same cell in so many columns.
    pub fn across(self, columns: usize) -> impl Iterator<Item = Cell> {
        let rest = self.next_column();
        std::iter::once(self).chain(std::iter::repeat_n(rest, columns.saturating_sub(1)))
    }
}

/// Rows of cells; one that spans columns or rows is repeated in each place it covers.
#[derive(Default)]
pub(super) struct Table {
    pub rows: Vec<Vec<Cell>>,
    /// How many of the first rows the file itself marks as headings.
    pub heading_rows: usize,
}

/// Add the table's rows; a table of one column is only a frame around paragraphs.
pub(super) fn push(table: &Table, reader: &mut Reader) {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns < 2 {
        for cell in table.rows.iter().flatten() {
            reader.push(BlockKind::Paragraph, &cell.text);
        }
        return;
    }
    let heading_rows = if table.heading_rows > 0 {
        table.heading_rows
    } else {
        guess_heading_rows(&table.rows)
    };
    let heading_rows = heading_rows.min(table.rows.len());
    let (headings, body) = table.rows.split_at(heading_rows);
    if body.is_empty() {
        push_under(&[], headings, reader);
    } else {
        push_under(headings, body, reader);
    }
}

/// Add rows worded under the heading rows that name their columns; without any, each row stands for itself.
pub(super) fn push_under(headings: &[Vec<Cell>], body: &[Vec<Cell>], reader: &mut Reader) {
    let names = if headings.is_empty() {
        Vec::new()
    } else {
        let columns = headings.iter().chain(body).map(Vec::len).max().unwrap_or(0);
        column_names(headings, columns)
    };
    for row in body {
        reader.push(BlockKind::Row, &in_words(row, &names));
    }
}

/// One name per column, the heading rows joined from top to bottom without repeating a spanning cell.
fn column_names(headings: &[Vec<Cell>], columns: usize) -> Vec<String> {
    (0..columns)
        .map(|column| {
            let mut parts: Vec<&str> = Vec::new();
            for row in headings {
                let part = row
                    .get(column)
                    .map_or("", |cell| cell.text.trim())
                    .trim_end_matches(':');
                if !part.is_empty() && parts.last() != Some(&part) {
                    parts.push(part);
                }
            }
            parts.join(" ")
        })
        .collect()
}

fn in_words(row: &[Cell], names: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (column, cell) in row.iter().enumerate() {
        let text = cell.text.trim();
        let name = names.get(column).map_or("", |name| name.trim());
        let said_already = cell.spanned && names.is_empty();
        if text.is_empty() || said_already {
            continue;
        }
        let value = text.trim_end_matches(';');
        parts.push(if name.is_empty() || name == text {
            value.to_owned()
        } else {
            format!("{name}: {value}")
        });
    }
    // Without column names, the first of two cells names the second.
    let joined = match parts.as_slice() {
        [first, second] if names.is_empty() && first != second => {
            format!("{}: {second}", first.trim_end_matches(':'))
        }
        _ => parts.join("; "),
    };
    let ends_itself = joined.is_empty() || joined.ends_with(['.', '!', '?', '…']);
    if ends_itself { joined } else { joined + "." }
}

/// Without a mark, the first row names the columns if every cell of it is filled, short, different and free of
/// digits, and a later row has a digit: rows of plain words could as well all be data.
pub(super) fn guess_heading_rows(rows: &[Vec<Cell>]) -> usize {
    let Some((first, rest)) = rows.split_first() else {
        return 0;
    };
    let has_digit = |cell: &Cell| cell.text.bytes().any(|b| b.is_ascii_digit());
    let named = first.iter().enumerate().all(|(place, cell)| {
        let text = cell.text.trim();
        let is_new = !first[..place].iter().any(|other| other.text.trim() == text);
        !text.is_empty() && text.len() <= 60 && is_new
    });
    let differs = rest.iter().any(|row| row.iter().any(has_digit)) && !first.iter().any(has_digit);
    usize::from(first.len() > 1 && named && differs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]], heading_rows: usize) -> Vec<String> {
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|cell| Cell::new(*cell)).collect())
            .collect();
        let mut reader = Reader::default();
        push(&Table { rows, heading_rows }, &mut reader);
        reader.blocks().iter().map(|block| block.text.clone()).collect()
    }

    #[test]
    fn rows_become_sentences() {
        type Case = (&'static [&'static [&'static str]], usize, &'static [&'static str]);
        let cases: &[Case] = &[
            (
                &[&["Grade", "Price"], &["K–5", "$2.75"]],
                1,
                &["Grade: K–5; Price: $2.75."],
            ),
            (
                &[&["Grade", "Price"], &["K–5", "$2.75"]],
                0,
                &["Grade: K–5; Price: $2.75."],
            ),
            (
                &[&["Office", "555-0100"], &["Nurse", "555-0101"]],
                0,
                &["Office: 555-0100.", "Nurse: 555-0101."],
            ),
            (
                &[&["", "Bus", ""], &["Oak", "7", "8:05 a.m."]],
                1,
                &["Oak; Bus: 7; 8:05 a.m."],
            ),
            (
                &[&["Fall", "Fall"], &["Start", "End"], &["1", "2"]],
                2,
                &["Fall Start: 1; Fall End: 2."],
            ),
            (
                &[&["Only words"], &["in one column"]],
                0,
                &["Only words", "in one column"],
            ),
            (&[&["A", "B"]], 1, &["A: B."]),
            (&[&["Oak", "$2.75", "$2.75"]], 0, &["Oak; $2.75; $2.75."]),
            (
                &[&["Day", "Note"], &["Mon", "Closed. Call first."]],
                1,
                &["Day: Mon; Note: Closed. Call first."],
            ),
        ];
        for (table, heading_rows, wanted) in cases {
            assert_eq!(rows(table, *heading_rows), *wanted, "{table:?}");
        }
    }

    #[test]
    fn a_cell_across_columns_is_said_once_and_names_each_column() {
        let across = |text: &str| Cell::new(text).across(2).collect::<Vec<_>>();
        let plain = vec![Cell::new("7:40"), Cell::new("7:40")];
        let row = |cells: &[Cell], names: &[String]| in_words(cells, names);
        assert_eq!(row(&across("No school"), &[]), "No school.");
        let names = column_names(&[across("Fall"), vec![Cell::new("Start"), Cell::new("End")]], 2);
        assert_eq!(names, ["Fall Start", "Fall End"]);
        assert_eq!(row(&plain, &names), "Fall Start: 7:40; Fall End: 7:40.");
        assert_eq!(row(&plain, &[]), "7:40; 7:40.");
    }
}
