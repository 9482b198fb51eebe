//! Excel workbooks: each sheet as a reader sees it, its rows worded under their columns' names.
//!
//! What a cell shows is not what is stored in it: 46248 is a date, 0.285 a percentage. So the number formats are
//! read too, and what the sheet hides stays out.

mod cells;
mod merged;
mod number;
mod regions;
mod sheet;
mod shown;
mod strings;
mod styles;

pub(super) use self::shown::{original, show};

use std::rc::Rc;

use self::cells::Book;
use self::sheet::Sheet;
use self::strings::Kept;
use self::styles::Styles;
use super::drawing::Said;
use super::package::{Package, Relations, broken};
use super::xml::Element;
use crate::corpus::blocks::{Parsed, Reader};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Hidden sheets are quoted in their warning; more of them than this is not gathered.
const HIDDEN_BYTES_MAX: usize = 1_000;

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, ExtractionError> {
    let mut package = Package::open(bytes)?;
    let workbook_path = package.main_part("xl/workbook.xml")?;
    let workbook = package
        .part(&workbook_path)?
        .ok_or_else(|| broken("it has no workbook inside"))?;
    let relations = package.relations(&workbook_path)?;
    let book = book(&mut package, &workbook, &relations)?;
    let title = package.title()?;

    let mut reader = Reader::default();
    let sheets: Vec<&Element> = workbook
        .child("sheets")
        .into_iter()
        .flat_map(Element::elements)
        .collect();
    let shown = sheets.iter().filter(|sheet| is_shown(sheet)).count();
    let mut has_comments = false;
    for sheet in &sheets {
        let name = sheet.attribute("name").unwrap_or_default();
        let Some(part) = sheet.related("id").and_then(|id| relations.by_id(id)) else {
            continue;
        };
        if part.kind == "chartsheet" && is_shown(sheet) {
            warn_unread(name, "is a chart", &mut reader);
        }
        if part.kind != "worksheet" {
            continue;
        }
        if !is_shown(sheet) {
            let read = sheet::read(&mut package, &part.path, name, &book, &mut Reader::default())?;
            let how = format!("in the hidden sheet \"{name}\"");
            reader.warn_left_out(
                WarningKind::HiddenText,
                &how,
                &all_text(&read.unwrap_or_default()),
            );
            continue;
        }
        let Some(read) = sheet::read(&mut package, &part.path, name, &book, &mut reader)? else {
            continue;
        };
        // "Sheet1" is what nobody has named; alone, it says nothing.
        let heading = (shown > 1 || !is_unnamed(name)).then_some(name);
        regions::push(&read, heading, &mut reader);
        has_comments |= beside(&mut package, &part.path, name, &mut reader)?;
    }
    if has_comments {
        reader.warn(
            WarningKind::TrackedChanges,
            "The file has comments; they are not part of the text.",
        );
    }
    Ok(reader.finish(MEDIA_TYPE, title, None))
}

fn book(package: &mut Package, workbook: &Element, relations: &Relations) -> Result<Book, ExtractionError> {
    let mut shared = Vec::new();
    if let Some(path) = relations.path("sharedStrings") {
        package.part_taking(path, "si", |text| {
            shared.push(Rc::new(Kept::read(&text)));
            Ok(())
        })?;
    }
    let styles = match relations.path("styles") {
        Some(path) => package.part(path)?.map(|part| Styles::read(&part)),
        None => None,
    };
    Ok(Book {
        styles: styles.unwrap_or_default(),
        shared,
        from_1904: workbook
            .child("workbookPr")
            .is_some_and(|properties| properties.flag("date1904")),
    })
}

fn is_shown(sheet: &Element) -> bool {
    !matches!(sheet.attribute("state"), Some("hidden" | "veryHidden"))
}

fn is_unnamed(name: &str) -> bool {
    name.strip_prefix("Sheet")
        .is_some_and(|number| number.trim().bytes().all(|b| b.is_ascii_digit()))
}

fn all_text(sheet: &Sheet) -> String {
    let mut text = String::new();
    for cell in sheet.lines.iter().flat_map(|line| line.cells.values()) {
        if text.len() > HIDDEN_BYTES_MAX {
            break;
        }
        text.push_str(&cell.text);
        text.push(' ');
    }
    text
}

/// What lies beside the cells of a sheet: text boxes are text, charts and pictures of text are not. Whether it has
/// comments.
fn beside(
    package: &mut Package,
    path: &str,
    name: &str,
    reader: &mut Reader,
) -> Result<bool, ExtractionError> {
    let relations = package.relations(path)?;
    for relation in relations.of_kind("drawing") {
        if let Some(drawing) = package.part(&relation.path)? {
            push_boxes(&drawing, name, reader);
            if drawing.contains("chart") {
                warn_unread(name, "has a chart", reader);
            }
        }
    }
    Ok(["comments", "threadedComment"]
        .iter()
        .any(|kind| relations.path(kind).is_some()))
}

fn push_boxes(parent: &Element, name: &str, reader: &mut Reader) {
    for element in parent.elements() {
        match element.name.as_str() {
            "sp" => {
                let Some(body) = element.child("txBody") else {
                    continue;
                };
                let said = Said::read(body, &[], |_| false);
                let place = format!("the sheet \"{name}\"");
                let properties = element.at(&["nvSpPr", "cNvPr"]);
                if properties.is_some_and(|properties| properties.flag("hidden")) {
                    let how = format!("in a hidden box on {place}");
                    reader.warn_left_out(WarningKind::HiddenText, &how, &said.line());
                } else {
                    said.push(false, reader);
                    said.warn_left_out(&place, reader);
                }
            }
            // The old form of what the new form says already.
            "Fallback" => {}
            _ => push_boxes(element, name, reader),
        }
    }
}

fn warn_unread(name: &str, how: &str, reader: &mut Reader) {
    let said = format!("The sheet \"{name}\" {how}; what only a chart shows is missing here.");
    reader.warn(WarningKind::UnreadablePages, said);
}

#[cfg(test)]
mod tests;
