//! The shapes of one slide, in the order in which they are read: titles, texts, tables, diagrams.

use super::backdrop::{self, Backdrop, Behind};
use super::place::{Frame, Space};
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::diagrams::{Diagrams, text_bodies};
use crate::corpus::formats::drawing::Said;
use crate::corpus::formats::tables::{self, Cell, Table};
use crate::corpus::formats::xml::Element;

const COLUMNS_MAX: usize = 60;
/// Text for a warning is gathered up to this much.
const HIDDEN_BYTES_MAX: usize = 1_000;

/// What a slide shows and cannot be read here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unread {
    Pictures,
    Charts,
    Diagrams,
    Objects,
}

impl Unread {
    pub const ALL: [Self; 4] = [Self::Pictures, Self::Charts, Self::Diagrams, Self::Objects];

    pub fn spoken(self) -> &'static str {
        match self {
            Self::Pictures => "These slides hold pictures but no text",
            Self::Charts => "Charts on these slides are not read",
            Self::Diagrams => "Diagrams on these slides are not read",
            Self::Objects => "Objects of other programs on these slides are not read",
        }
    }
}

/// One thing that a slide shows.
enum Shown {
    Title(Said),
    Text { said: Said, listed: bool },
    Table(Table, Vec<Said>),
}

/// A slide as it is seen.
pub struct Slide {
    shown: Vec<Shown>,
    /// What is not seen, and why.
    hidden: Vec<(&'static str, String)>,
    has_text: bool,
    pub unread: Vec<Unread>,
}

/// A slide while its shapes go by.
struct Walk<'w> {
    backdrop: &'w Backdrop,
    size: (f64, f64),
    diagrams: &'w Diagrams,
    background: Behind,
    /// Where something is painted that later shapes can stand on.
    painted: Vec<Frame>,
    pictures: bool,
    slide: Slide,
}

impl Slide {
    pub fn read(slide: &Element, backdrop: &Backdrop, size: (f64, f64), diagrams: &Diagrams) -> Self {
        let mut walk = Walk {
            backdrop,
            size,
            diagrams,
            background: backdrop.background(slide),
            painted: backdrop.painted.clone(),
            pictures: false,
            slide: Self {
                shown: Vec::new(),
                hidden: Vec::new(),
                has_text: false,
                unread: Vec::new(),
            },
        };
        if let Some(tree) = slide.at(&["cSld", "spTree"]) {
            walk.shapes(tree, Space::SLIDE);
        }
        let mut slide = walk.slide;
        if !slide.has_text && walk.pictures {
            slide.unread.push(Unread::Pictures);
        }
        slide
    }

    /// Add the slide's blocks, its title first. A slide without a title is called by its number, so that its text
    /// does not seem to stand under the title before.
    pub fn push(&self, place: &str, number: u32, reader: &mut Reader) {
        let title: Vec<String> = self
            .shown
            .iter()
            .filter_map(|shown| match shown {
                Shown::Title(said) => Some(said.line()),
                _ => None,
            })
            .collect();
        let title = title.join(" ");
        if title.chars().any(char::is_alphanumeric) {
            reader.push(BlockKind::Heading(1), &title);
        } else if self.has_text {
            reader.push(BlockKind::Heading(1), &format!("Slide {number}"));
        }
        for shown in &self.shown {
            match shown {
                Shown::Title(said) => said.warn_left_out(place, reader),
                Shown::Text { said, listed } => {
                    said.push(*listed, reader);
                    said.warn_left_out(place, reader);
                }
                Shown::Table(table, cells) => {
                    tables::push(table, reader);
                    for cell in cells {
                        cell.warn_left_out(place, reader);
                    }
                }
            }
        }
        for (how, text) in &self.hidden {
            reader.warn_left_out(WarningKind::HiddenText, &format!("{how} {place}"), text);
        }
    }
}

