//! What a slide is drawn on: its layout and master, their placeholders, pictures and colours.

use super::colours::Colours;
use super::place::Frame;
use crate::corpus::formats::xml::Element;

#[derive(Debug, Default)]
pub struct Backdrop {
    layout: Element,
    master: Element,
    pub colours: Colours,
    /// Places where the layout or the master paints something behind the slide's shapes.
    pub painted: Vec<Frame>,
}

/// What is behind a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Behind {
    Colour(String),
    /// A picture, a gradient or a colour that cannot be told.
    Something,
    /// Nothing of its own: what is behind it shows through.
    Nothing,
}

impl Backdrop {
    pub fn new(layout: Element, master: Element, theme: &Element) -> Self {
        let mut painted = Vec::new();
        for shape in [&master, &layout].into_iter().flat_map(shapes) {
            let paints = shape.name == "pic" || has_fill(shape);
            if paints && placeholder(shape).is_none() {
                painted.extend(frame(shape));
            }
        }
        Self {
            colours: Colours::read(theme, &master),
            layout,
            master,
            painted,
        }
    }

    /// The placeholders that the slide's own takes after, the nearest first.
    pub fn models(&self, placeholder: &Element) -> Vec<&Element> {
        let models = [&self.layout, &self.master].into_iter().filter_map(|part| {
            shapes(part)
                .find(|shape| self::placeholder(shape).is_some_and(|model| is_model(model, placeholder)))
        });
        models.collect()
    }

    /// What is behind everything on the slide.
    pub fn background(&self, slide: &Element) -> Behind {
        let said = [slide, &self.layout, &self.master]
            .into_iter()
            .find_map(|part| part.at(&["cSld", "bg"]));
        let Some(background) = said else {
            return Behind::Something;
        };
        let fill = match (background.child("bgPr"), background.child("bgRef")) {
            (Some(own), _) => own.child("solidFill"),
            (None, reference) => reference,
        };
        fill.and_then(|fill| self.colours.of(fill))
            .map_or(Behind::Something, Behind::Colour)
    }

    /// What a shape puts behind its own text.
    pub fn fill(&self, shape: &Element) -> Behind {
        let Some(properties) = shape.child("spPr") else {
            return Behind::Nothing;
        };
        if let Some(fill) = properties.child("solidFill") {
            return self.colours.of(fill).map_or(Behind::Something, Behind::Colour);
        }
        if properties.child("noFill").is_none() && has_fill(shape) {
            return Behind::Something;
        }
        Behind::Nothing
    }
}

/// The shapes of a layout or master, those of groups too.
fn shapes(part: &Element) -> impl Iterator<Item = &Element> {
    let mut open: Vec<&Element> = part.at(&["cSld", "spTree"]).into_iter().collect();
    std::iter::from_fn(move || {
        let next = open.pop()?;
        if matches!(next.name.as_str(), "spTree" | "grpSp") {
            open.extend(next.elements());
        }
        Some(next)
    })
    .filter(|shape| matches!(shape.name.as_str(), "sp" | "pic"))
}

/// The `ph` of a shape that fills a place of its layout.
pub fn placeholder(shape: &Element) -> Option<&Element> {
    let properties = shape.elements().find(|element| element.name.starts_with("nv"))?;
    properties.at(&["nvPr", "ph"])
}

/// The kind of a placeholder; those of which nothing is said hold any content.
pub fn kind(placeholder: &Element) -> &str {
    placeholder.attribute("type").unwrap_or("obj")
}

fn is_model(model: &Element, placeholder: &Element) -> bool {
    let index = |element: &Element| element.attribute("idx").map(str::to_owned);
    let family = |element: &Element| match kind(element) {
        "ctrTitle" => "title".to_owned(),
        "subTitle" | "obj" => "body".to_owned(),
        other => other.to_owned(),
    };
    match (index(placeholder), index(model)) {
        (Some(own), Some(other)) if own == other => true,
        (Some(_), Some(_)) => false,
        _ => family(model) == family(placeholder),
    }
}

/// The frame of a shape, picture or table by itself.
pub fn frame(shape: &Element) -> Option<Frame> {
    let transform = shape.at(&["spPr", "xfrm"]).or_else(|| shape.child("xfrm"))?;
    Frame::read(transform)
}

/// Whether the shape paints its own ground, by itself or by its style.
pub fn has_fill(shape: &Element) -> bool {
    let properties = shape.child("spPr");
    let own = |name: &str| properties.is_some_and(|properties| properties.child(name).is_some());
    let styled = shape
        .at(&["style", "fillRef"])
        .is_some_and(|fill| fill.attribute("idx") != Some("0"));
    ["solidFill", "gradFill", "blipFill", "pattFill"]
        .into_iter()
        .any(own)
        || (styled && !own("noFill"))
}
