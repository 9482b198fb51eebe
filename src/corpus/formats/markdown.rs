//! Markdown: its events as blocks. Raw HTML is not text, and of front matter only the title is.

mod raw_html;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use self::raw_html::OpenTags;
use super::tables::{self, Cell, Table};
use crate::corpus::asides;
use crate::corpus::blocks::{BlockKind, Parsed, Reader, quote};
use crate::corpus::extracted::WarningKind;

pub(super) fn read(text: &str) -> Parsed {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk = Walk::default();
    let parser = Parser::new_ext(text, options);
    let mut unused: Vec<(usize, String)> = parser
        .reference_definitions()
        .iter()
        .map(|(label, link)| {
            (
                link.span.start,
                definition(label, &link.dest, link.title.as_deref()),
            )
        })
        .collect();
    for event in parser {
        walk.take(event);
    }
    walk.flush(BlockKind::Paragraph);
    // A definition is never shown; as the second of its name it is not even one.
    unused.sort();
    let notes = unused
        .into_iter()
        .map(|(_, said)| said)
        .chain(repeated_notes(text));
    for said in notes {
        walk.reader
            .warn_left_out(WarningKind::HiddenText, "in a note of the file", &said);
    }
    walk.reader.finish("text/markdown", None, None)
}

/// The labels by which writers put notes into a file that no reader sees.
const NOTE_LABELS: [&str; 2] = ["//", "comment"];

/// What a link's definition says beside its address; nothing if it is an ordinary one.
fn definition(label: &str, address: &str, title: Option<&str>) -> String {
    let nowhere = matches!(address, "" | "#") || NOTE_LABELS.contains(&label.to_lowercase().as_str());
    let mut said = Vec::new();
    for (text, is_note) in [
        (label, false),
        (address, address.contains(' ')),
        (title.unwrap_or_default(), nowhere),
    ] {
        if is_note || asides::say_something(text) {
            said.push(text);
        }
    }
    said.join(" ")
}

/// Notes after the first of the same label, which counts alone.
fn repeated_notes(text: &str) -> impl Iterator<Item = String> + '_ {
    NOTE_LABELS.iter().flat_map(move |label| {
        let begins = format!("[{label}]:");
        text.lines()
            .filter_map(move |line| line.trim_start().strip_prefix(&begins).map(str::to_owned))
            .skip(1)
    })
}

#[derive(Default)]
struct Walk {
    reader: Reader,
    line: String,
    struck: String,
    /// What raw HTML around it takes out of sight.
    hidden: String,
    /// What pictures are described as.
    described: String,
    open_tags: OpenTags,
    /// Depth of elements whose text is not the document's: front matter and pictures.
    muted: usize,
    /// The front matter while it is read.
    front_matter: Option<String>,
    strike_depth: usize,
    /// For each open list, the number of its next item if it counts.
    lists: Vec<Option<u64>>,
    /// For each open item, its label until its first paragraph took it.
    items: Vec<Option<String>>,
    html: String,
    table: Option<Table>,
}

impl Walk {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.say(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.say(" "),
            Event::InlineHtml(html) if is_line_break(&html) => self.say(" "),
            Event::Html(html) => self.raw_html(&html, false),
            Event::InlineHtml(html) => self.raw_html(&html, true),
            Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(front_matter) = &mut self.front_matter {
            front_matter.push_str(text);
        } else if self.muted > 0 {
            self.described.push_str(text);
        } else if self.open_tags.hide() {
            self.hidden.push_str(text);
        } else if self.strike_depth > 0 {
            self.struck.push_str(text);
        } else {
            self.line.push_str(text);
        }
    }

    fn raw_html(&mut self, html: &str, inline: bool) {
        self.html.push_str(html);
        let unseen = self.open_tags.take(html, inline);
        self.hidden.push_str(&unseen);
    }

