//! What a file is, by its first bytes; the name only chooses among kinds of text.

use super::eml;
use crate::corpus::extract::ExtractionError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pdf,
    Docx,
    Xlsx,
    Pptx,
    Eml,
    Html,
    Markdown,
    Plain,
}

impl Format {
    fn spoken(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF file",
            Self::Docx => "a Word file",
            Self::Xlsx => "an Excel workbook",
            Self::Pptx => "a PowerPoint presentation",
            Self::Eml => "an e-mail message",
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
/// Headers of an e-mail are looked for in this much.
const HEADERS_WITHIN_BYTES: usize = 32 << 10;
/// Header lines that only mail programs write; From, To, Date and Subject stand above many a memo.
const MAIL_HEADERS: &[&str] = &[
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "mime-version",
    "content-transfer-encoding",
];
/// So many of them make a message of a text whose name does not say that it is one.
const MAIL_HEADERS_MIN: usize = 2;
/// Names of text files that hold something other than prose, and what to call them.
const OTHER_TEXT: &[(&str, &str)] = &[
    ("mbox", "a mailbox; save its messages one by one as .eml"),
    ("csv", "a table (.csv); save it as .xlsx first"),
    ("tsv", "a table (.tsv); save it as .xlsx first"),
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
    if is_mail(bytes, &extension(file_name).unwrap_or_default()) {
        return Ok(Format::Eml);
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
        "xlsx" | "xltx" => Format::Xlsx,
        "pptx" | "ppsx" | "potx" => Format::Pptx,
        "eml" => Format::Eml,
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
    } else if named("Workbook") {
        "an old Excel workbook (.xls); save it as .xlsx first"
    } else if named("PowerPoint Document") {
        "an old PowerPoint presentation (.ppt); save it as .pptx first"
    } else if named("__properties_version1.0") {
        "an Outlook message (.msg); save it as .eml or as text first"
    } else {
        "an old Office file"
    }))
}

