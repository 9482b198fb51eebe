//! What a run holds beside its letters: text boxes, diagrams, descriptions of pictures, instructions of fields.

use super::look::{Behind, fill_colour, plain_or_other};
use crate::corpus::colours::Rgb;
use crate::corpus::formats::html_hidden;
use crate::corpus::formats::xml::{Element, Node};

/// In English Metric Units, 914,400 to the inch: a box that ends this far above or left of its margin is off the page …
const BEFORE_PAGE: i64 = -1_200_000;
/// … and so is one that begins this far to the right or below.
const AFTER_PAGE: i64 = 22_000_000;
/// Two inches and a half: what is larger both ways may be a page of text. A logo or a photograph beside a paragraph is smaller.
const LARGE_MIN: i64 = 2_286_000;
/// Two points; a box this flat shows no letter.
const FLAT_MAX: i64 = 25_400;
/// The extensions that Word knows: what is written in others it shows in the older form beside it.
const KNOWN: [&str; 16] = [
    "wps", "wpg", "wpc", "wpi", "wp14", "w14", "w15", "w16", "w16se", "a14", "am3d", "aink", "cx", "cx1",
    "v", "o",
];

/// What was found in a run, or in several.
#[derive(Default)]
pub(super) struct Found<'e> {
    pub text: String,
    pub boxes: Vec<TextBox<'e>>,
    pub diagrams: Vec<Diagram<'e>>,
    /// What else it shows and nobody reads here.
    pub unread: Vec<Unread>,
    /// What fields are told to do; what they then show is text of its own.
    pub instructions: String,
    /// What pictures are described as.
    pub descriptions: Vec<&'e str>,
}

/// A text box, with what the shape around it makes of its text.
#[derive(Clone, Copy)]
pub(super) struct TextBox<'e> {
    pub content: &'e Element,
    pub behind: Behind,
    pub unseen: bool,
}

/// Where a diagram stands in the text.
#[derive(Clone, Copy)]
pub(super) struct Diagram<'e> {
    /// The element that names the diagram's parts.
    pub ids: &'e Element,
    pub unseen: bool,
}

/// What a document shows and cannot be read here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unread {
    Picture,
    Chart,
    Diagram,
    Object,
}

impl Unread {
    pub const ALL: [Self; 4] = [Self::Picture, Self::Chart, Self::Diagram, Self::Object];

    /// What so many of them are called.
    pub fn spoken(self, count: usize) -> String {
        let (one, several) = match self {
            Self::Picture => ("large picture", "large pictures"),
            Self::Chart => ("chart", "charts"),
            Self::Diagram => ("diagram", "diagrams"),
            Self::Object => ("object of another program", "objects of other programs"),
        };
        format!("{count} {}", if count == 1 { one } else { several })
    }
}

#[derive(Clone, Copy)]
struct Shape {
    behind: Behind,
    unseen: bool,
}

impl<'e> Found<'e> {
    /// Gather what a run says; `behind` is what its page or cell shows through a box without a fill.
    pub fn gather(&mut self, run: &'e Element, behind: Behind) {
        self.inside(
            run,
            Shape {
                behind,
                unseen: false,
            },
        );
    }

    fn inside(&mut self, parent: &'e Element, shape: Shape) {
        for element in parent.elements() {
            match element.name.as_str() {
                "t" => {
                    for node in &element.children {
                        if let Node::Text(text) = node {
                            self.text.push_str(text);
                        }
                    }
                }
                "tab" => self.text.push(' '),
                "br" | "cr" => self.text.push('\n'),
                "noBreakHyphen" => self.text.push('-'),
                "footnoteReference" | "endnoteReference" => {
                    if let Some(id) = element.attribute("id") {
                        self.text.push_str(&format!("[{id}]"));
                    }
                }
                "instrText" => self.instructions.push_str(&element.raw_text()),
                "txbxContent" => self.boxes.push(TextBox {
                    content: element,
                    behind: shape.behind,
                    unseen: shape.unseen,
                }),
                "relIds" => self.diagrams.push(Diagram {
                    ids: element,
                    unseen: shape.unseen,
                }),
                "chart" => self.unread.push(Unread::Chart),
                "OLEObject" => self.unread.push(Unread::Object),
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.inside(shown, shape);
                    }
                }
                "Fallback" | "rPr" | "delText" | "del" => {}
                _ => {
                    let about = ["descr", "title", "alt"]
                        .iter()
                        .filter_map(|name| element.attribute(name));
                    self.descriptions.extend(about);
                    let within = shape.within(element);
                    if is_large_picture(element) && !within.unseen {
                        self.unread.push(Unread::Picture);
                    }
                    self.inside(element, within);
                }
            }
        }
    }
}

