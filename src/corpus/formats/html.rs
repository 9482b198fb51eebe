//! A web page: its main content, as a reader sees it. Menus, scripts, forms and hidden elements are not text.

mod dom;
mod elements;
mod grid;
mod selectors;
mod sheet;
mod shown;
mod walk;

pub(super) use self::shown::show;

use self::dom::{Dom, NodeId};
use self::sheet::Sheet;
use self::walk::Walk;
use super::html_hidden;
use crate::corpus::asides;
use crate::corpus::blocks::Parsed;
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

/// A main element with less text than this is a shell that scripts would have filled.
const MAIN_CHARS_MIN: usize = 80;

pub(super) fn read(html: &str) -> Result<Parsed, ExtractionError> {
    let dom = Dom::parse(html).map_err(|_| {
        ExtractionError::Malformed("its elements are nested or repeated beyond any document".into())
    })?;
    let mut sheet = Sheet::default();
    let mut title = None;
    for node in dom.descendants(Dom::ROOT) {
        match dom.tag(node) {
            "style" => sheet.add(&dom.raw_text(node)),
            "title" if title.is_none() => title = Some(dom.raw_text(node)),
            _ => {}
        }
    }
    let start = main_content(&dom);
    let mut reader = Walk::new(&dom, &sheet).read(start, start != Dom::ROOT);
    for node in dom.descendants(Dom::ROOT).filter(|node| dom.tag(*node) == "meta") {
        // Pages describe themselves to search engines in whole sentences; an order to a machine is something else.
        let said = dom.attribute(node, "content").unwrap_or_default();
        if asides::addresses_a_machine(said) {
            reader.warn_left_out(
                WarningKind::HiddenText,
                "in the page's description of itself",
                said,
            );
        }
    }
    if let Some(rule) = sheet.unfollowed {
        let said = format!("a style of the page hides something by a rule that is not followed here: {rule}");
        reader.warn(WarningKind::HiddenText, said);
    }
    Ok(reader.finish("text/html", title, None))
}

/// Whether a tag with its attributes begins something that a browser does not show.
pub(super) fn tag_hides(tag: &str) -> bool {
    let Ok(dom) = Dom::parse(tag) else { return true };
    dom.descendants(Dom::ROOT).any(|node| {
        let style = html_hidden::read(dom.attribute(node, "style").unwrap_or_default());
        elements::is_switched_off(&dom, node)
            || style.hides
            || html_hidden::Paint::PLAIN
                .under(&html_hidden::read(&elements::presentation(&dom, node)))
                .under(&style)
                .merges()
    })
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