fn archive(bytes: &[u8]) -> Result<Format, ExtractionError> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| {
        ExtractionError::Malformed(
            "it begins like an Office file or an archive but has no readable list of parts".into(),
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
    let has_macros = names.iter().any(|name| name.ends_with("/vbaProject.bin"));
    if has("xl/workbook.xml") && !has_macros {
        return Ok(Format::Xlsx);
    }
    if has("ppt/") && !has_macros {
        return Ok(Format::Pptx);
    }
    Err(unsupported(if has("xl/workbook.bin") {
        "a binary Excel workbook (.xlsb); save it as .xlsx first"
    } else if has("xl/") && has_macros {
        "an Excel workbook with macros (.xlsm); save it as .xlsx, without them, first"
    } else if has("xl/") {
        "an Excel workbook of an unknown kind; save it as .xlsx first"
    } else if has("ppt/") {
        "a PowerPoint presentation with macros (.pptm); save it as .pptx, without them, first"
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
        "docx" | "docm" | "xlsx" | "pptx" | "pdf" => {
            return Err(ExtractionError::Malformed(format!(
                "it is named .{extension} but holds plain text"
            )));
        }
        "eml" => {
            return Err(ExtractionError::Malformed(
                "it is named .eml but does not begin with the header lines of an e-mail".into(),
            ));
        }
        _ => Format::Plain,
    })
}

/// Whether the bytes begin as a message does. The name decides how sure one has to be.
fn is_mail(bytes: &[u8], extension: &str) -> bool {
    let head = &bytes[..bytes.len().min(HEADERS_WITHIN_BYTES)];
    let head = String::from_utf8_lossy(eml::without_mailbox_line(head));
    let lines = head.lines().take_while(|line| !line.trim().is_empty());
    let mut headers = 0;
    let mut of_mail = 0;
    for line in lines {
        let Some((name, _)) = line.split_once(':') else {
            continue;
        };
        // Old programs put blanks before the colon.
        let name = name.trim_end();
        let is_header = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
        headers += usize::from(is_header);
        of_mail += usize::from(is_header && MAIL_HEADERS.contains(&name.to_ascii_lowercase().as_str()));
    }
    match extension {
        "eml" => headers > 0,
        "md" | "markdown" | "html" | "htm" | "xhtml" | "mbox" => false,
        _ => of_mail >= MAIL_HEADERS_MIN,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::formats::package::tests::file;

    fn archive_of(names: &[&str]) -> Vec<u8> {
        let parts: Vec<(&str, &str)> = names.iter().map(|name| (*name, "<a/>")).collect();
        file(&parts)
    }

    fn named_in_compound(name: &str) -> Vec<u8> {
        let wide = name.encode_utf16().flat_map(u16::to_le_bytes);
        COMPOUND_FILE.iter().copied().chain(wide).collect()
    }

    #[test]
    fn files_are_known_by_their_content() {
        let message = b"Received: x\r\nMessage-ID: <1>\r\nSubject: Buses\r\n\r\nText.".to_vec();
        let cases = [
            ("a.docx", archive_of(&["word/document.xml"]), Format::Docx),
            ("a.xlsx", archive_of(&["xl/workbook.xml"]), Format::Xlsx),
            ("a.pptx", archive_of(&["ppt/presentation.xml"]), Format::Pptx),
            (
                "a.docx",
                archive_of(&["_rels/.rels", "docProps/core.xml", "xl/workbook.xml"]),
                Format::Xlsx,
            ),
            ("a.eml", message.clone(), Format::Eml),
            ("a.eml", b"From : Ana\n\nText.".to_vec(), Format::Eml),
            ("a", message.clone(), Format::Eml),
            ("a.txt", message.clone(), Format::Eml),
            ("a.md", message, Format::Markdown),
            (
                "memo.txt",
                b"To: All staff\nFrom: Ana\nDate: May 1\nSubject: Buses\n\nText.".to_vec(),
                Format::Plain,
            ),
        ];
        for (name, bytes, wanted) in cases {
            assert_eq!(format(&bytes, name).ok(), Some(wanted), "{name}");
        }
    }

    #[test]
    fn what_is_not_read_is_called_by_what_it_is() {
        let cases = [
            (
                "a.xlsm",
                archive_of(&["xl/workbook.xml", "xl/vbaProject.bin"]),
                ".xlsm",
            ),
            (
                "a.pptm",
                archive_of(&["ppt/presentation.xml", "ppt/vbaProject.bin"]),
                ".pptm",
            ),
            ("a.xlsb", archive_of(&["xl/workbook.bin"]), ".xlsb"),
            ("a.ods", archive_of(&["content.xml"]), "OpenDocument"),
            ("a.xls", named_in_compound("Workbook"), "(.xls);"),
            ("a.ppt", named_in_compound("PowerPoint Document"), "(.ppt);"),
            ("a.xlsx", named_in_compound("EncryptedPackage"), "password"),
            ("a.xlsx", b"Only prose.".to_vec(), "named .xlsx"),
            ("a.eml", b"Only prose.".to_vec(), "header lines"),
            ("a.csv", b"School,Bus\nOak,7".to_vec(), "save it as .xlsx"),
            ("a.mbox", b"From a\nSubject: b\n\nText.".to_vec(), "a mailbox"),
        ];
        for (name, bytes, wanted) in cases {
            let error = format(&bytes, name)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(wanted), "{name}: {error}");
        }
    }

    #[test]
    fn a_name_that_promises_another_format_is_told() {
        assert_eq!(name_mismatch(Format::Xlsx, "fees.xlsx"), None);
        assert!(
            name_mismatch(Format::Xlsx, "fees.docx").is_some_and(|said| said.contains("an Excel workbook"))
        );
        assert!(name_mismatch(Format::Plain, "news.eml").is_some());
        assert_eq!(name_mismatch(Format::Eml, "saved"), None);
    }
}
