//! Lines of text that carry no structure of their own: which belong together, which are items of a list.

use crate::corpus::blocks::{BlockKind, Reader};

/// A line at least this long was probably broken by a margin, not by its writer.
const WRAPPED_BYTES_MIN: usize = 50;

/// Add text with line breaks as paragraphs and list items, joining lines that only a margin broke.
pub(super) fn push(text: &str, reader: &mut Reader) {
    let mut open: Option<(Option<Item>, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            flush(&mut open, reader);
            continue;
        }
        let item = item(trimmed);
        match &mut open {
            Some((_, said)) if item.is_none() && continues(said, trimmed) => {
                said.push(' ');
                said.push_str(trimmed);
            }
            _ => {
                flush(&mut open, reader);
                let said = item.as_ref().map_or(trimmed, |item| item.text).to_owned();
                open = Some((item.map(|item| Item { text: "", ..item }), said));
            }
        }
    }
    flush(&mut open, reader);
}

fn flush(open: &mut Option<(Option<Item>, String)>, reader: &mut Reader) {
    match open.take() {
        Some((Some(item), said)) => reader.push_item(item.label.as_deref(), &said),
        Some((None, said)) => reader.push(BlockKind::Paragraph, &said),
        None => {}
    }
}

/// Whether `next` goes on where the line that ends `said` broke off.
fn continues(said: &str, next: &str) -> bool {
    let last_line_long = said.len() >= WRAPPED_BYTES_MIN;
    let finished = said.ends_with(['.', '!', '?', ':', ';', '…', '"', '”']);
    next.starts_with(char::is_lowercase) || (last_line_long && !finished)
}

pub(super) struct Item<'a> {
    /// The number or letter shown before it; none for a bullet.
    pub label: Option<String>,
    pub text: &'a str,
}

/// A line that begins with a bullet, or with a number or letter and a stop or bracket: `3.`, `(b)`, `iv)`.
pub(super) fn item(line: &str) -> Option<Item<'_>> {
    const BULLETS: &[char] = &[
        '•', '●', '○', '▪', '■', '◦', '‣', '–', '-', '*', '·', '\u{f0b7}', '\u{f0a7}', 'o',
    ];
    let (first, rest) = line.split_once(char::is_whitespace)?;
    let text = rest.trim_start();
    let mut letters = first.chars();
    if let (Some(bullet), None) = (letters.next(), letters.next()) {
        let is_bullet = BULLETS.contains(&bullet) && !text.starts_with(char::is_numeric);
        return (is_bullet && !text.is_empty()).then_some(Item { label: None, text });
    }
    let bare = first.trim_start_matches('(').trim_end_matches(['.', ')']);
    let marked = bare.len() < first.len() && !bare.is_empty();
    let counts = bare.len() <= 4
        && (bare.bytes().all(|b| b.is_ascii_digit())
            || bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_alphabetic())
            || bare.bytes().all(|b| b"ivxIVX".contains(&b)));
    (marked && counts && !text.is_empty()).then(|| Item {
        label: Some(first.to_owned()),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(BlockKind, String)> {
        let mut reader = Reader::default();
        push(text, &mut reader);
        reader
            .blocks()
            .iter()
            .map(|block| (block.kind.clone(), block.text.clone()))
            .collect()
    }

    #[test]
    fn lines_broken_by_a_margin_are_joined_and_others_not() {
        use BlockKind::{ListItem, Paragraph};
        let cases: &[(&str, &[(BlockKind, &str)])] = &[
            (
                "Students who ride the bus must be at the stop five\nminutes before it comes.\n\nNext.",
                &[
                    (
                        Paragraph,
                        "Students who ride the bus must be at the stop five minutes before it comes.",
                    ),
                    (Paragraph, "Next."),
                ],
            ),
            (
                "Monday\n8:05 a.m.",
                &[(Paragraph, "Monday"), (Paragraph, "8:05 a.m.")],
            ),
            (
                "Bring:\n- pencils\n- paper and\n  glue",
                &[
                    (Paragraph, "Bring:"),
                    (ListItem, "pencils"),
                    (ListItem, "paper and glue"),
                ],
            ),
            (
                "1. Sign it.\n(b) Send it.",
                &[(ListItem, "1. Sign it."), (ListItem, "(b) Send it.")],
            ),
            ("- 5 degrees", &[(Paragraph, "- 5 degrees")]),
        ];
        for (text, wanted) in cases {
            let wanted: Vec<_> = wanted
                .iter()
                .map(|(kind, text)| (kind.clone(), (*text).to_owned()))
                .collect();
            assert_eq!(read(text), wanted, "{text:?}");
        }
    }
}
