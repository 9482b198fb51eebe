//! Texts of cells: kept once for all sheets or in the cell itself, in one font or in several.

use std::rc::Rc;

use super::styles::{Font, Style};
use crate::corpus::formats::xml::{Element, Node};

/// A stretch of text, with its own font where it has one.
#[derive(Debug)]
struct Run {
    text: String,
    font: Option<Font>,
}

/// A text as it is kept.
#[derive(Debug, Default)]
pub(super) struct Kept(Vec<Run>);

/// A text as it is seen in a cell.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub shown: String,
    pub hidden: String,
    pub struck: String,
}

impl Kept {
    /// Read a `si` or `is`. How words are pronounced stands beside them and is not read.
    pub fn read(element: &Element) -> Self {
        let runs = element.elements().filter_map(|part| match part.name.as_str() {
            "t" => Some(Run {
                text: unescaped(&text_of(part)),
                font: None,
            }),
            "r" => Some(Run {
                text: unescaped(&part.named("t").map(text_of).collect::<String>()),
                font: part.child("rPr").map(Font::read),
            }),
            _ => None,
        });
        Self(runs.collect())
    }

    pub fn plain(text: String) -> Self {
        Self(vec![Run { text, font: None }])
    }

    /// The text in a cell of this style.
    pub fn seen(&self, style: &Style) -> Seen {
        let mut seen = Seen::default();
        for run in &self.0 {
            let font = run.font.as_ref().unwrap_or(&style.font);
            if style.hides(font) {
                seen.hidden.push_str(&run.text);
            } else if font.struck {
                seen.struck.push_str(&run.text);
            } else {
                seen.shown.push_str(&run.text);
            }
        }
        let formatted = style.format.text(&seen.shown);
        // A format such as `;;;` shows nothing of what is there.
        if formatted.trim().is_empty() && !seen.shown.trim().is_empty() {
            seen.hidden.push_str(&seen.shown);
        }
        seen.shown = if seen.shown.is_empty() {
            String::new()
        } else {
            formatted
        };
        seen
    }
}

fn text_of(element: &Element) -> String {
    let texts = element.children.iter().map(|node| match node {
        Node::Text(text) => text.as_str(),
        Node::Element(_) => "",
    });
    texts.collect()
}

/// `_x000D_` is how a carriage return is written where XML would lose it.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("_x");
    let mut said = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..5)
            .and_then(|code| code.strip_suffix('_'))
            .and_then(|code| u32::from_str_radix(code, 16).ok());
        match (code.and_then(char::from_u32), part.get(5..)) {
            (Some(sign), Some(rest)) => {
                said.push(sign);
                said.push_str(rest);
            }
            _ => {
                said.push_str("_x");
                said.push_str(part);
            }
        }
    }
    said
}

/// The texts that cells name by number.
pub(super) type Shared = Vec<Rc<Kept>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_and_other_underscores_left() {
        let cases = [
            ("a_x000D_b", "a\rb"),
            ("_x0041_BC", "ABC"),
            ("room_x", "room_x"),
            ("max_xyz_", "max_xyz_"),
            ("_x00é_", "_x00é_"),
            ("plain", "plain"),
        ];
        for (text, wanted) in cases {
            assert_eq!(unescaped(text), wanted);
        }
    }
}
