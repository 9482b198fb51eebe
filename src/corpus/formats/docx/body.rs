//! The body of a Word document, paragraph by paragraph.

use super::drawing::{Diagram, Found, TextBox, Unread, alternative};
use super::look::{Behind, Look, is_hidden_row, is_out_of_sight, shading};
use super::numbering::Numbering;
use super::parts::{cells, is_page_number, rows, words_of_instructions};
use super::styles::Styles;
use crate::corpus::asides;
use crate::corpus::blocks::{BlockKind, Reader};
use crate::corpus::extracted::WarningKind;
use crate::corpus::formats::diagrams::Diagrams;
use crate::corpus::formats::drawing::Said;
use crate::corpus::formats::lines;
use crate::corpus::formats::tables::{self, Cell, Table};
use crate::corpus::formats::xml::Element;

const COLUMNS_MAX: usize = 60;
/// What is styled as a heading but is longer than this is a paragraph.
const HEADING_WORDS_MAX: usize = 30;

pub(super) struct Body<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    diagrams: &'a Diagrams,
    page: Around,
    reader: Reader,
    hidden: String,
    instructions: String,
    struck: String,
    insertions: usize,
    deletions: usize,
    unread: Vec<Unread>,
}

/// One paragraph's words and, after it, the text boxes and diagrams anchored in it.
#[derive(Default)]
struct Line<'e> {
    text: String,
    boxes: Vec<TextBox<'e>>,
    diagrams: Vec<Diagram<'e>>,
}

/// What a paragraph inherits from the page, the table or the box around it.
#[derive(Clone, Copy)]
struct Around {
    behind: Behind,
    /// Nobody sees it, whatever it looks like itself.
    unseen: bool,
}

impl<'a> Body<'a> {
    pub fn new(styles: &'a Styles, numbering: Numbering, diagrams: &'a Diagrams, page: Behind) -> Self {
        Self {
            styles,
            numbering,
            diagrams,
            page: Around {
                behind: page,
                unseen: false,
            },
            reader: Reader::default(),
            hidden: String::new(),
            instructions: String::new(),
            struck: String::new(),
            insertions: 0,
            deletions: 0,
            unread: Vec::new(),
        }
    }

    pub fn read(&mut self, document: &Element) {
        for body in document.named("body") {
            self.blocks(body, self.page);
        }
    }

    /// Footnotes and endnotes stand after the text, each with its own number.
    pub fn read_notes(&mut self, part: &Element) {
        let notes = part
            .elements()
            .filter(|note| matches!(note.name.as_str(), "footnote" | "endnote"));
        for note in notes.filter(|note| note.attribute("type").is_none_or(|kind| kind == "normal")) {
            let mut text = String::new();
            for paragraph in note.named("p") {
                text.push_str(&self.line(paragraph, self.page).text);
                text.push(' ');
            }
            self.warn_left_out();
            let label = note.attribute("id").map(|id| format!("[{id}]"));
            self.reader.push_item(label.as_deref(), &text);
        }
    }

    pub fn finish(mut self) -> Reader {
        super::warn_changes(&mut self.reader, self.insertions, self.deletions);
        super::warn_unread(&mut self.reader, &self.unread);
        self.reader
    }

