//! Word files: the parts of the archive, read by ourselves because what is hidden, deleted or only numbered by
//! Word decides what the document says.

mod body;
mod numbering;
mod styles;

use self::body::Body;
use self::numbering::Numbering;
use self::styles::Styles;
use super::package::{Package, broken};
use crate::corpus::blocks::{Parsed, Reader};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, ExtractionError> {
    let mut package = Package::open(bytes)?;
    let document_path = package.main_part("word/document.xml")?;
    let document = package
        .part(&document_path)?
        .ok_or_else(|| broken("it has no document inside"))?;
    let folder = document_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut beside = |name: &str| package.part(&format!("{folder}/{name}"));
    let styles = beside("styles.xml")?
        .map(|part| Styles::read(&part))
        .unwrap_or_default();
    let numbering = beside("numbering.xml")?
        .map(|part| Numbering::read(&part))
        .unwrap_or_default();
    let notes = [beside("footnotes.xml")?, beside("endnotes.xml")?];
    let has_comments = beside("comments.xml")?.is_some_and(|part| part.contains("t"));
    let title = package.title()?;

    let mut body = Body::new(&styles, numbering);
    body.read(&document);
    for note in notes.iter().flatten() {
        body.read_notes(note);
    }
    let mut reader = body.finish();
    if has_comments {
        reader.warn(
            WarningKind::TrackedChanges,
            "The file has comments; they are not part of the text.",
        );
    }
    Ok(reader.finish(MEDIA_TYPE, title, None))
}

/// Warn that changes await a decision; the text shows them as if accepted.
fn warn_changes(reader: &mut Reader, insertions: usize, deletions: usize) {
    if insertions + deletions > 0 {
        let said = format!(
            "The file has {insertions} insertions and {deletions} deletions that nobody has accepted; the text is \
             as if all were. Accept or reject them in Word."
        );
        reader.warn(WarningKind::TrackedChanges, said);
    }
}

#[cfg(test)]
mod tests;
