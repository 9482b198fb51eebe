//! What a Word style means for reading: a heading's level, a list, hidden or white text.

use std::collections::HashMap;

use crate::corpus::formats::xml::Element;

/// Styles based on styles based on styles: a longer chain is a loop.
const CHAIN_MAX: usize = 20;
/// In half-points; smaller type cannot be read.
const SIZE_MIN: f32 = 4.0;

/// Run properties as far as they decide what is text; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub vanish: Option<bool>,
    pub struck: Option<bool>,
    pub white: Option<bool>,
    pub tiny: Option<bool>,
    pub raised: Option<bool>,
    /// Whether something other than white is behind the text.
    pub shaded: Option<bool>,
}

impl Look {
    pub fn read(properties: &Element) -> Self {
        let colour = properties.value("color");
        let size = properties.value("sz").and_then(|size| size.parse::<f32>().ok());
        let either = |one: &str, other: &str| properties.is_on(one).or_else(|| properties.is_on(other));
        Self {
            vanish: properties.is_on("vanish"),
            struck: either("strike", "dstrike"),
            white: colour.map(is_white),
            tiny: size.map(|size| size < SIZE_MIN),
            raised: properties.value("vertAlign").map(|align| align == "superscript"),
            shaded: shading(properties).or_else(|| {
                properties
                    .value("highlight")
                    .map(|colour| colour != "none" && colour != "white")
            }),
        }
    }

    /// This look where it says something, else `below`.
    pub fn over(self, below: &Self) -> Self {
        Self {
            vanish: self.vanish.or(below.vanish),
            struck: self.struck.or(below.struck),
            white: self.white.or(below.white),
            tiny: self.tiny.or(below.tiny),
            raised: self.raised.or(below.raised),
            shaded: self.shaded.or(below.shaded),
        }
    }

    pub fn is_hidden(&self) -> bool {
        let on = |property: Option<bool>| property == Some(true);
        on(self.vanish) || on(self.tiny) || (on(self.white) && !on(self.shaded))
    }
}

/// Whether a `w:shd` child fills with something other than white.
pub(super) fn shading(properties: &Element) -> Option<bool> {
    let fill = properties.child("shd")?.attribute("fill")?;
    Some(fill != "auto" && !is_white(fill))
}

fn is_white(colour: &str) -> bool {
    let colour = colour.trim_start_matches('#');
    colour.len() == 6 && colour.bytes().step_by(2).all(|b| b.eq_ignore_ascii_case(&b'f'))
}

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    name: String,
    outline: Option<u8>,
    numbering: Option<(Option<String>, Option<usize>)>,
    look: Look,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    default_look: Look,
}

impl Styles {
    pub fn read(part: &Element) -> Self {
        let run_defaults = part
            .child("docDefaults")
            .and_then(|defaults| defaults.child("rPrDefault"));
        let default_look = run_defaults
            .and_then(|defaults| defaults.child("rPr"))
            .map(Look::read)
            .unwrap_or_default();
        let styles = part
            .named("style")
            .filter_map(|style| Some((style.attribute("styleId")?.to_owned(), read(style))));
        Self {
            styles: styles.collect(),
            default_look,
        }
    }

    /// The heading level of a paragraph style: by its outline level, else by its name.
    pub fn heading_level(&self, id: &str) -> Option<u8> {
        self.chain(id).find_map(|style| {
            let by_name = match style.name.strip_prefix("heading ") {
                Some(level) => level.trim().parse::<u8>().ok(),
                None => (style.name == "title").then_some(1),
            };
            style.outline.or(by_name)
        })
    }

    /// The list a paragraph style puts its paragraphs in: the list's id and level, each where it is said.
    pub fn numbering(&self, id: &str) -> (Option<String>, Option<usize>) {
        let mut found = (None, None);
        for (list, level) in self.chain(id).filter_map(|style| style.numbering.clone()) {
            found = (found.0.or(list), found.1.or(level));
        }
        found
    }

    /// How text in the styles looks, the first named over the second.
    pub fn look(&self, character: Option<&str>, paragraph: Option<&str>) -> Look {
        [character, paragraph]
            .into_iter()
            .flatten()
            .flat_map(|id| self.chain(id))
            .fold(Look::default(), |look, style| look.over(&style.look))
            .over(&self.default_look)
    }

    fn chain<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Style> {
        let first = self.styles.get(id);
        std::iter::successors(first, |style| self.styles.get(style.based_on.as_ref()?)).take(CHAIN_MAX)
    }
}

fn read(style: &Element) -> Style {
    let paragraph = style.child("pPr");
    let outline = paragraph
        .and_then(|properties| properties.value("outlineLvl")?.parse::<u8>().ok())
        .filter(|level| *level < 9)
        .map(|level| level + 1);
    let numbering = paragraph
        .and_then(|properties| properties.child("numPr"))
        .map(list_and_level);
    Style {
        based_on: style.value("basedOn").map(str::to_owned),
        name: style.value("name").unwrap_or_default().to_lowercase(),
        outline,
        numbering,
        look: style.child("rPr").map(Look::read).unwrap_or_default(),
    }
}

/// The list and level a `w:numPr` names.
pub(super) fn list_and_level(numbering: &Element) -> (Option<String>, Option<usize>) {
    let level = numbering.value("ilvl").and_then(|level| level.parse().ok());
    (numbering.value("numId").map(str::to_owned), level)
}
