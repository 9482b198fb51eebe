//! A page to be looked at: its main content with the few elements that give text its shape, and nothing else of it.
//!
//! Styles are dropped, so what the page hides shows here; scripts, pictures, forms and addresses do not come along.

use super::dom::{Data, Dom, NodeId};
use super::elements::is_not_content;
use super::main_content;
use crate::corpus::rendition::{Mark, Rendition, Writer};

/// More columns or rows than this are a page's fault.
const SPAN_MAX: u32 = 60;

pub(in crate::corpus::formats) fn show(html: &str) -> Rendition {
    let Ok(dom) = Dom::parse(html) else {
        return Rendition::default();
    };
    let mut show = Show {
        dom: &dom,
        writer: Writer::default(),
        cells: 0,
    };
    let start = main_content(&dom);
    show.visit(start, start != Dom::ROOT, false);
    show.writer.finish()
}

struct Show<'d> {
    dom: &'d Dom,
    writer: Writer,
    /// How many cells the open row has.
    cells: usize,
}

impl Show<'_> {
    fn visit(&mut self, node: NodeId, in_content: bool, preformatted: bool) {
        match self.dom.data(node) {
            Data::Text(text) if preformatted => self.writer.say(text),
            Data::Text(text) => {
                let text: String = text
                    .chars()
                    .map(|c| if c.is_whitespace() { ' ' } else { c })
                    .collect();
                // White space alone still keeps two words apart.
                self.writer.say(if text.trim().is_empty() { " " } else { &text });
            }
            Data::Element { .. } => self.element(node, in_content, preformatted),
            Data::Root => self.inside(node, in_content, preformatted),
            Data::Comment(_) | Data::Other => {}
        }
    }

    fn inside(&mut self, node: NodeId, in_content: bool, preformatted: bool) {
        for child in self.dom.children(node) {
            self.visit(*child, in_content, preformatted);
        }
    }

    fn element(&mut self, node: NodeId, in_content: bool, preformatted: bool) {
        let tag = self.dom.tag(node);
        let role = self.dom.attribute(node, "role").unwrap_or_default();
        if is_not_content(tag, role, in_content) {
            return;
        }
        let in_content = in_content || matches!(tag, "main" | "article");
        match tag {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "li" | "dt" | "dd" | "blockquote" | "caption"
            | "figcaption" | "summary" | "pre" => {
                self.writer.begin(&format!("<{tag}>"));
                self.inside(node, in_content, preformatted || tag == "pre");
                self.writer.markup(&format!("</{tag}>"));
                // What follows is a line of its own, whether the page wraps it or not.
                self.writer.begin("");
            }
            "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" => {
                self.writer.open(&format!("<{tag}>"));
                self.inside(node, in_content, preformatted);
                self.writer.markup(&format!("</{tag}>"));
                self.writer.begin("");
            }
            "tr" => {
                self.cells = 0;
                self.writer.open("<tr>");
                self.inside(node, in_content, preformatted);
                self.writer.markup("</tr>");
            }
            "td" | "th" => self.cell(node, tag, in_content, preformatted),
            "br" => {
                self.writer.markup("<br>");
                self.writer.space();
            }
            "img" => {
                let said = self.dom.attribute(node, "alt").unwrap_or_default();
                self.writer.markup("<em class=\"left-out\">");
                self.writer.aside(&format!("[picture: {said}]"));
                self.writer.markup("</em>");
            }
            "del" | "s" | "strike" => self
                .writer
                .say_marked(Mark::Deleted, None, &self.dom.raw_text(node)),
            "b" | "strong" | "i" | "em" | "u" | "sup" | "sub" | "code" => {
                self.writer.markup(&format!("<{tag}>"));
                self.inside(node, in_content, preformatted);
                self.writer.markup(&format!("</{tag}>"));
            }
            "div" | "section" | "article" | "header" | "footer" | "address" | "figure" | "details"
            | "form" | "fieldset" | "center" | "main" | "body" | "html" => {
                self.writer.begin("<div>");
                self.inside(node, in_content, preformatted);
                self.writer.markup("</div>");
                self.writer.begin("");
            }
            _ => self.inside(node, in_content, preformatted),
        }
    }

    /// The first cell of a row begins its piece, so that a row is one.
    fn cell(&mut self, node: NodeId, tag: &str, in_content: bool, preformatted: bool) {
        let span = |name: &str| {
            let value = self
                .dom
                .attribute(node, name)
                .and_then(|value| value.trim().parse().ok());
            u32::clamp(value.unwrap_or(1), 1, SPAN_MAX)
        };
        let open = format!(
            "<{tag} colspan=\"{}\" rowspan=\"{}\">",
            span("colspan"),
            span("rowspan")
        );
        if self.cells == 0 {
            self.writer.begin(&open);
        } else {
            self.writer.markup(&open);
            self.writer.space();
        }
        let cells = self.cells + 1;
        self.inside(node, in_content, preformatted);
        self.cells = cells;
        self.writer.markup(&format!("</{tag}>"));
    }
}
