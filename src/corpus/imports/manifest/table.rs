//! A manifest as a spreadsheet saves it: a first line that names the columns, then a line for each file.

use super::{Line, unknown_key};

/// Spreadsheets of other countries part cells with these.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The lines after the first; the first line's mistakes are everybody's.
pub(super) fn read(text: &str) -> Result<Vec<Line>, (usize, String)> {
    // The reader counts lines by their last character alone, which is behind the two that Windows ends a line with.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let delimiter = DELIMITERS
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| (1, error.to_string()))?.clone();
    let columns: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    for (place, column) in columns.iter().enumerate() {
        if let Some(reason) = unknown_key(column).filter(|_| !column.is_empty()) {
            return Err((1, reason));
        }
        if !column.is_empty() && columns.iter().take(place).any(|earlier| earlier == column) {
            return Err((1, format!("there are two columns `{column}`")));
        }
    }
    if !columns.iter().any(|column| column == "file") {
        return Err((1, "the first line names no column `file`".to_owned()));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let number = error.position().map_or(1, csv::Position::line);
            (usize::try_from(number).unwrap_or(usize::MAX), error.to_string())
        })?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let number = record.position().map_or(0, csv::Position::line);
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let beyond = record
            .iter()
            .enumerate()
            .any(|(place, cell)| !cell.trim().is_empty() && columns.get(place).is_none_or(String::is_empty));
        lines.push(Line {
            number,
            values: columns
                .iter()
                .zip(&record)
                .map(|(column, cell)| (column.clone(), cell.to_owned(), number))
                .collect(),
            wrong: beyond.then(|| {
                let reason =
                    "a cell stands under no column; text with a comma in it needs quotation marks around it";
                (number, reason.to_owned())
            }),
        });
    }
    Ok(lines)
}
