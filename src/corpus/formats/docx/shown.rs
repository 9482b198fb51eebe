//! A Word file to be looked at: its paragraphs and tables with every tracked change, comment and hidden run visible.

use std::collections::HashMap;

use super::drawing::alternative;
use super::numbering::Numbering;
use super::parts::{cells, rows};
use super::styles::Styles;
use super::word_file::WordFile;
use crate::corpus::extract::ExtractionError;
use crate::corpus::formats::diagrams::Diagrams;
use crate::corpus::formats::xml::Element;
use crate::corpus::rendition::{Mark, Rendition, Writer};

const COLUMNS_MAX: u32 = 60;
const HEADING_LEVEL_MAX: u8 = 6;

pub(in crate::corpus::formats) fn show(bytes: &[u8]) -> Result<Rendition, ExtractionError> {
    let mut file = WordFile::open(bytes)?;
    let (notes, comments) = (file.notes()?, file.beside("comments.xml")?);
    let mut show = Show {
        styles: &file.styles,
        numbering: file.numbering,
        diagrams: &file.diagrams,
        writer: Writer::default(),
        comments: HashMap::new(),
    };
    for body in file.document.named("body") {
        show.blocks(body, None);
    }
    for note in notes.iter().flatten() {
        show.notes(note);
    }
    if let Some(comments) = comments {
        show.comments(&comments);
    }
    Ok(show.writer.finish())
}

/// A tracked change around what is read: what was done and by whom.
#[derive(Clone, Copy)]
struct Change<'e> {
    mark: Mark,
    by: Option<&'e str>,
}

struct Show<'s> {
    styles: &'s Styles,
    numbering: Numbering,
    diagrams: &'s Diagrams,
    writer: Writer,
    /// The numbers that comments are shown with, by their ids in the file.
    comments: HashMap<String, usize>,
}

