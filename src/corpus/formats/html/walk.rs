//! From the element tree to blocks, leaving out what a browser would not show.

use super::dom::{Data, Dom, NodeId};
use super::elements::{is_block, is_icon, is_never_shown, is_not_content, is_switched_off, presentation};
use super::grid;
use super::sheet::Sheet;
use crate::corpus::asides;
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::counting::Counting;
use crate::corpus::formats::html_hidden::{self, Paint, Style};
use crate::corpus::formats::{lines, tables};

pub(super) struct Walk<'a> {
    dom: &'a Dom,
    sheet: &'a Sheet,
    reader: Reader,
    line: String,
    /// Text in the colour of what is behind it, since the last block.
    merged: String,
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
    paint: Paint,
    preformatted: bool,
}

impl<'a> Walk<'a> {
    pub fn new(dom: &'a Dom, sheet: &'a Sheet) -> Self {
        Self {
            dom,
            sheet,
            reader: Reader::default(),
            line: String::new(),
            merged: String::new(),
            lists: Vec::new(),
            items: Vec::new(),
        }
    }

    pub fn read(mut self, start: NodeId, content: bool) -> Reader {
        let mut outside: Vec<NodeId> =
            std::iter::successors(self.dom.parent(start), |node| self.dom.parent(*node)).collect();
        outside.reverse();
        let paint = outside
            .into_iter()
            .fold(Paint::PLAIN, |paint, node| paint.under(&self.style(node)));
        self.visit(
            start,
            Around {
                content,
                paint,
                preformatted: false,
            },
        );
        self.flush(BlockKind::Paragraph);
        self.reader
    }

    fn visit(&mut self, node: NodeId, around: Around) {
        match self.dom.data(node) {
            Data::Text(text) if around.paint.merges() => self.merged.push_str(text),
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
        self.warn_asides(node);
        if is_not_content(
            tag,
            self.dom.attribute(node, "role").unwrap_or_default(),
            around.content,
        ) {
            return self.pass_over(node);
        }
        let style = self.style(node);
        if self.leaves_out(node, &style) {
            return;
        }
        let around = Around {
            content: around.content || matches!(tag, "main" | "article"),
            paint: around.paint.under(&style),
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

    /// What the element's attributes, the page's rules and its own style say, the later counting more.
    fn style(&self, node: NodeId) -> Style {
        let (of_sheet, hidden_elsewhere) = self.sheet.declarations(self.dom, node);
        let own = self.dom.attribute(node, "style").unwrap_or_default();
        let mut style = html_hidden::read(&format!("{};{of_sheet};{own}", presentation(self.dom, node)));
        style.hides |= hidden_elsewhere;
        style
    }

    /// Descriptions and tooltips are not text; one that says something is told.
    fn warn_asides(&mut self, node: NodeId) {
        for (name, value) in self.dom.attributes(node) {
            match name.as_str() {
                "alt" | "title" | "aria-label" | "aria-description" | "placeholder" | "summary" => {
                    self.reader
                        .warn_aside("in a description that the page does not show", value);
                }
                name if name.starts_with("data-") && asides::addresses_a_machine(value) => {
                    self.reader
                        .warn_left_out(WarningKind::HiddenText, "in the data of an element", value);
                }
                _ => {}
            }
        }
    }

    /// Tell what an element that is no content says, where a browser would not show it.
    fn pass_over(&mut self, node: NodeId) {
        let tag = self.dom.tag(node);
        if tag == "input"
            && self
                .dom
                .attribute(node, "type")
                .unwrap_or_default()
                .eq_ignore_ascii_case("hidden")
        {
            let value = self.dom.attribute(node, "value").unwrap_or_default();
            self.reader
                .warn_aside("in a field that the page does not show", value);
        }
        if is_never_shown(tag) {
            self.reader
                .warn_aside("in a part that the page does not show", &self.dom.raw_text(node));
        }
    }

    /// Whether the element is hidden or struck; its text then becomes a warning.
    fn leaves_out(&mut self, node: NodeId, style: &Style) -> bool {
        let tag = self.dom.tag(node);
        if is_icon(self.dom, node) {
            return true;
        }
        if is_switched_off(self.dom, node) || style.hides {
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
            if let Some(around) = self.around_cell(node, cell, around) {
                self.cell_text(cell, around, &mut text);
            }
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
        self.flush(BlockKind::Paragraph);
    }

    /// What a cell inherits from its row and what is around that; nothing if that is hidden, which is told.
    fn around_cell(&mut self, table: NodeId, cell: NodeId, around: Around) -> Option<Around> {
        let dom = self.dom;
        let mut outside: Vec<NodeId> = std::iter::successors(dom.parent(cell), |node| dom.parent(*node))
            .take_while(|node| *node != table)
            .collect();
        outside.reverse();
        let mut paint = around.paint;
        for node in outside {
            let style = self.style(node);
            if is_switched_off(dom, node) || style.hides {
                self.reader.warn_left_out(
                    WarningKind::HiddenText,
                    "not shown on the page",
                    &dom.raw_text(cell),
                );
                return None;
            }
            paint = paint.under(&style);
        }
        Some(Around { paint, ..around })
    }

    fn cell_text(&mut self, node: NodeId, around: Around, text: &mut String) {
        match self.dom.data(node) {
            Data::Text(said) if around.paint.merges() => self.merged.push_str(said),
            Data::Text(said) => text.push_str(said),
            Data::Comment(said) => {
                self.reader
                    .warn_left_out(WarningKind::HiddenText, "in a comment of the page", said);
            }
            Data::Element { .. } => {
                let tag = self.dom.tag(node);
                self.warn_asides(node);
                if is_not_content(tag, "", true) {
                    return self.pass_over(node);
                }
                let style = self.style(node);
                if self.leaves_out(node, &style) {
                    return;
                }
                let around = Around {
                    paint: around.paint.under(&style),
                    ..around
                };
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
        let merged = std::mem::take(&mut self.merged);
        self.reader.warn_left_out(
            WarningKind::HiddenText,
            "in the colour of what is behind it",
            &merged,
        );
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