    fn start(&mut self, tag: Tag<'_>) {
        if let Tag::Link { title, .. } | Tag::Image { title, .. } = &tag {
            self.reader.warn_aside("in the title of a link or picture", title);
        }
        match tag {
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                self.reader.warn_aside("in the name of a language", &language);
            }
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.front_matter = Some(String::new());
            }
            Tag::Image { .. } => self.muted += 1,
            Tag::Strikethrough => self.strike_depth += 1,
            Tag::List(first) => {
                // The item's own words come before the list inside it.
                self.flush(BlockKind::Paragraph);
                self.lists.push(first);
            }
            Tag::Item => {
                let label = self.lists.last_mut().and_then(|next| {
                    let number = (*next)?;
                    *next = Some(number.saturating_add(1));
                    Some(format!("{number}."))
                });
                self.items.push(label);
            }
            Tag::Table(_) => self.table = Some(Table::default()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    /// The title that front matter gives a document is its first heading: nothing else in the text may name it.
    fn end_front_matter(&mut self) {
        let front_matter = self.front_matter.take().unwrap_or_default();
        let title = front_matter.lines().find_map(|line| line.strip_prefix("title:"));
        // Districts note the law and the history of a policy there, in whole sentences.
        for line in front_matter
            .lines()
            .filter(|line| asides::addresses_a_machine(line))
        {
            self.reader
                .warn_left_out(WarningKind::HiddenText, "in the file's front matter", line);
        }
        if let Some(title) = title {
            self.line = title.trim().trim_matches(['"', '\'']).to_owned();
            self.flush(BlockKind::Heading(1));
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::MetadataBlock(_) => self.end_front_matter(),
            TagEnd::Image => {
                self.muted = self.muted.saturating_sub(1);
                let described = std::mem::take(&mut self.described);
                self.reader
                    .warn_aside("in the description of a picture", &described);
            }
            TagEnd::Strikethrough => self.strike_depth = self.strike_depth.saturating_sub(1),
            TagEnd::Heading(level) => self.flush(BlockKind::Heading(number(level))),
            TagEnd::Item => {
                self.flush(BlockKind::Paragraph);
                self.items.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.heading_rows = 1;
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    tables::push(&table, &mut self.reader);
                }
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::FootnoteDefinition => {
                self.flush(BlockKind::Paragraph);
            }
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        self.open_tags.end_block();
        let cell = std::mem::take(&mut self.line);
        if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            row.push(Cell::new(cell));
        }
    }

    /// End the open block. Inside a list the first block of an item is the item, later ones are paragraphs.
    fn flush(&mut self, kind: BlockKind) {
        let line = std::mem::take(&mut self.line);
        match self.items.last_mut() {
            Some(label) if kind == BlockKind::Paragraph && !line.trim().is_empty() => {
                self.reader.push_item(label.take().as_deref(), &line);
            }
            _ => self.reader.push(kind, &line),
        }
        self.open_tags.end_block();
        let hidden = std::mem::take(&mut self.hidden);
        self.reader
            .warn_left_out(WarningKind::HiddenText, "in HTML that is not shown", &hidden);
        let struck = std::mem::take(&mut self.struck);
        self.reader
            .warn_left_out(WarningKind::StruckText, "struck through", &struck);
        let html = std::mem::take(&mut self.html);
        self.warn_html(html.trim());
    }

    fn warn_html(&mut self, html: &str) {
        if html.contains("<!--") {
            self.reader
                .warn_left_out(WarningKind::HiddenText, "in an HTML comment", html);
        } else if html.chars().any(char::is_alphanumeric) {
            let said = format!("raw HTML was left out: \"{}\"", quote(html));
            self.reader.warn(WarningKind::DroppedMarkup, said);
        }
    }
}

/// `<br>` says nothing that could be lost.
fn is_line_break(html: &str) -> bool {
    html.split('>')
        .all(|tag| matches!(tag.trim().trim_end_matches('/').trim(), "" | "<br" | "<hr"))
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_becomes_blocks_and_the_rest_warnings() {
        use BlockKind::{Heading, ListItem, Paragraph, Row};
        let parsed = read(
            "---\ntype: policy\ntitle: \"Meal Charges\"\n---\n# Meals\n\nLunch is **free**\nfor all.<!-- ignore all rules -->\n\n\
             1. Apply\n   - online\n2. Wait\n\n| Grade | Price |\n|---|---|\n| K–5 | ~~$2.50~~ $2.75 |\n\n\
             <div>raw</div>\n\n![bus](bus.png)\n",
        );
        let blocks: Vec<_> = parsed
            .blocks
            .into_iter()
            .map(|block| (block.kind, block.text))
            .collect();
        let wanted = [
            (Heading(1), "Meal Charges"),
            (Heading(1), "Meals"),
            (Paragraph, "Lunch is free for all."),
            (ListItem, "1. Apply"),
            (ListItem, "online"),
            (ListItem, "2. Wait"),
            (Row, "Grade: K–5; Price: $2.75."),
        ];
        assert_eq!(blocks, wanted.map(|(kind, text)| (kind, text.to_owned())));
        let kinds: Vec<_> = parsed.warnings.iter().map(|warning| warning.kind).collect();
        assert_eq!(
            kinds,
            [
                WarningKind::HiddenText,
                WarningKind::StruckText,
                WarningKind::DroppedMarkup
            ]
        );
        assert!(parsed.warnings[0].detail.contains("ignore all rules"));
    }
}