impl Walk<'_> {
    fn shapes(&mut self, parent: &Element, space: Space) {
        for shape in parent.elements() {
            let hidden = properties(shape).is_some_and(|properties| properties.flag("hidden"));
            if hidden {
                self.slide.hidden.push(("in a hidden shape of", all_text(shape)));
                continue;
            }
            match shape.name.as_str() {
                "sp" => self.text(shape, space),
                "grpSp" => self.shapes(shape, space.inside(shape)),
                "graphicFrame" => self.graphic(shape, space),
                "pic" => {
                    self.pictures = true;
                    self.painted
                        .extend(backdrop::frame(shape).map(|frame| space.on_slide(frame)));
                }
                "AlternateContent" | "Choice" => self.shapes(shape, space),
                _ => {}
            }
        }
    }

    fn text(&mut self, shape: &Element, space: Space) {
        let placeholder = backdrop::placeholder(shape);
        let kind = placeholder.map(backdrop::kind);
        // What stands around every slide is not what this one says.
        if matches!(kind, Some("dt" | "ftr" | "hdr" | "sldNum")) {
            return;
        }
        let models = placeholder
            .map(|own| self.backdrop.models(own))
            .unwrap_or_default();
        let frame = backdrop::frame(shape)
            .map(|frame| space.on_slide(frame))
            .or_else(|| models.iter().find_map(|model| backdrop::frame(model)));
        let fill = self.backdrop.fill(shape);
        let behind = self.behind(fill.clone(), frame);
        if fill != Behind::Nothing {
            self.painted.extend(frame);
        }
        let Some(body) = shape.child("txBody") else {
            return;
        };
        if frame.is_some_and(|frame| frame.is_off(self.size)) {
            self.slide.hidden.push(("beside, not on,", all_text(shape)));
            return;
        }
        let bodies = std::iter::once(body).chain(models.iter().filter_map(|model| model.child("txBody")));
        let styles: Vec<&Element> = bodies.filter_map(|body| body.child("lstStyle")).collect();
        let colours = &self.backdrop.colours;
        let said = Said::read(body, &styles, |look| {
            let ink = look.child("solidFill").and_then(|fill| colours.of(fill));
            ink.is_some_and(|ink| behind == Behind::Colour(ink))
        });
        let title = matches!(kind, Some("title" | "ctrTitle"));
        let listed = matches!(kind, Some("body" | "obj")) && said.paragraphs() > 1;
        self.slide.has_text |= !said.is_empty();
        self.slide.shown.push(if title {
            Shown::Title(said)
        } else {
            Shown::Text { said, listed }
        });
    }

    /// What is behind a text: the shape's own fill, else what shows through.
    fn behind(&self, fill: Behind, frame: Option<Frame>) -> Behind {
        if fill != Behind::Nothing {
            return fill;
        }
        let on_something = match frame {
            Some(frame) => self.painted.iter().any(|painted| painted.overlaps(&frame)),
            None => !self.painted.is_empty(),
        };
        if on_something {
            Behind::Something
        } else {
            self.background.clone()
        }
    }

    fn graphic(&mut self, shape: &Element, space: Space) {
        let Some(data) = shape.at(&["graphic", "graphicData"]) else {
            return;
        };
        let frame = backdrop::frame(shape).map(|frame| space.on_slide(frame));
        if frame.is_some_and(|frame| frame.is_off(self.size)) {
            self.slide.hidden.push(("beside, not on,", all_text(shape)));
            return;
        }
        self.painted.extend(frame);
        if let Some(table) = data.child("tbl") {
            let (table, cells) = self.table(table);
            self.slide.has_text |= cells.iter().any(|cell| !cell.is_empty());
            self.slide.shown.push(Shown::Table(table, cells));
        } else if let Some(ids) = data.child("relIds") {
            match self.diagrams.said(ids) {
                Some(said) => self.diagram(said),
                None => self.slide.unread.push(Unread::Diagrams),
            }
        } else if data.elements().any(|element| element.name.contains("hart")) {
            self.slide.unread.push(Unread::Charts);
        } else {
            self.slide.unread.push(Unread::Objects);
        }
    }

    fn diagram(&mut self, shapes: Vec<Said>) {
        for said in shapes {
            self.slide.has_text |= !said.is_empty();
            self.slide.shown.push(Shown::Text { said, listed: true });
        }
    }

    fn table(&self, table: &Element) -> (Table, Vec<Said>) {
        let has_headings = table
            .child("tblPr")
            .is_some_and(|properties| properties.flag("firstRow"));
        let mut read = Table {
            rows: Vec::new(),
            heading_rows: usize::from(has_headings),
        };
        let mut cells = Vec::new();
        for row in table.named("tr") {
            let mut texts: Vec<Cell> = Vec::new();
            for cell in row.named("tc").take(COLUMNS_MAX) {
                let above = read
                    .rows
                    .last()
                    .and_then(|above: &Vec<Cell>| above.get(texts.len()));
                let text = if cell.flag("hMerge") {
                    texts.last().map(Cell::next_column).unwrap_or_default()
                } else if cell.flag("vMerge") {
                    above.cloned().unwrap_or_default()
                } else {
                    let said = self.cell(cell);
                    let line = said.line();
                    cells.push(said);
                    Cell::new(line)
                };
                texts.push(text);
            }
            read.rows.push(texts);
        }
        (read, cells)
    }

    fn cell(&self, cell: &Element) -> Said {
        let colours = &self.backdrop.colours;
        let fill = cell.at(&["tcPr", "solidFill"]).and_then(|fill| colours.of(fill));
        let body = cell.child("txBody");
        body.map(|body| {
            Said::read(body, &[], |look| {
                let ink = look.child("solidFill").and_then(|ink| colours.of(ink));
                ink.is_some() && ink == fill
            })
        })
        .unwrap_or_default()
    }
}

/// The `cNvPr` of a shape.
fn properties(shape: &Element) -> Option<&Element> {
    let properties = shape.elements().find(|element| element.name.starts_with("nv"))?;
    properties.child("cNvPr")
}

/// The shapes that fill a place of this kind.
pub fn of_kind<'e>(part: &'e Element, wanted: &str) -> Vec<&'e Element> {
    let tree = part.at(&["cSld", "spTree"]);
    let shapes = tree.into_iter().flat_map(Element::elements).filter(|shape| {
        backdrop::placeholder(shape).is_some_and(|placeholder| backdrop::kind(placeholder) == wanted)
    });
    shapes.collect()
}

/// All that is said below, up to what a warning can hold.
pub fn all_text(element: &Element) -> String {
    let mut text = String::new();
    for body in text_bodies(element) {
        if text.len() > HIDDEN_BYTES_MAX {
            break;
        }
        text.push_str(&Said::read(body, &[], |_| false).line());
        text.push(' ');
    }
    text
}
