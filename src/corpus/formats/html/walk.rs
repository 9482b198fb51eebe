//! From the element tree to blocks, leaving out what a browser would not show.

use super::dom::{Data, Dom, NodeId};
use super::grid;
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::counting::Counting;
use crate::corpus::formats::html_hidden::{self, HidingRules};
use crate::corpus::formats::{lines, tables};

pub(super) struct Walk<'a> {
    dom: &'a Dom,
    rules: &'a HidingRules,
    reader: Reader,
    line: String,
    /// For each open list, what numbers its items.
    lists: Vec<Option<Counter>>,
    /// For each open item, its label until its first words took it.
    items: Vec<Option<String>>,
}

struct Counter {
    next: u32,
    counting: Counting,
}

/// What an element inherits from those around it.
#[derive(Clone, Copy)]
struct Around {
    /// Inside the main element or an article, where a header or footer belongs to the text.
    content: bool,
    /// On something other than white.
    on_colour: bool,
    preformatted: bool,
}

impl<'a> Walk<'a> {
    pub fn new(dom: &'a Dom, rules: &'a HidingRules) -> Self {
        Self {
            dom,
            rules,
            reader: Reader::default(),
            line: String::new(),
            lists: Vec::new(),
            items: Vec::new(),
        }
    }

    pub fn read(mut self, start: NodeId, content: bool) -> Reader {
        self.visit(
            start,
            Around {
                content,
                on_colour: false,
                preformatted: false,
            },
        );
        self.flush(BlockKind::Paragraph);
        self.reader
    }