    fn blocks(&mut self, parent: &Element, around: Around) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element, around),
                "tbl" => self.table(element, around),
                // Content controls and the like only wrap blocks.
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "txbxContent" => {
                    self.blocks(element, around);
                }
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.blocks(shown, around);
                    }
                }
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, paragraph: &Element, around: Around) {
        let line = self.line(paragraph, around);
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|properties| properties.value("pStyle"));
        let label = self
            .numbering
            .label(self.styles, properties, style, line.text.trim().is_empty());
        let outline = properties.and_then(|properties| properties.value("outlineLvl")?.parse::<u8>().ok());
        let level = outline
            .filter(|level| *level < 9)
            .map(|level| level + 1)
            .or_else(|| style.and_then(|style| self.styles.heading_level(style)))
            .filter(|_| line.text.split_whitespace().count() <= HEADING_WORDS_MAX);
        match (level, label) {
            (Some(level), label) => {
                let label = label.unwrap_or_default();
                self.reader
                    .push(BlockKind::Heading(level), &format!("{label} {}", line.text));
            }
            (None, Some(label)) => self.reader.push_item(Some(&label), &line.text),
            (None, None) => self.prose(&line.text),
        }
        self.warn_left_out();
        for text_box in line.boxes {
            self.blocks(text_box.content, around.within(text_box));
        }
        for diagram in line.diagrams {
            for said in self.diagram(diagram, around) {
                said.push(true, &mut self.reader);
            }
        }
    }

    /// What the shapes of a diagram say; what nobody sees of it is told and left out.
    fn diagram(&mut self, diagram: Diagram<'_>, around: Around) -> Vec<Said> {
        const PLACE: &str = "a diagram";
        let Some(said) = self.diagrams.said(diagram.ids) else {
            self.unread.push(Unread::Diagram);
            return Vec::new();
        };
        said.iter()
            .for_each(|said| said.warn_left_out(PLACE, &mut self.reader));
        if !(around.unseen || diagram.unseen) {
            return said;
        }
        let lines: Vec<String> = said.iter().map(Said::line).collect();
        self.reader.warn_left_out(
            WarningKind::HiddenText,
            "in a diagram that is not shown",
            &lines.join(" "),
        );
        Vec::new()
    }

    /// A paragraph in no list, which may still be typed like an item or hold lines of its own.
    fn prose(&mut self, text: &str) {
        if text.trim().contains('\n') {
            return lines::push(text, &mut self.reader);
        }
        match lines::item(text.trim()) {
            Some(item) => self.reader.push_item(item.label.as_deref(), item.text),
            None => self.reader.push(BlockKind::Paragraph, text),
        }
    }

    fn table(&mut self, table: &Element, around: Around) {
        let properties = table.child("tblPr");
        let own = properties.and_then(shading).unwrap_or(around.behind);
        let styled = properties
            .and_then(|properties| properties.value("tblStyle"))
            .is_some_and(|style| self.styles.shades_cells(style));
        let mut read = Table::default();
        for row in table.elements().flat_map(rows) {
            let marked = row
                .child("trPr")
                .is_some_and(|properties| properties.is_on("tblHeader") == Some(true));
            if marked && read.heading_rows == read.rows.len() {
                read.heading_rows += 1;
            }
            let unseen = around.unseen || is_hidden_row(row);
            let mut texts: Vec<Cell> = Vec::new();
            for cell in row.elements().flat_map(cells) {
                let properties = cell.child("tcPr");
                let behind = properties
                    .and_then(shading)
                    .unwrap_or(if styled { Behind::Other } else { own });
                let merged = properties.and_then(|properties| properties.child("vMerge"));
                let said = match merged {
                    Some(merge) if merge.attribute("val") != Some("restart") => read
                        .rows
                        .last()
                        .and_then(|above| above.get(texts.len()).cloned())
                        .unwrap_or_default(),
                    _ => Cell::new(self.cell_text(cell, Around { behind, unseen })),
                };
                let span = properties
                    .and_then(|properties| properties.value("gridSpan")?.parse().ok())
                    .unwrap_or(1);
                texts.extend(said.across(usize::clamp(span, 1, COLUMNS_MAX)));
                texts.truncate(COLUMNS_MAX);
            }
            read.rows.push(texts);
        }
        tables::push(&read, &mut self.reader);
        self.warn_left_out();
    }

    fn cell_text(&mut self, cell: &Element, around: Around) -> String {
        let mut text = String::new();
        for element in cell.elements() {
            match element.name.as_str() {
                "p" => {
                    let line = self.line(element, around);
                    text.push_str(&line.text);
                    for text_box in line.boxes {
                        text.push_str(&self.cell_text(text_box.content, around.within(text_box)));
                    }
                    for diagram in line.diagrams {
                        for said in self.diagram(diagram, around) {
                            text.push(' ');
                            text.push_str(&said.line());
                        }
                    }
                }
                "tcPr" | "tblPr" | "trPr" | "del" | "moveFrom" => {}
                _ => text.push_str(&self.cell_text(element, around)),
            }
            text.push(' ');
        }
        text
    }

    fn line<'e>(&mut self, paragraph: &'e Element, around: Around) -> Line<'e> {
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|properties| properties.value("pStyle"));
        let of_style = || self.styles.behind(style?);
        let around = Around {
            behind: properties
                .and_then(shading)
                .or_else(of_style)
                .unwrap_or(around.behind),
            unseen: around.unseen || properties.is_some_and(is_out_of_sight),
        };
        let mut line = Line::default();
        self.inline(paragraph, style, around, &mut line);
        line
    }

    fn inline<'e>(&mut self, parent: &'e Element, style: Option<&str>, around: Around, line: &mut Line<'e>) {
        for element in parent.elements() {
            match element.name.as_str() {
                "r" => self.run(element, style, around, line),
                "del" | "moveFrom" => self.deletions += 1,
                "ins" | "moveTo" => {
                    self.insertions += 1;
                    self.inline(element, style, around, line);
                }
                // Prompts such as "Click here to enter text" are not the author's words.
                "sdt"
                    if element
                        .child("sdtPr")
                        .is_some_and(|properties| properties.child("showingPlcHdr").is_some()) => {}
                "pPr" | "rPr" | "sdtPr" => {}
                "t" => line.text.push_str(&element.raw_text()),
                "AlternateContent" => {
                    if let Some(shown) = alternative(element) {
                        self.inline(shown, style, around, line);
                    }
                }
                "fldSimple" => {
                    self.instructions
                        .push_str(element.attribute("instr").unwrap_or_default());
                    self.inline(element, style, around, line);
                }
                _ => self.inline(element, style, around, line),
            }
        }
    }

    fn run<'e>(&mut self, run: &'e Element, style: Option<&str>, around: Around, line: &mut Line<'e>) {
        let properties = run.child("rPr");
        let character = properties.and_then(|properties| properties.value("rStyle"));
        let inherited = self.styles.look(character, style);
        let look = properties.map(Look::read).unwrap_or_default().over(&inherited);
        let mut found = Found::default();
        found.gather(run, around.behind);
        line.boxes.append(&mut found.boxes);
        line.diagrams.append(&mut found.diagrams);
        self.unread.append(&mut found.unread);
        self.instructions.push_str(&found.instructions);
        for description in found.descriptions {
            self.reader
                .warn_aside("in a description that the page does not show", description);
        }
        let said = found.text;
        let web_hidden = look.web_hidden == Some(true) && !is_page_number(&said);
        if around.unseen || web_hidden || look.is_hidden(around.behind) {
            self.hidden.push_str(&said);
        } else if look.struck == Some(true) {
            self.struck.push_str(&said);
        } else {
            let number = said.trim();
            let note = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            // A raised number would run into the word or number before it.
            if look.raised == Some(true) && note && !line.text.is_empty() {
                line.text.push_str(&format!("[{number}]"))
            } else {
                line.text.push_str(&said)
            }
        }
    }

    fn warn_left_out(&mut self) {
        let instructions = std::mem::take(&mut self.instructions);
        let adds_in = instructions.trim_start().starts_with("ADDIN");
        let instructions = words_of_instructions(&instructions);
        // Programs that manage references keep whole records in their fields.
        if !instructions.is_empty() && (!adds_in || asides::addresses_a_machine(&instructions)) {
            self.reader
                .warn_aside("in the instruction of a field", &instructions);
        }
        let hidden = std::mem::take(&mut self.hidden);
        let struck = std::mem::take(&mut self.struck);
        self.reader
            .warn_left_out(WarningKind::HiddenText, "not shown in the document", &hidden);
        self.reader
            .warn_left_out(WarningKind::StruckText, "struck through", &struck);
    }
}

impl Around {
    fn within(self, text_box: TextBox<'_>) -> Self {
        Self {
            behind: text_box.behind,
            unseen: self.unseen || text_box.unseen,
        }
    }
}
