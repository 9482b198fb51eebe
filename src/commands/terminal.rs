//! Printing: results on stdout, one clear line on stderr when something failed.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

/// Why a command ended without doing its work, in one line for a person.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(line: impl Into<String>) -> Failure {
        Failure(line.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for Failure {
    /// The error and its causes in one line; a cause that the error already tells is not told twice.
    fn from(error: E) -> Failure {
        let mut line = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let words = inner.to_string();
            if !line.contains(&words) {
                line = format!("{line}: {words}");
            }
            cause = inner.source();
        }
        Failure(line)
    }
}

/// Prints a failure as one line and gives the exit status for it.
pub fn fail(failure: &Failure) -> ExitCode {
    let line = failure.0.replace(['\n', '\r'], " ");
    let _ = writeln!(std::io::stderr(), "countersign: {}", visible(&line));
    ExitCode::FAILURE
}

/// Prints a line on stdout. A reader that went away (`| head`) ends the command quietly.
pub fn print(line: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("The result could not be printed: {error}.")))
        }
        _ => Ok(()),
    }
}

/// Prints a value as JSON.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("The result could not be written as JSON: {error}.")))?;
    print(&text)
}

/// Says on stderr how far a long command is.
pub fn progress(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", visible(line));
}

/// Text from documents and people may hold terminal escapes; they are shown, not obeyed.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Where something stands: title, headings and page. A first heading often is the title again and is not said twice.
pub fn place_words(title: &str, headings: &[String], page: Option<u32>) -> String {
    let below = headings
        .iter()
        .map(String::as_str)
        .filter(|heading| *heading != title);
    let path: Vec<&str> = std::iter::once(title).chain(below).collect();
    let page = page.map(|page| format!(", p. {page}")).unwrap_or_default();
    format!("{}{page}", path.join(" › "))
}

/// Rows of cells as columns, the last one as long as it is.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = Vec::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            if column + 1 == row.len() {
                visible(cell)
            } else {
                format!("{:<1$}", visible(cell), widths[column])
            }
        });
        lines.push(cells.collect::<Vec<_>>().join("  "));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the index can't be opened")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn a_failure_is_one_line_with_its_cause() {
        let failure = Failure::from(Outer(std::io::Error::other("permission denied")));
        assert_eq!(failure.0, "the index can't be opened: permission denied");
    }

    #[test]
    fn a_place_is_said_without_repeating_the_title() {
        let headings = ["Bus Rules".to_owned(), "Passes".to_owned()];
        assert_eq!(
            place_words("Bus Rules", &headings, Some(2)),
            "Bus Rules › Passes, p. 2"
        );
        assert_eq!(place_words("Bus Rules", &[], None), "Bus Rules");
    }

    #[test]
    fn escapes_are_shown_and_columns_line_up() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\u{fffd}[31mb");
        let rows = vec![vec!["one".into(), "x".into()], vec!["three".into(), "y".into()]];
        assert_eq!(table(&rows), "one    x\nthree  y");
    }
}
