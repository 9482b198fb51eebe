//! How cells look, as far as it decides what they show: number formats, struck, white and bold text, fills.

use std::collections::HashMap;
use std::rc::Rc;

use super::number::{Format, built_in};
use crate::corpus::formats::xml::Element;

/// In points; smaller type cannot be read.
const SIZE_MIN: f32 = 2.0;
const WHITE: &str = "FFFFFF";
/// More styles than a spreadsheet program allows in one file.
const STYLES_MAX: usize = 70_000;

/// The font of a cell, or of a part of its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Font {
    pub bold: bool,
    pub struck: bool,
    tiny: bool,
    /// Such as `FF0000`, or a colour of the theme by its number; none where it is the usual one.
    ink: Option<String>,
}

impl Font {
    pub fn read(font: &Element) -> Self {
        Self {
            bold: font.is_on("b") == Some(true),
            struck: font.is_on("strike") == Some(true),
            tiny: font
                .child("sz")
                .and_then(|size| size.number::<f32>("val"))
                .is_some_and(|points| points < SIZE_MIN),
            ink: font.child("color").and_then(colour),
        }
    }
}

/// All that a cell's style says.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub format: Rc<Format>,
    pub font: Font,
    /// The colour behind the text; none where the sheet itself is.
    pub paper: Option<String>,
}

impl Style {
    /// Whether text in `font` on this cell cannot be seen.
    pub fn hides(&self, font: &Font) -> bool {
        let paper = self.paper.as_deref().unwrap_or(WHITE);
        font.tiny || font.ink.as_deref() == Some(paper)
    }
}

pub(super) struct Styles {
    of_cells: Vec<Rc<Style>>,
    plain: Rc<Style>,
}

impl Default for Styles {
    fn default() -> Self {
        let plain = Style {
            format: Rc::new(Format::new("General")),
            font: Font::default(),
            paper: None,
        };
        Self {
            of_cells: Vec::new(),
            plain: Rc::new(plain),
        }
    }
}

impl Styles {
    pub fn read(part: &Element) -> Self {
        let list = |name: &str| part.child(name).into_iter().flat_map(Element::elements);
        let codes: HashMap<u32, &str> = list("numFmts")
            .filter_map(|format| Some((format.number("numFmtId")?, format.attribute("formatCode")?)))
            .collect();
        let fonts: Vec<Font> = list("fonts").map(Font::read).collect();
        let papers: Vec<Option<String>> = list("fills").map(paper).collect();
        let mut formats: HashMap<u32, Rc<Format>> = HashMap::new();
        let of_cells = list("cellXfs").take(STYLES_MAX).map(|style| {
            let id = style.number::<u32>("numFmtId").unwrap_or(0);
            let format = formats.entry(id).or_insert_with(|| {
                Rc::new(Format::new(
                    codes.get(&id).copied().unwrap_or_else(|| built_in(id)),
                ))
            });
            let font = style.number::<usize>("fontId").and_then(|id| fonts.get(id));
            let paper = style.number::<usize>("fillId").and_then(|id| papers.get(id));
            Rc::new(Style {
                format: Rc::clone(format),
                font: font.cloned().unwrap_or_default(),
                paper: paper.cloned().flatten(),
            })
        });
        Self {
            of_cells: of_cells.collect(),
            ..Self::default()
        }
    }

    pub fn of(&self, cell: &Element) -> &Rc<Style> {
        let style = cell.number::<usize>("s").unwrap_or(0);
        self.of_cells.get(style).unwrap_or(&self.plain)
    }
}

/// A colour's name, the same for the same colour; none for the usual one.
fn colour(element: &Element) -> Option<String> {
    if let Some(rgb) = element.attribute("rgb") {
        let start = rgb.len().saturating_sub(6);
        return rgb.get(start..).map(str::to_ascii_uppercase);
    }
    let tint = element.number::<f32>("tint").unwrap_or(0.0);
    if let Some(theme) = element.attribute("theme") {
        // The theme's first colour is the sheet's own, white; a little darker it is still not to be read.
        let white = theme == "0" && tint > -0.05;
        return Some(if white {
            WHITE.into()
        } else {
            format!("theme {theme} {tint:.2}")
        });
    }
    match element.attribute("indexed")? {
        "1" | "9" => Some(WHITE.into()),
        "64" | "65" => None,
        index => Some(format!("index {index}")),
    }
}

/// The colour that a fill puts behind the text.
fn paper(fill: &Element) -> Option<String> {
    let Some(pattern) = fill.child("patternFill") else {
        return Some("a gradient".into());
    };
    match pattern.attribute("patternType") {
        None | Some("none") => None,
        Some("solid") => Some(
            pattern
                .child("fgColor")
                .and_then(colour)
                .unwrap_or_else(|| "000000".into()),
        ),
        Some(_) => Some("a pattern".into()),
    }
}