impl Show<'_> {
    fn blocks<'e>(&mut self, parent: &'e Element, change: Option<Change<'e>>) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element, change),
                "tbl" => self.table(element, change),
                "sdt" | "sdtContent" | "customXml" | "txbxContent" => self.blocks(element, change),
                "ins" | "moveTo" | "del" | "moveFrom" => self.blocks(element, changed(element)),
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.blocks(shown, change);
                    }
                }
                _ => {}
            }
        }
    }

    fn paragraph<'e>(&mut self, paragraph: &'e Element, change: Option<Change<'e>>) {
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|properties| properties.value("pStyle"));
        let level = properties
            .and_then(|properties| properties.value("outlineLvl")?.parse::<u8>().ok())
            .filter(|level| *level < 9)
            .map(|level| level + 1)
            .or_else(|| style.and_then(|style| self.styles.heading_level(style)));
        let tag = match level {
            Some(level) => format!("h{}", level.clamp(1, HEADING_LEVEL_MAX)),
            None => "p".to_owned(),
        };
        let empty = paragraph.raw_text().trim().is_empty();
        let label = self.numbering.label(self.styles, properties, style, empty);
        self.writer.begin(&format!("<{tag}>"));
        if let Some(label) = label {
            self.writer.aside(&format!("{label} "));
        }
        let mut boxes = Vec::new();
        self.inline(paragraph, change, &mut boxes);
        self.writer.markup(&format!("</{tag}>"));
        for inner in boxes {
            self.writer.open("<div class=\"box\">");
            self.blocks(inner, change);
            self.writer.markup("</div>");
        }
    }

    fn inline<'e>(&mut self, parent: &'e Element, change: Option<Change<'e>>, boxes: &mut Vec<&'e Element>) {
        for element in parent.elements() {
            match element.name.as_str() {
                "r" => self.run(element, change, boxes),
                "ins" | "moveTo" | "del" | "moveFrom" => self.inline(element, changed(element), boxes),
                // Prompts such as "Click here to enter text" are not the author's words.
                "sdt"
                    if element
                        .child("sdtPr")
                        .is_some_and(|properties| properties.child("showingPlcHdr").is_some()) =>
                {
                    self.writer.aside(&text_of(element));
                }
                "pPr" | "rPr" | "sdtPr" => {}
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.inline(shown, change, boxes);
                    }
                }
                _ => self.inline(element, change, boxes),
            }
        }
    }

    fn run<'e>(&mut self, run: &'e Element, change: Option<Change<'e>>, boxes: &mut Vec<&'e Element>) {
        let properties = run.child("rPr");
        let on = |name: &str| {
            properties.is_some_and(|properties| {
                properties.is_on(name) == Some(true) && properties.value(name) != Some("none")
            })
        };
        let raised = properties.and_then(|properties| properties.value("vertAlign")) == Some("superscript");
        let looks = [
            (on("b"), "b"),
            (on("i"), "i"),
            (on("u"), "u"),
            (on("strike") || on("dstrike"), "s"),
            (raised, "sup"),
        ];
        let worn: Vec<&str> = looks.iter().filter(|(on, _)| *on).map(|(_, tag)| *tag).collect();
        for tag in &worn {
            self.writer.markup(&format!("<{tag}>"));
        }
        let unseen = on("vanish").then_some(Change {
            mark: Mark::Unseen,
            by: None,
        });
        self.said(run, change.or(unseen), boxes);
        for tag in worn.iter().rev() {
            self.writer.markup(&format!("</{tag}>"));
        }
    }

    /// What a run says, piece by piece.
    fn said<'e>(&mut self, run: &'e Element, change: Option<Change<'e>>, boxes: &mut Vec<&'e Element>) {
        for element in run.elements() {
            match element.name.as_str() {
                "t" => self.text(&element.raw_text(), change),
                "delText" => {
                    let by = change.and_then(|change| change.by);
                    self.writer.say_marked(Mark::Deleted, by, &element.raw_text());
                }
                "tab" => self.writer.say(" "),
                "br" | "cr" => {
                    self.writer.markup("<br>");
                    self.writer.space();
                }
                "noBreakHyphen" => self.writer.say("-"),
                "footnoteReference" | "endnoteReference" => {
                    let id = element.attribute("id").unwrap_or_default();
                    self.writer.aside(&format!("[{id}]"));
                }
                "commentReference" => {
                    let next = self.comments.len() + 1;
                    let id = element.attribute("id").unwrap_or_default().to_owned();
                    let number = *self.comments.entry(id).or_insert(next);
                    self.writer.markup("<sup class=\"comment\">");
                    self.writer.aside(&format!("comment {number}"));
                    self.writer.markup("</sup>");
                }
                "txbxContent" => boxes.push(element),
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.said(shown, change, boxes);
                    }
                }
                "pic" => self.left_out("[picture]"),
                "chart" => self.left_out("[chart]"),
                "OLEObject" => self.left_out("[object of another program]"),
                "relIds" => self.diagram(element, change),
                "Fallback" | "rPr" | "instrText" | "delInstrText" => {}
                _ => self.said(element, change, boxes),
            }
        }
    }

    fn left_out(&mut self, what: &str) {
        self.writer.markup("<em class=\"left-out\">");
        self.writer.aside(what);
        self.writer.markup("</em>");
    }

    /// What a diagram says, shape by shape; how it looks is not shown.
    fn diagram(&mut self, ids: &Element, change: Option<Change<'_>>) {
        let Some(shapes) = self.diagrams.said(ids) else {
            return self.left_out("[diagram]");
        };
        self.left_out("[diagram:]");
        for said in shapes {
            self.writer.markup("<br>");
            self.writer.space();
            self.text(&said.line(), change);
        }
    }

    fn text(&mut self, text: &str, change: Option<Change<'_>>) {
        match change {
            Some(change) => self.writer.say_marked(change.mark, change.by, text),
            None => self.writer.say(text),
        }
    }

    fn table<'e>(&mut self, table: &'e Element, change: Option<Change<'e>>) {
        self.writer.open("<table>");
        for row in table.elements().flat_map(rows) {
            let properties = row.child("trPr");
            let of_row = properties.and_then(|properties| {
                ["ins", "del"]
                    .iter()
                    .find_map(|name| properties.child(name))
                    .and_then(changed)
            });
            let cells: Vec<&Element> = row.elements().flat_map(cells).collect();
            if cells.is_empty() {
                continue;
            }
            for (place, cell) in cells.into_iter().enumerate() {
                let properties = cell.child("tcPr");
                let span: u32 = properties
                    .and_then(|properties| properties.value("gridSpan")?.parse().ok())
                    .unwrap_or(1);
                let td = format!("<td colspan=\"{}\">", span.clamp(1, COLUMNS_MAX));
                if place == 0 {
                    self.writer.begin(&format!("<tr>{td}"));
                } else {
                    self.writer.markup(&format!("</td>{td}"));
                    self.writer.space();
                }
                self.cell(cell, of_row.or(change));
            }
            self.writer.markup("</td></tr>");
        }
        self.writer.markup("</table>");
    }

    /// A cell's paragraphs on lines of their own; what is nested in it is written as text, as it is read.
    fn cell<'e>(&mut self, cell: &'e Element, change: Option<Change<'e>>) {
        for element in cell.elements() {
            match element.name.as_str() {
                "p" => {
                    let mut boxes = Vec::new();
                    self.inline(element, change, &mut boxes);
                    for inner in boxes {
                        self.cell(inner, change);
                    }
                    self.writer.markup("<br>");
                    self.writer.space();
                }
                "tcPr" | "tblPr" | "trPr" => {}
                "ins" | "moveTo" | "del" | "moveFrom" => self.cell(element, changed(element)),
                _ => self.cell(element, change),
            }
        }
    }

    fn notes(&mut self, part: &Element) {
        let notes = part
            .elements()
            .filter(|note| matches!(note.name.as_str(), "footnote" | "endnote"));
        for note in notes.filter(|note| note.attribute("type").is_none_or(|kind| kind == "normal")) {
            self.writer.begin("<p class=\"note\">");
            self.writer
                .aside(&format!("[{}] ", note.attribute("id").unwrap_or_default()));
            let mut boxes = Vec::new();
            for paragraph in note.named("p") {
                self.inline(paragraph, None, &mut boxes);
                self.writer.space();
            }
            self.writer.markup("</p>");
        }
    }

    fn comments(&mut self, part: &Element) {
        if part.elements().next().is_none() {
            return;
        }
        self.writer
            .markup("<section class=\"comments\"><h2>Comments (not part of the text)</h2><ol>");
        for comment in part.named("comment") {
            let next = self.comments.len() + 1;
            let id = comment.attribute("id").unwrap_or_default().to_owned();
            let number = *self.comments.entry(id).or_insert(next);
            self.writer.markup("<li>");
            let by = comment.attribute("author").unwrap_or("somebody");
            self.writer
                .aside(&format!("comment {number}, {by}: {}", text_of(comment)));
            self.writer.markup("</li>");
        }
        self.writer.markup("</ol></section>");
    }
}

/// The change that an element tells of.
fn changed(element: &Element) -> Option<Change<'_>> {
    let mark = match element.name.as_str() {
        "ins" | "moveTo" => Mark::Inserted,
        _ => Mark::Deleted,
    };
    Some(Change {
        mark,
        by: element.attribute("author").filter(|by| !by.trim().is_empty()),
    })
}

/// The words below an element, paragraphs apart.
fn text_of(element: &Element) -> String {
    match element.name.as_str() {
        "t" => element.raw_text(),
        "p" => element.elements().map(text_of).collect::<String>() + " ",
        _ => element.elements().map(text_of).collect(),
    }
}
