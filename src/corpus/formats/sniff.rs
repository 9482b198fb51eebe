//! What a file is, by its first bytes; the name only chooses among kinds of text.

use crate::corpus::extract::ExtractionError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    Docx,
    Html,
    Markdown,
    Plain,
}

impl Format {
    fn spoken(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF file",
            Self::Docx => "a Word file",
            Self::Html => "a web page",
            Self::Markdown => "a Markdown file",
            Self::Plain => "a plain text file",
        }
    }
}

/// A PDF's header may stand behind some junk, as every reader tolerates.
const PDF_HEADER_WITHIN_BYTES: usize = 1_024;
/// The old Office container; also what an encrypted .docx is wrapped in.
const COMPOUND_FILE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Names of text files that hold something other than prose, and what to call them.
const OTHER_TEXT: &[(&str, &str)] = &[
    ("eml", "an e-mail message"),
    ("mbox", "a mailbox"),
    ("csv", "a table (.csv)"),
    ("tsv", "a table (.tsv)"),
    ("json", "a data file (.json)"),
    ("xml", "a data file (.xml)"),
    ("ics", "a calendar file (.ics)"),
    ("vcf", "a contact card (.vcf)"),
];

/// The format of `bytes`, or a refusal that says what they are instead.
pub(super) fn format(bytes: &[u8], file_name: &str) -> Result<Format, ExtractionError> {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN_BYTES)];
    if find(head, b"%PDF-").is_some() {
        return Ok(Format::Pdf);
    }
    if bytes.starts_with(COMPOUND_FILE) {
        return compound(bytes);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive(bytes);
    }
    if let Some(kind) = infer::get(bytes).filter(|kind| kind.mime_type() != "text/html") {
        return Err(unsupported(format!("of the type {}", kind.mime_type())));
    }
    if !looks_like_text(bytes) {
        return Err(unsupported("not a document but data of an unknown kind"));
    }
    text(bytes, file_name)
}

/// A sentence when the name promises something else than the content is.
pub(super) fn name_mismatch(format: Format, file_name: &str) -> Option<String> {
    let extension = extension(file_name)?;
    let promised = match extension.as_str() {
        "pdf" => Format::Pdf,
        "docx" | "docm" => Format::Docx,
        "html" | "htm" | "xhtml" => Format::Html,
        "md" | "markdown" => Format::Markdown,
        "txt" | "text" => Format::Plain,
        _ => return None,
    };
    (promised != format).then(|| {
        format!(
            "The name ends in .{extension} but the content is {}; it was read as what it is. Check that this is the file you meant.",
            format.spoken()
        )
    })
}

fn unsupported(found: impl Into<String>) -> ExtractionError {
    ExtractionError::UnsupportedType { found: found.into() }
}

fn extension(file_name: &str) -> Option<String> {
    let (stem, extension) = file_name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

fn compound(bytes: &[u8]) -> Result<Format, ExtractionError> {
    let named = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide).is_some()
    };
    if named("EncryptedPackage") {
        return Err(ExtractionError::Encrypted);
    }
    Err(unsupported(if named("WordDocument") {
        "an old Word file (.doc); save it as .docx first"
    } else if named("__properties_version1.0") {
        "an Outlook message (.msg)"
    } else {
        "an old Office file"
    }))
}

fn archive(bytes: &[u8]) -> Result<Format, ExtractionError> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| {
        ExtractionError::Malformed(
            "it begins like a Word file or an archive but has no readable list of parts".into(),
        )
    })?;
    let names: Vec<String> = archive
        .file_names()
        .flatten()
        .map(|name| name.into_owned())
        .collect();
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    if has("word/") || (has("_rels/.rels") && has("docProps/") && !has("xl/") && !has("ppt/")) {
        return Ok(Format::Docx);
    }
    Err(unsupported(if has("xl/") {
        "an Excel workbook"
    } else if has("ppt/") {
        "a PowerPoint presentation; save it as PDF first"
    } else if has("content.xml") {
        "an OpenDocument file; save it as .docx or PDF first"
    } else {
        "an archive"
    }))
}

fn text(bytes: &[u8], file_name: &str) -> Result<Format, ExtractionError> {
    let extension = extension(file_name).unwrap_or_default();
    if let Some((_, found)) = OTHER_TEXT.iter().find(|(other, _)| *other == extension) {
        return Err(unsupported(*found));
    }
    if bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Err(unsupported("a Rich Text file (.rtf); save it as .docx first"));
    }
    Ok(match extension.as_str() {
        "md" | "markdown" => Format::Markdown,
        "html" | "htm" | "xhtml" => Format::Html,
        _ if begins_like_html(bytes) => Format::Html,
        "docx" | "docm" => {
            return Err(ExtractionError::Malformed(
                "it is named .docx but holds plain text".into(),
            ));
        }
        "pdf" => {
            return Err(ExtractionError::Malformed(
                "it is named .pdf but holds plain text".into(),
            ));
        }
        _ => Format::Plain,
    })
}

fn begins_like_html(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start()
        .iter()
        .take(16)
        .map(u8::to_ascii_lowercase)
        .collect();
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"]
        .iter()
        .any(|opening| start.starts_with(opening))
}

/// Text has a byte order mark, or almost no control bytes.
fn looks_like_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let sample = &bytes[..bytes.len().min(64 << 10)];
    let controls = sample
        .iter()
        .filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
        .count();
    controls * 100 <= sample.len()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
