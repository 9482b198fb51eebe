//! A table row as a sentence: "Grade: K–5; Price: $2.75." A number without its column's name says nothing.

use crate::corpus::blocks::{BlockKind, Reader};

/// Rows of cell texts; a cell that spans columns or rows is repeated in each place it covers.
#[derive(Default)]
pub(super) struct Table {
    pub rows: Vec<Vec<String>>,
    /// How many of the first rows the file itself marks as headings.
    pub heading_rows: usize,
}

/// Add the table's rows; a table of one column is only a frame around paragraphs.
pub(super) fn push(table: &Table, reader: &mut Reader) {
    let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns < 2 {
        for cell in table.rows.iter().flatten() {
            reader.push(BlockKind::Paragraph, cell);
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
pub(super) fn push_under(headings: &[Vec<String>], body: &[Vec<String>], reader: &mut Reader) {
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
fn column_names(headings: &[Vec<String>], columns: usize) -> Vec<String> {
    (0..columns)
        .map(|column| {
            let mut parts: Vec<&str> = Vec::new();
            for row in headings {
                let part = row
                    .get(column)
                    .map_or("", |cell| cell.trim())
                    .trim_end_matches(':');
                if !part.is_empty() && parts.last() != Some(&part) {
                    parts.push(part);
                }
            }
            parts.join(" ")
        })
        .collect()
}

fn in_words(row: &[String], names: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut previous: Option<&str> = None;
    for (column, cell) in row.iter().enumerate() {
        let cell = cell.trim();
        let name = names.get(column).map_or("", |name| name.trim());
        let repeated = previous == Some(cell) && names.is_empty();
        previous = Some(cell);
        if cell.is_empty() || repeated {
            continue;
        }
        let value = cell.trim_end_matches(';');
        parts.push(if name.is_empty() || name == cell {
            value.to_owned()
        } else {
            format!("{name}: {value}")
        });
    }
    // Without column names, the first of two cells names the second.
    let joined = match parts.as_slice() {
        [first, second] if names.is_empty() => format!("{}: {second}", first.trim_end_matches(':')),
        _ => parts.join("; "),
    };
    let ends_itself = joined.is_empty() || joined.ends_with(['.', '!', '?', '…']);
    if ends_itself { joined } else { joined + "." }
}

/// Without a mark, the first row names the columns if every cell of it is filled, short, different and free of
/// digits, and a later row has a digit: rows of plain words could as well all be data.
pub(super) fn guess_heading_rows(rows: &[Vec<String>]) -> usize {
    let Some((first, rest)) = rows.split_first() else {
        return 0;
    };
    let has_digit = |cell: &String| cell.bytes().any(|b| b.is_ascii_digit());
    let named = first.iter().enumerate().all(|(place, cell)| {
        let cell = cell.trim();
        !cell.is_empty() && cell.len() <= 60 && !first[..place].iter().any(|other| other.trim() == cell)
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
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
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
}
