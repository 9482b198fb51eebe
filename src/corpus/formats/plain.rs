//! Plain text: which characters the bytes mean, and what its layout says about headings and lists.

use std::borrow::Cow;

use super::lines;
use crate::corpus::blocks::{BlockKind, Parsed, Reader};
use crate::corpus::extract::ExtractionError;

const HEADING_WORDS_MAX: usize = 12;

/// Bytes to characters: by byte order mark, else UTF-8, else windows-1252, which every byte is valid in.
pub(in crate::corpus) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ExtractionError> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return Ok(String::from_utf8_lossy(rest));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes).map(Cow::Owned);
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ExtractionError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(ExtractionError::Malformed(
            "it begins as UTF-16 text but has an odd number of bytes".into(),
        ));
    }
    let units = pairs.iter().map(|pair| unit(*pair));
    Ok(char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect())
}

fn windows_1252(byte: u8) -> char {
    /// The bytes 0x80 to 0x9f; the five that are not assigned stay control characters and are cleaned away.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

pub(super) fn read(text: &str) -> Parsed {
    let mut reader = Reader::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for paragraph in text.split("\n\n") {
        let mut rest = paragraph.trim_matches('\n');
        if let Some((line, below)) = underlined(rest) {
            reader.push(BlockKind::Heading(1), line);
            rest = below;
        } else {
            let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
            if let Some(level) = heading_level(line, below) {
                reader.push(BlockKind::Heading(level), line);
                rest = below;
            }
        }
        lines::push(rest, &mut reader);
    }
    reader.finish("text/plain", None, None)
}

/// A line underlined with `===` or `---`.
fn underlined(paragraph: &str) -> Option<(&str, &str)> {
    let (line, rest) = paragraph.split_once('\n')?;
    let (rule, below) = rest.split_once('\n').unwrap_or((rest, ""));
    let rule = rule.trim();
    let is_rule = rule.len() >= 3 && (rule.bytes().all(|b| b == b'=') || rule.bytes().all(|b| b == b'-'));
    (is_rule && !line.trim().is_empty()).then_some((line, below))
}

/// A short line in capitals, or a numbered title that stands alone and does not end like a sentence.
fn heading_level(line: &str, below: &str) -> Option<u8> {
    let line = line.trim();
    let words = line.split_whitespace().count();
    if words == 0 || words > HEADING_WORDS_MAX || line.ends_with(['.', ',', ';', '!']) {
        return None;
    }
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    if letters >= 4 && !line.chars().any(char::is_lowercase) {
        return Some(2);
    }
    let first = line.split_whitespace().next().unwrap_or_default();
    let numbered = first.contains('.')
        && first
            .split('.')
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
        && first.starts_with(|c: char| c.is_ascii_digit());
    let titled = line[first.len()..].trim_start().starts_with(char::is_uppercase);
    (numbered && titled && below.trim().is_empty() && lines::item(line).is_none()).then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_in_their_encoding() {
        let cases: &[(&[u8], &str)] = &[
            (b"caf\xc3\xa9", "café"),
            (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
            (b"\xff\xfec\x00\xe9\x00", "cé"),
            (b"\xfe\xff\x00c\x00\xe9", "cé"),
            (b"caf\xe9 \x93quoted\x94 \x96 5", "café “quoted” – 5"),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(decode(bytes).expect("text"), *wanted);
        }
        assert!(decode(b"\xff\xfec").is_err());
    }

    #[test]
    fn layout_gives_headings_lists_and_paragraphs() {
        use BlockKind::{Heading, ListItem, Paragraph};
        let parsed = read(
            "Meals\n=====\nLunch is served.\r\n\r\nBUS RULES\nStay seated.\n\n5.2.1 Late Buses\n\nThe late bus runs.\n\n\
             Bring:\n1. a pass\n2. a coat",
        );
        let blocks: Vec<_> = parsed
            .blocks
            .into_iter()
            .map(|block| (block.kind, block.text))
            .collect();
        let wanted = [
            (Heading(1), "Meals"),
            (Paragraph, "Lunch is served."),
            (Heading(2), "BUS RULES"),
            (Paragraph, "Stay seated."),
            (Heading(3), "5.2.1 Late Buses"),
            (Paragraph, "The late bus runs."),
            (Paragraph, "Bring:"),
            (ListItem, "1. a pass"),
            (ListItem, "2. a coat"),
        ];
        assert_eq!(blocks, wanted.map(|(kind, text)| (kind, text.to_owned())));
    }
}
