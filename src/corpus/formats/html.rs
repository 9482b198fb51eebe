//! A web page: its main content, as a reader sees it. Menus, scripts, forms and hidden elements are not text.

mod dom;
mod grid;
mod walk;

use self::dom::{Dom, NodeId};
use self::walk::Walk;
use super::html_hidden::HidingRules;
use crate::corpus::blocks::Parsed;
use crate::corpus::extract::ExtractionError;

/// A main element with less text than this is a shell that scripts would have filled.
const MAIN_CHARS_MIN: usize = 80;

pub(super) fn read(html: &str) -> Result<Parsed, ExtractionError> {
    let dom = Dom::parse(html).map_err(|_| {
        ExtractionError::Malformed("its elements are nested or repeated beyond any document".into())
    })?;
    let mut rules = HidingRules::default();
    let mut title = None;
    for node in dom.descendants(Dom::ROOT) {
        match dom.tag(node) {
            "style" => rules.add(&dom.raw_text(node)),
            "title" if title.is_none() => title = Some(dom.raw_text(node)),
            _ => {}
        }
    }
    let start = main_content(&dom);
    let reader = Walk::new(&dom, &rules).read(start, start != Dom::ROOT);
    Ok(reader.finish("text/html", title, None))
}

/// The one element that holds the content, if the page says so; else the whole page.
fn main_content(dom: &Dom) -> NodeId {
    let only = |wanted: &dyn Fn(NodeId) -> bool| {
        let mut found = dom.descendants(Dom::ROOT).filter(|node| wanted(*node));
        let first = found.next().filter(|_| found.next().is_none())?;
        (dom.raw_text(first).trim().len() >= MAIN_CHARS_MIN).then_some(first)
    };
    only(&|node| dom.tag(node) == "main" || dom.attribute(node, "role") == Some("main"))
        .or_else(|| only(&|node| dom.tag(node) == "article"))
        .unwrap_or(Dom::ROOT)
}

#[cfg(test)]
mod tests;