impl Shape {
    /// What this element makes of the shape around what is in it.
    fn within(self, element: &Element) -> Self {
        match element.name.as_str() {
            "anchor" | "inline" => Self {
                unseen: self.unseen || is_placed_out_of_sight(element),
                ..self
            },
            "wsp" => Self {
                behind: element
                    .child("spPr")
                    .map_or(self.behind, |shape| fill(shape, self.behind)),
                ..self
            },
            "shape" | "rect" | "roundrect" | "oval" => {
                let style = element.attribute("style").unwrap_or_default();
                let filled = element
                    .attribute("filled")
                    .is_none_or(|filled| !matches!(filled, "f" | "false"));
                let behind = match element.attribute("fillcolor") {
                    _ if !filled => self.behind,
                    // Word adds the theme's name behind the colour.
                    Some(colour) => plain_or_other(colour.split_whitespace().next().unwrap_or_default()),
                    None => Behind::Plain(Rgb::WHITE),
                };
                Self {
                    behind,
                    unseen: self.unseen || html_hidden::read(style).hides,
                }
            }
            _ => self,
        }
    }
}

/// What a shape's own fill puts behind its text; where it is not written out, the shape's style may have one.
fn fill(shape: &Element, below: Behind) -> Behind {
    match fill_colour(shape) {
        Some(colour) => Behind::Plain(colour),
        None if shape.child("noFill").is_some() => below,
        None => Behind::Other,
    }
}

/// The width and the height of a drawing, as far as it says them.
fn sizes(drawing: &Element) -> [Option<i64>; 2] {
    let extent = drawing.child("extent");
    ["cx", "cy"].map(|name| number(extent?.attribute(name)?))
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

fn is_large_picture(drawing: &Element) -> bool {
    let is_large = |size: Option<i64>| size.is_some_and(|size| size >= LARGE_MIN);
    matches!(drawing.name.as_str(), "anchor" | "inline")
        && sizes(drawing).into_iter().all(is_large)
        && drawing.contains("pic")
}

fn is_placed_out_of_sight(drawing: &Element) -> bool {
    let offset = |name: &str| {
        let place = drawing.child(name)?.child("posOffset")?;
        number(&place.raw_text())
    };
    let off_page = |offset: Option<i64>, size: Option<i64>| {
        offset.is_some_and(|start| {
            start.saturating_add(size.unwrap_or(0)) <= BEFORE_PAGE || start >= AFTER_PAGE
        })
    };
    let hidden = drawing
        .child("docPr")
        .and_then(|properties| properties.attribute("hidden"))
        .is_some_and(|hidden| matches!(hidden, "1" | "true" | "on"));
    let [width, height] = sizes(drawing);
    hidden
        || [width, height].into_iter().flatten().any(|size| size <= FLAT_MAX)
        || off_page(offset("positionH"), width)
        || off_page(offset("positionV"), height)
}

/// The form of several that Word shows: the first whose extensions it knows, else the old one.
pub(super) fn alternative(element: &Element) -> Option<&Element> {
    let known = |choice: &&Element| {
        let needed = choice.attribute("Requires").unwrap_or_default();
        needed.split_whitespace().all(|prefix| KNOWN.contains(&prefix))
    };
    element
        .named("Choice")
        .find(known)
        .or_else(|| element.child("Fallback"))
}
