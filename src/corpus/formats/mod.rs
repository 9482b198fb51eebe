//! One reader per format, chosen by what the file is and never by its name alone.

mod counting;
mod diagrams;
mod docx;
mod drawing;
mod eml;
mod html;
mod html_hidden;
mod lines;
mod markdown;
mod package;
mod pdf;
mod plain;
mod pptx;
mod shown;
mod sniff;
mod tables;
mod xlsx;
mod xml;

pub(super) use shown::show;

use super::blocks::Parsed;
use super::extract::ExtractionError;
use super::extracted::{ExtractionWarning, WarningKind};
use super::ocr::RecognisedPage;
pub(super) use plain::decode;
use sniff::Format;

/// Read a file's bytes into blocks.
pub(super) fn read(
    bytes: &[u8],
    file_name: &str,
    recognised: &[RecognisedPage],
) -> Result<Parsed, ExtractionError> {
    if bytes.is_empty() {
        return Err(ExtractionError::Empty);
    }
    let format = sniff::format(bytes, file_name)?;
    let mut parsed = match format {
        Format::Pdf => pdf::read(bytes, recognised)?,
        Format::Docx => docx::read(bytes)?,
        Format::Xlsx => xlsx::read(bytes)?,
        Format::Pptx => pptx::read(bytes)?,
        Format::Eml => eml::read(bytes)?,
        Format::Html => html::read(&decode(bytes)?)?,
        Format::Markdown => markdown::read(&decode(bytes)?),
        Format::Plain => plain::read(&decode(bytes)?),
    };
    if let Some(detail) = sniff::name_mismatch(format, file_name) {
        parsed
            .warnings
            .push(ExtractionWarning::new(WarningKind::NameMismatch, detail));
    }
    parsed.check_figures(shown::original(format, bytes)?);
    Ok(parsed)
}
