//! Word files: the parts of the archive, read by ourselves because what is hidden, deleted or only numbered by
//! Word decides what the document says.

mod body;
mod drawing;
mod look;
mod numbering;
mod parts;
mod shown;
mod styles;
mod word_file;

pub(super) use self::shown::show;

use self::body::Body;
use self::drawing::Unread;
use self::look::{Behind, plain_or_other};
use self::word_file::WordFile;
use super::xml::Element;
use crate::corpus::blocks::{Parsed, Reader};
use crate::corpus::colours::Rgb;
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, ExtractionError> {
    let mut file = WordFile::open(bytes)?;
    let notes = file.notes()?;
    let comments = file.beside("comments.xml")?;
    let settings = file.beside("settings.xml")?;
    let properties = file.package.part("docProps/core.xml")?;
    let own_properties = file.package.part("docProps/custom.xml")?;
    let title = file.package.title()?;
    let WordFile {
        document,
        styles,
        numbering,
        diagrams,
        ..
    } = file;

    let page = page_colour(&document, settings.as_ref());
    let mut body = Body::new(&styles, numbering, &diagrams, page);
    body.read(&document);
    for note in notes.iter().flatten() {
        body.read_notes(note);
    }
    let mut reader = body.finish();
    if let Some(comments) = comments {
        reader.warn_left_out(
            WarningKind::TrackedChanges,
            "The file has comments; they are not part of the text",
            &comments.raw_text(),
        );
    }
    warn_properties(
        properties.as_ref(),
        own_properties.as_ref(),
        settings.as_ref(),
        &mut reader,
    );
    Ok(reader.finish(MEDIA_TYPE, title, None))
}

/// What is behind all text: white, unless the file has a page colour and says that it shows.
fn page_colour(document: &Element, settings: Option<&Element>) -> Behind {
    let shows = settings.is_some_and(|settings| settings.is_on("displayBackgroundShape") == Some(true));
    let colour = document
        .child("background")
        .and_then(|background| background.attribute("color"))
        .filter(|colour| shows && *colour != "auto");
    colour.map_or(Behind::Plain(Rgb::WHITE), plain_or_other)
}

/// Properties are no part of the text; those that say something are told.
fn warn_properties(
    properties: Option<&Element>,
    own: Option<&Element>,
    settings: Option<&Element>,
    reader: &mut Reader,
) {
    const PLACE: &str = "in the file's properties";
    let described = properties
        .into_iter()
        .flat_map(Element::elements)
        .filter(|property| {
            matches!(
                property.name.as_str(),
                "description" | "subject" | "keywords" | "category" | "contentStatus"
            )
        });
    for property in described.chain(own.into_iter().flat_map(Element::elements)) {
        reader.warn_aside(PLACE, &property.raw_text());
    }
    let variables = settings.and_then(|settings| settings.child("docVars"));
    for variable in variables.into_iter().flat_map(Element::elements) {
        reader.warn_aside(PLACE, variable.attribute("val").unwrap_or_default());
    }
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

/// Warn that the document shows more than its text says.
fn warn_unread(reader: &mut Reader, unread: &[Unread]) {
    let counted = Unread::ALL.into_iter().filter_map(|what| {
        let count = unread.iter().filter(|one| **one == what).count();
        (count > 0).then(|| what.spoken(count))
    });
    let counted: Vec<String> = counted.collect();
    if !counted.is_empty() {
        let said = format!(
            "The file holds {}, which cannot be read; what only they show is missing here.",
            counted.join(" and ")
        );
        reader.warn(WarningKind::UnreadablePages, said);
    }
}

#[cfg(test)]
mod tests;
