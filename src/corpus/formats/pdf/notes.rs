//! What a file says outside its pages' text: notes, form fields, properties. None of it is text; what readers do not
//! meet is told.

use std::collections::HashSet;

use unpdf::parser::backend::{ObjectId, PageId, PdfBackend, RawBackend};
use unpdf::parser::raw::{PdfDict, PdfObject};

use super::objects::Objects;
use super::state::Area;
use crate::corpus::blocks::Reader;
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::plain;

/// Notes on a page, or fields of a form, beyond any document.
const NOTES_MAX: usize = 5_000;
/// A form's fields stand in groups; deeper is a loop.
const GROUPS_MAX: usize = 32;
/// Flags of a note: not shown at all, and not on the screen (ISO 32000-1, 12.5.3).
const HIDDEN_FLAGS: i64 = 2 | 32;
/// A note of this size, in points, shows no letter.
const SIZE_MIN: f32 = 1.0;

/// Tell what the notes and fields of a page say where a reader does not see it; gives the fields met.
pub(super) fn warn_page(
    backend: &RawBackend,
    objects: &Objects,
    (number, page): (u32, PageId),
    fields: &mut HashSet<ObjectId>,
    reader: &mut Reader,
) {
    let crop = backend.crop_box(page);
    let visible = Area([crop.llx, crop.lly, crop.urx, crop.ury]);
    let notes = objects
        .object(page)
        .and_then(|page| objects.entry(page, b"Annots"))
        .and_then(PdfObject::as_array)
        .unwrap_or_default();
    for note in notes.iter().take(NOTES_MAX) {
        fields.extend(note.as_reference());
        let Some(note) = objects.dictionary(note) else {
            continue;
        };
        let unseen = is_unseen(objects, note, visible);
        let said = text(objects, note, b"Contents")
            .or_else(|| text(objects, note, b"RC").map(|rich| untagged(&rich)));
        match objects.entry(note, b"Subtype").and_then(PdfObject::as_name) {
            Some(b"Popup") => {}
            Some(b"Widget") => {
                if unseen {
                    let how = format!("in a form field that page {number} does not show");
                    reader.warn_left_out(WarningKind::HiddenText, &how, &value(objects, note));
                }
                let how = format!("in the description of a form field on page {number}");
                reader.warn_aside(&how, &text(objects, note, b"TU").unwrap_or_default());
            }
            Some(b"Link") => {
                let how = format!("in the description of a link on page {number}");
                reader.warn_aside(&how, &said.unwrap_or_default());
            }
            Some(b"FreeText") if !unseen => {
                let how = format!("a note on page {number} is not part of the text");
                reader.warn_left_out(WarningKind::DroppedMarkup, &how, &said.unwrap_or_default());
            }
            _ => {
                let how = format!("in a note on page {number} that is not open");
                reader.warn_left_out(WarningKind::HiddenText, &how, &said.unwrap_or_default());
            }
        }
    }
}

fn is_unseen(objects: &Objects, note: &PdfDict, visible: Area) -> bool {
    let flags = objects.entry(note, b"F").and_then(PdfObject::as_i64).unwrap_or(0);
    let corners: Vec<f32> = objects
        .entry(note, b"Rect")
        .and_then(PdfObject::as_array)
        .unwrap_or_default()
        .iter()
        .filter_map(|number| objects.resolve(number).as_f32())
        .collect();
    let out_of_sight = match corners[..] {
        [x1, y1, x2, y2] => Area::around([[x1, y1], [x2, y2]])
            .is_none_or(|area| area.thickness() < SIZE_MIN || !area.touches(visible)),
        _ => true,
    };
    let off = note
        .get(b"OC".as_slice())
        .is_some_and(|layer| objects.is_off(layer));
    flags & HIDDEN_FLAGS != 0 || out_of_sight || off
}

/// A field's value, its own or that of the group it belongs to.
fn value(objects: &Objects, field: &PdfDict) -> String {
    let mut said = Vec::new();
    let mut place = Some(field);
    for _ in 0..GROUPS_MAX {
        let Some(field) = place else { break };
        said.extend(
            [b"V".as_slice(), b"DV"]
                .iter()
                .filter_map(|key| text(objects, field, key)),
        );
        place = field
            .get(b"Parent".as_slice())
            .and_then(|parent| objects.dictionary(parent));
    }
    said.dedup();
    said.join(" ")
}

/// Tell what a form's fields say that stand on no page.
pub(super) fn warn_loose_fields(objects: &Objects, on_pages: &HashSet<ObjectId>, reader: &mut Reader) {
    let form = objects
        .catalog()
        .and_then(|catalog| catalog.get(b"AcroForm".as_slice()))
        .and_then(|form| objects.dictionary(form));
    let Some(fields) = form
        .and_then(|form| objects.entry(form, b"Fields"))
        .and_then(PdfObject::as_array)
    else {
        return;
    };
    let mut open: Vec<(&PdfObject, usize)> = fields.iter().map(|field| (field, 0)).collect();
    let mut met = 0;
    while let Some((field, depth)) = open.pop() {
        met += 1;
        if met > NOTES_MAX || depth > GROUPS_MAX {
            return;
        }
        if field.as_reference().is_some_and(|id| on_pages.contains(&id)) {
            continue;
        }
        let Some(field) = objects.dictionary(field) else {
            continue;
        };
        match objects.entry(field, b"Kids").and_then(PdfObject::as_array) {
            Some(kids) => open.extend(kids.iter().map(|kid| (kid, depth + 1))),
            None => reader.warn_left_out(
                WarningKind::HiddenText,
                "in a form field that stands on no page",
                &value(objects, field),
            ),
        }
    }
}

/// Tell what the file says of itself, if that is more than a name.
pub(super) fn warn_properties(objects: &Objects, reader: &mut Reader) {
    const PLACE: &str = "in the file's properties";
    let properties = objects
        .trailer()
        .get(b"Info".as_slice())
        .and_then(|properties| objects.dictionary(properties));
    for (key, property) in properties.into_iter().flatten() {
        if !matches!(key.as_slice(), b"Title" | b"Creator" | b"Producer") {
            reader.warn_aside(PLACE, &string(objects.resolve(property)).unwrap_or_default());
        }
    }
}

fn text(objects: &Objects, dictionary: &PdfDict, key: &[u8]) -> Option<String> {
    string(objects.entry(dictionary, key)?).filter(|text| !text.trim().is_empty())
}

/// A string of the file as text: by its byte order mark, else as the bytes most likely mean.
fn string(object: &PdfObject) -> Option<String> {
    let text = plain::decode(object.as_str_bytes()?).ok()?;
    Some(text.into_owned())
}

/// Rich text without its tags.
fn untagged(rich: &str) -> String {
    rich.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
}
