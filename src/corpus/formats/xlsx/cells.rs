//! One cell: where it is and what it shows.

use std::rc::Rc;

use super::number::Format;
use super::strings::{Kept, Seen, Shared};
use super::styles::{Style, Styles};
use crate::corpus::formats::xml::Element;

/// Columns are counted from one, as rows are; the last that a sheet has.
const COLUMN_MAX: u32 = 16_384;
const LETTERS: u32 = 26;
/// The day from which the dates that are written out are counted.
const DAY_ZERO: jiff::civil::Date = jiff::civil::date(1899, 12, 30);
const SECONDS_PER_DAY: f64 = 86_400.0;

/// What all sheets of a workbook share.
#[derive(Default)]
pub(super) struct Book {
    pub styles: Styles,
    pub shared: Shared,
    /// Days are counted from 1904.
    pub from_1904: bool,
}

/// What a cell shows, and how.
pub(super) struct Read {
    pub seen: Seen,
    pub bold: bool,
    /// The number zero, which a sheet may be told not to show.
    pub zero: bool,
    /// A formula whose result was not saved with it.
    pub unsaved: bool,
}

impl Book {
    pub fn read(&self, cell: &Element) -> Read {
        let style = self.styles.of(cell);
        let kind = cell.attribute("t").unwrap_or("n");
        // Programs that cannot calculate leave the value of a formula empty; the text of none is a result.
        let value = cell.child("v").map(Element::raw_text);
        let value = value.filter(|value| kind == "str" || !value.is_empty());
        let inline = cell.child("is");
        let mut read = Read {
            seen: Seen::default(),
            bold: style.font.bold,
            zero: false,
            unsaved: cell.child("f").is_some() && value.is_none() && inline.is_none(),
        };
        if let Some(text) = inline {
            read.seen = Kept::read(text).seen(style);
            return read;
        }
        let Some(value) = value else {
            return read;
        };
        read.seen = match kind {
            "s" => self
                .shared(&value)
                .map(|text| text.seen(style))
                .unwrap_or_default(),
            "str" => Kept::plain(value).seen(style),
            "b" => placed(
                if value.trim() == "0" { "FALSE" } else { "TRUE" }.to_owned(),
                style,
            ),
            "e" => placed(value, style),
            _ => {
                let number = match kind {
                    "d" => day(value.trim()),
                    _ => value.trim().parse::<f64>().ok(),
                };
                read.zero = number == Some(0.0);
                match number {
                    Some(number) => self.number(number, style),
                    None => placed(value, style),
                }
            }
        };
        read
    }

    fn shared(&self, index: &str) -> Option<&Rc<Kept>> {
        self.shared.get(index.trim().parse::<usize>().ok()?)
    }

    fn number(&self, number: f64, style: &Style) -> Seen {
        let shown = style.format.number(number, self.from_1904);
        if shown.trim().is_empty() {
            // A format such as `;;;` shows nothing of what is there.
            return Seen {
                hidden: Format::new("General").number(number, false),
                ..Seen::default()
            };
        }
        placed(shown, style)
    }
}

/// A text that is shown as it is, unless the cell's font takes it away.
fn placed(text: String, style: &Style) -> Seen {
    let mut seen = Seen::default();
    if style.hides(&style.font) {
        seen.hidden = text;
    } else if style.font.struck {
        seen.struck = text;
    } else {
        seen.shown = text;
    }
    seen
}

/// A date that is written out, as the number of its day.
fn day(written: &str) -> Option<f64> {
    let moment: jiff::civil::DateTime = written.trim_end_matches('Z').parse().ok()?;
    let days = f64::from((moment.date() - DAY_ZERO).get_days());
    let seconds = moment
        .time()
        .duration_since(jiff::civil::Time::midnight())
        .as_secs_f64();
    Some(days + seconds / SECONDS_PER_DAY)
}

/// Row and column of a reference such as `B4`.
pub(super) fn place(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.replace('$', "");
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let letter = letter.to_ascii_uppercase();
        let step = u32::from(letter.checked_sub(b'A')?) + 1;
        let column = column * LETTERS + step;
        (step <= LETTERS && column <= COLUMN_MAX).then_some(column)
    })?;
    (column > 0).then_some((row.parse().ok()?, column))
}

/// First and last row and column of a reference such as `B4:D9`.
pub(super) fn area(reference: &str) -> Option<((u32, u32), (u32, u32))> {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    Some((place(first)?, place(last)?))
}

/// The letters of a column.
pub(super) fn letters(mut column: u32) -> String {
    let mut letters = String::new();
    while column > 0 {
        let step = u8::try_from((column - 1) % LETTERS).unwrap_or(0);
        letters.insert(0, char::from(b'A' + step));
        column = (column - 1) / LETTERS;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_rows_and_columns() {
        let cases = [
            ("A1", Some((1, 1))),
            ("Z9", Some((9, 26))),
            ("AA10", Some((10, 27))),
            ("$XFD$1048576", Some((1_048_576, 16_384))),
            ("XFE1", None),
            ("4", None),
            ("A", None),
            ("É1", None),
        ];
        for (reference, wanted) in cases {
            assert_eq!(place(reference), wanted, "{reference}");
            if let Some((row, column)) = wanted {
                assert_eq!(format!("{}{row}", letters(column)), reference.replace('$', ""));
            }
        }
        assert_eq!(area("B4:D9"), Some(((4, 2), (9, 4))));
    }

    #[test]
    fn dates_that_are_written_out_are_days() {
        assert_eq!(day("2026-08-14T12:00:00"), Some(46_248.5));
        assert_eq!(day("2026-08-14"), Some(46_248.0));
        assert_eq!(day("soon"), None);
    }
}
