//! What kind an element is of: content or not, shown or not, by its tag and attributes alone.

use super::dom::{Dom, NodeId};

/// Whether an attribute of its own takes the element away.
pub(super) fn is_switched_off(dom: &Dom, node: NodeId) -> bool {
    dom.attribute(node, "hidden").is_some()
        || dom
            .attribute(node, "aria-hidden")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// The attributes by which pages were painted before there were styles, as declarations.
pub(super) fn presentation(dom: &Dom, node: NodeId) -> String {
    let mut style = String::new();
    for (name, value) in dom.attributes(node) {
        let property = match name.as_str() {
            "bgcolor" => "background-color",
            "text" if dom.tag(node) == "body" => "color",
            "color" if dom.tag(node) == "font" => "color",
            "background" => {
                style.push_str("background-image:url();");
                continue;
            }
            _ => continue,
        };
        // A colour in digits alone is one here.
        let digits = value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        style.push_str(&format!("{property}:{}{value};", if digits { "#" } else { "" }));
    }
    style
}

/// A sign drawn by a font, hidden from screen readers because its name is not text: "directions_bus".
pub(super) fn is_icon(dom: &Dom, node: NodeId) -> bool {
    let hidden_from_readers = dom
        .attribute(node, "aria-hidden")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let class = dom.attribute(node, "class").unwrap_or_default().to_lowercase();
    let drawn = dom.tag(node) == "i" || class.contains("icon") || class.contains("symbol");
    hidden_from_readers && drawn && dom.raw_text(node).split_whitespace().count() <= 1
}

/// What is in the file and on no page that a browser shows, or only until scripts run.
pub(super) fn is_never_shown(tag: &str) -> bool {
    matches!(
        tag,
        "noscript"
            | "template"
            | "datalist"
            | "canvas"
            | "iframe"
            | "object"
            | "video"
            | "audio"
            | "noembed"
            | "noframes"
            | "dialog"
    )
}

/// Whether the element is around the content, or works instead of saying something.
pub(super) fn is_not_content(tag: &str, role: &str, in_content: bool) -> bool {
    let never = matches!(
        tag,
        "head"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "nav"
            | "button"
            | "select"
            | "option"
            | "datalist"
            | "input"
            | "textarea"
            | "svg"
            | "canvas"
            | "iframe"
            | "object"
            | "embed"
            | "video"
            | "audio"
            | "map"
            | "noembed"
            | "noframes"
            | "dialog"
    );
    let by_role = matches!(
        role,
        "navigation" | "search" | "menu" | "menubar" | "dialog" | "alertdialog" | "toolbar"
    );
    let around_the_page = !in_content
        && (matches!(tag, "header" | "footer" | "aside") || matches!(role, "banner" | "contentinfo"));
    never || by_role || around_the_page
}

/// Whether the element stands on lines of its own.
pub(super) fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "main"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}