    fn visit(&mut self, node: NodeId, around: Around) {
        match self.dom.data(node) {
            Data::Text(text) if around.preformatted => self.line.push_str(text),
            Data::Text(text) => self
                .line
                .extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c })),
            Data::Comment(text) => {
                self.reader
                    .warn_left_out(WarningKind::HiddenText, "in a comment of the page", text);
            }
            Data::Element { .. } => self.element(node, around),
            Data::Root => self.inside(node, around),
            Data::Other => {}
        }
    }

    fn inside(&mut self, node: NodeId, around: Around) {
        for child in self.dom.children(node) {
            self.visit(*child, around);
        }
    }

    fn element(&mut self, node: NodeId, around: Around) {
        let tag = self.dom.tag(node);
        if is_not_content(
            tag,
            self.dom.attribute(node, "role").unwrap_or_default(),
            around.content,
        ) {
            return;
        }
        if self.leaves_out(node, around.on_colour) {
            return;
        }
        let style = self.dom.attribute(node, "style").unwrap_or_default();
        let painted = html_hidden::paints(style) || self.dom.attribute(node, "bgcolor").is_some();
        let around = Around {
            content: around.content || matches!(tag, "main" | "article"),
            on_colour: around.on_colour || painted,
            preformatted: around.preformatted || tag == "pre",
        };
        match tag {
            "br" => self.line.push('\n'),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush(BlockKind::Paragraph);
                self.inside(node, around);
                self.flush(BlockKind::Heading(tag.as_bytes()[1] - b'0'));
            }
            "ul" | "ol" | "menu" => self.list(node, around),
            "li" | "dd" => self.item(node, around),
            "table" if !grid::is_layout(self.dom, node) => self.table(node, around),
            _ if is_block(tag) => {
                self.flush(BlockKind::Paragraph);
                self.inside(node, around);
                self.flush(BlockKind::Paragraph);
            }
            _ => self.inside(node, around),
        }
    }

    /// Whether the element is hidden or struck; its text then becomes a warning.
    fn leaves_out(&mut self, node: NodeId, on_colour: bool) -> bool {
        let attribute = |name| self.dom.attribute(node, name).unwrap_or_default();
        let tag = self.dom.tag(node);
        let hidden = self.dom.attribute(node, "hidden").is_some()
            || attribute("aria-hidden").eq_ignore_ascii_case("true")
            || html_hidden::hides(attribute("style"), on_colour)
            || self.rules.hide(tag, attribute("id"), attribute("class"))
            || (tag == "font" && html_hidden::hides(&format!("color:{}", attribute("color")), on_colour));
        if hidden {
            self.reader.warn_left_out(
                WarningKind::HiddenText,
                "not shown on the page",
                &self.dom.raw_text(node),
            );
        } else if matches!(tag, "del" | "s" | "strike") {
            self.reader.warn_left_out(
                WarningKind::StruckText,
                "struck through",
                &self.dom.raw_text(node),
            );
        } else {
            return false;
        }
        true
    }

    fn list(&mut self, node: NodeId, around: Around) {
        self.flush(BlockKind::Paragraph);
        let counter = (self.dom.tag(node) == "ol").then(|| Counter {
            next: self
                .dom
                .attribute(node, "start")
                .and_then(|start| start.trim().parse().ok())
                .unwrap_or(1),
            counting: Counting::of_html(self.dom.attribute(node, "type").unwrap_or_default()),
        });
        self.lists.push(counter);
        self.inside(node, around);
        self.flush(BlockKind::Paragraph);
        self.lists.pop();
    }

    fn item(&mut self, node: NodeId, around: Around) {
        self.flush(BlockKind::Paragraph);
        let label = match self.lists.last_mut() {
            Some(Some(counter)) if self.dom.tag(node) == "li" => {
                let value = self
                    .dom
                    .attribute(node, "value")
                    .and_then(|value| value.trim().parse().ok());
                let number = value.unwrap_or(counter.next);
                counter.next = number.saturating_add(1);
                Some(format!("{}.", counter.counting.write(number)))
            }
            _ => None,
        };
        self.items.push(Some(label.unwrap_or_default()));
        self.inside(node, around);
        self.flush(BlockKind::Paragraph);
        self.items.pop();
    }

    fn table(&mut self, node: NodeId, around: Around) {
        self.flush(BlockKind::Paragraph);
        let dom = self.dom;
        let table = grid::read(dom, node, |cell| {
            let mut text = String::new();
            self.cell_text(cell, around, &mut text);
            text
        });
        for caption in dom
            .children(node)
            .iter()
            .filter(|child| dom.tag(**child) == "caption")
        {
            self.visit(*caption, around);
            self.flush(BlockKind::Paragraph);
        }
        tables::push(&table, &mut self.reader);
    }

    fn cell_text(&mut self, node: NodeId, around: Around, text: &mut String) {
        match self.dom.data(node) {
            Data::Text(said) => text.push_str(said),
            Data::Element { .. } => {
                let tag = self.dom.tag(node);
                let style = self.dom.attribute(node, "style").unwrap_or_default();
                let painted = html_hidden::paints(style) || self.dom.attribute(node, "bgcolor").is_some();
                let around = Around {
                    on_colour: around.on_colour || painted,
                    ..around
                };
                if is_not_content(tag, "", true) || self.leaves_out(node, around.on_colour) {
                    return;
                }
                let apart = is_block(tag) || matches!(tag, "br" | "li" | "td" | "th");
                if apart {
                    text.push(' ');
                }
                for child in self.dom.children(node) {
                    self.cell_text(*child, around, text);
                }
                if apart {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }

    /// End the open block. Inside a list the first words of an item are the item, later ones paragraphs.
    fn flush(&mut self, kind: BlockKind) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        match self.items.last_mut().and_then(Option::take) {
            Some(label) if kind == BlockKind::Paragraph => self.reader.push_item(Some(&label), &line),
            _ if kind == BlockKind::Paragraph && line.trim().contains('\n') => {
                lines::push(&line, &mut self.reader)
            }
            _ => self.reader.push(kind, &line),
        }
    }
}

fn is_not_content(tag: &str, role: &str, in_content: bool) -> bool {
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

fn is_block(tag: &str) -> bool {
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
