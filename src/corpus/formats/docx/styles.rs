//! What a Word style means for reading: a heading's level, a list, hidden or white text.

use std::collections::HashMap;

use super::look::{Behind, Look, shading};
use crate::corpus::formats::xml::Element;

/// Styles based on styles based on styles: a longer chain is a loop.
const CHAIN_MAX: usize = 20;
#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    name: String,
    outline: Option<u8>,
    numbering: Option<(Option<String>, Option<usize>)>,
    look: Look,
    /// What it puts behind its paragraphs.
    behind: Option<Behind>,
    /// Whether it puts something behind any part of its tables.
    shades_cells: bool,
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

    /// What a paragraph style puts behind its paragraphs.
    pub fn behind(&self, paragraph: &str) -> Option<Behind> {
        self.chain(paragraph).find_map(|style| style.behind)
    }

    /// Whether a table style colours any of its cells; which ones it are only Word can tell.
    pub fn shades_cells(&self, table: &str) -> bool {
        self.chain(table).any(|style| style.shades_cells)
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
        behind: paragraph.and_then(shading),
        shades_cells: style.attribute("type") == Some("table") && style.contains("shd"),
    }
}

/// The list and level a `w:numPr` names.
pub(super) fn list_and_level(numbering: &Element) -> (Option<String>, Option<usize>) {
    let level = numbering.value("ilvl").and_then(|level| level.parse().ok());
    (numbering.value("numId").map(str::to_owned), level)
}
