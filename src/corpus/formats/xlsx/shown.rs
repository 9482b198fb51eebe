//! A workbook to be looked at: each shown sheet as a grid; and what its cells store, for the figure check.

use std::rc::Rc;

use super::sheet::{self};
use super::{book, cells, is_shown};
use crate::corpus::blocks::Reader;
use crate::corpus::extract::ExtractionError;
use crate::corpus::figures::OriginalPage;
use crate::corpus::formats::package::{Package, broken};
use crate::corpus::formats::xml::Element;
use crate::corpus::rendition::{Rendition, Writer};

/// What a sheet stores and shows alike: a number with so few digits that no display rounds it.
const PLAIN_DIGITS_MAX: usize = 10;

pub(in crate::corpus::formats) fn show(bytes: &[u8]) -> Result<Rendition, ExtractionError> {
    let mut writer = Writer::default();
    each_sheet(bytes, |package, path, name, book| {
        let Some(sheet) = sheet::read(package, path, name, book, &mut Reader::default())? else {
            return Ok(());
        };
        writer.piece("h2", name);
        writer.table(sheet.lines.iter().map(|line| {
            let own = line.cells.iter();
            own.map(|(_, cell)| &*cell.text).collect()
        }));
        Ok(())
    })?;
    Ok(writer.finish())
}

/// The texts that cells store, and the numbers that are shown as they are stored. Other numbers become what they show only
/// by their format (46248 is a date), so they are not compared.
pub(in crate::corpus::formats) fn original(bytes: &[u8]) -> Result<Vec<OriginalPage>, ExtractionError> {
    let mut lines = Vec::new();
    let mut texts: Option<Vec<Rc<str>>> = None;
    each_sheet(bytes, |package, path, _, _| {
        if texts.is_none() {
            texts = Some(shared_texts(package)?);
        }
        let shared = texts.as_deref().unwrap_or_default();
        let mut rows = Vec::new();
        let root = package.part_taking(path, "row", |row| {
            if !row.flag("hidden") {
                rows.push(
                    row.named("c")
                        .map(|cell| (cell.attribute("r").and_then(cells::place), stored(cell, shared)))
                        .collect::<Vec<_>>(),
                );
            }
            Ok(())
        })?;
        let hidden: Vec<(u32, u32)> = root
            .as_ref()
            .and_then(|root| root.child("cols"))
            .into_iter()
            .flat_map(Element::elements)
            .filter(|column| column.flag("hidden"))
            .filter_map(|column| Some((column.number("min")?, column.number("max")?)))
            .collect();
        for row in rows {
            let seen = row.into_iter().filter(|(place, _)| {
                !place.is_some_and(|(_, column)| {
                    hidden
                        .iter()
                        .any(|(first, last)| (*first..=*last).contains(&column))
                })
            });
            lines.push(seen.map(|(_, text)| text).collect::<Vec<_>>().join(" | "));
        }
        Ok(())
    })?;
    Ok(vec![OriginalPage { page: None, lines }])
}

fn each_sheet(
    bytes: &[u8],
    mut take: impl FnMut(&mut Package, &str, &str, &cells::Book) -> Result<(), ExtractionError>,
) -> Result<(), ExtractionError> {
    let mut package = Package::open(bytes)?;
    let workbook_path = package.main_part("xl/workbook.xml")?;
    let workbook = package
        .part(&workbook_path)?
        .ok_or_else(|| broken("it has no workbook inside"))?;
    let relations = package.relations(&workbook_path)?;
    let book = book(&mut package, &workbook, &relations)?;
    for sheet in workbook
        .child("sheets")
        .into_iter()
        .flat_map(Element::elements)
        .filter(|sheet| is_shown(sheet))
    {
        let part = sheet.related("id").and_then(|id| relations.by_id(id));
        if let Some(part) = part.filter(|part| part.kind == "worksheet") {
            let name = sheet.attribute("name").unwrap_or_default();
            take(&mut package, &part.path, name, &book)?;
        }
    }
    Ok(())
}

fn shared_texts(package: &mut Package) -> Result<Vec<Rc<str>>, ExtractionError> {
    let workbook_path = package.main_part("xl/workbook.xml")?;
    let relations = package.relations(&workbook_path)?;
    let mut texts = Vec::new();
    if let Some(path) = relations.path("sharedStrings") {
        package.part_taking(path, "si", |text| {
            texts.push(Rc::from(said(&text)));
            Ok(())
        })?;
    }
    Ok(texts)
}

/// The text of a stored string; how it is pronounced is none of it.
fn said(text: &Element) -> String {
    text.elements()
        .filter(|part| matches!(part.name.as_str(), "t" | "r"))
        .map(|part| match part.child("t") {
            Some(inner) => inner.raw_text(),
            None if part.name == "t" => part.raw_text(),
            None => String::new(),
        })
        .collect()
}

fn stored(cell: &Element, shared: &[Rc<str>]) -> String {
    let value = cell.child("v").map(Element::raw_text).unwrap_or_default();
    match cell.attribute("t").unwrap_or("n") {
        "s" => value
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|index| shared.get(index))
            .map(|text| text.to_string())
            .unwrap_or_default(),
        "inlineStr" => cell.child("is").map(said).unwrap_or_default(),
        "str" => value,
        "n" if matches!(cell.attribute("s"), None | Some("0")) => {
            let plain = value.len() <= PLAIN_DIGITS_MAX
                && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if plain { value } else { String::new() }
        }
        _ => String::new(),
    }
}
