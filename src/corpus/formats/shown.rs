//! The original to be looked at, format by format, and its words for the figure check.

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::sniff::{self, Format};
use super::{docx, eml, html, plain, pptx, xlsx};
use crate::corpus::extract::ExtractionError;
use crate::corpus::figures::OriginalPage;
use crate::corpus::rendition::{Mark, Rendition, Writer};

/// Show a file. A PDF shows itself and gives nothing here.
pub(in crate::corpus) fn show(bytes: &[u8], file_name: &str) -> Result<Rendition, ExtractionError> {
    of_format(sniff::format(bytes, file_name)?, bytes)
}

fn of_format(format: Format, bytes: &[u8]) -> Result<Rendition, ExtractionError> {
    Ok(match format {
        Format::Pdf => Rendition::default(),
        Format::Docx => docx::show(bytes)?,
        Format::Xlsx => xlsx::show(bytes)?,
        Format::Pptx => pptx::show(bytes)?,
        Format::Eml => eml::show(bytes)?,
        Format::Html => html::show(&plain::decode(bytes)?),
        Format::Markdown => markdown(&plain::decode(bytes)?),
        Format::Plain => text(&plain::decode(bytes)?),
    })
}

/// The words of a file by the second reading; nothing for a PDF, whose pages are read where they are painted. What a sheet
/// stores is not what it shows, so its own cells are read.
pub(super) fn original(format: Format, bytes: &[u8]) -> Result<Vec<OriginalPage>, ExtractionError> {
    match format {
        Format::Pdf => Ok(Vec::new()),
        Format::Xlsx => xlsx::original(bytes),
        _ => Ok(of_format(format, bytes)?.original()),
    }
}

/// Paragraphs as they are typed, lines kept.
pub(super) fn text(text: &str) -> Rendition {
    let mut writer = Writer::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for paragraph in text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
    {
        writer.begin("<p class=\"typed\">");
        writer.say(paragraph.trim_matches('\n'));
        writer.markup("</p>");
    }
    writer.finish()
}

/// Markdown with everything in it that is not Markdown shown as text.
fn markdown(source: &str) -> Rendition {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut show = Marked::default();
    for event in Parser::new_ext(source, options) {
        show.take(event);
    }
    show.writer.finish()
}

#[derive(Default)]
struct Marked {
    writer: Writer,
    /// Whether the open paragraph is an item's first, which the item has begun already.
    in_item: bool,
    cells: usize,
    /// Inside what is struck, pictures or front matter, whose words are no text.
    aside: usize,
    struck: bool,
}

impl Marked {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                if self.struck {
                    self.writer.say_marked(Mark::Deleted, None, &text);
                } else if self.aside > 0 {
                    self.writer.aside(&text);
                } else {
                    self.writer.say(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.writer.markup("<br>");
                self.writer.space();
            }
            // What a browser would hide or run is shown as what it is.
            Event::Html(raw) | Event::InlineHtml(raw) => {
                self.writer.markup("<code class=\"left-out\">");
                self.writer.aside(&raw);
                self.writer.markup("</code>");
            }
            Event::FootnoteReference(label) => self.writer.aside(&format!("[{label}]")),
            Event::Rule => self.writer.markup("<hr>"),
            Event::TaskListMarker(done) => self.writer.aside(if done { "☑ " } else { "☐ " }),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph if self.in_item => {
                self.in_item = false;
                self.writer.markup("<p>");
            }
            Tag::Paragraph => self.writer.begin("<p>"),
            Tag::Heading { level, .. } => self.writer.begin(&format!("<{}>", name(*level))),
            Tag::CodeBlock(_) => self.writer.begin("<pre>"),
            Tag::HtmlBlock => self.writer.begin("<p>"),
            Tag::BlockQuote(_) => self.writer.open("<blockquote>"),
            Tag::List(None) => self.writer.open("<ul>"),
            Tag::List(Some(first)) => self.writer.open(&format!("<ol start=\"{first}\">")),
            Tag::Item => {
                self.writer.begin("<li>");
                self.in_item = true;
            }
            Tag::FootnoteDefinition(label) => {
                self.writer.begin("<div class=\"note\">");
                self.writer.aside(&format!("[{label}] "));
                self.in_item = true;
            }
            Tag::Table(_) => self.writer.open("<table>"),
            Tag::TableHead | Tag::TableRow => {
                self.cells = 0;
                self.writer.open("<tr>");
            }
            Tag::TableCell => {
                if self.cells == 0 {
                    self.writer.begin("<td>");
                } else {
                    self.writer.markup("<td>");
                    self.writer.space();
                }
                self.cells += 1;
            }
            Tag::Strikethrough => self.struck = true,
            Tag::Emphasis => self.writer.markup("<em>"),
            Tag::Strong => self.writer.markup("<strong>"),
            Tag::Image { .. } => {
                self.aside += 1;
                self.writer.aside("[picture: ");
            }
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.writer.begin("<pre class=\"left-out\">");
                self.aside += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.writer.markup("</p>"),
            TagEnd::Heading(level) => self.writer.markup(&format!("</{}>", name(level))),
            TagEnd::CodeBlock => self.writer.markup("</pre>"),
            TagEnd::BlockQuote(_) => self.writer.markup("</blockquote>"),
            TagEnd::List(false) => self.writer.markup("</ul>"),
            TagEnd::List(true) => self.writer.markup("</ol>"),
            TagEnd::Item => {
                self.writer.markup("</li>");
                self.in_item = false;
            }
            TagEnd::FootnoteDefinition => {
                self.writer.markup("</div>");
                self.in_item = false;
            }
            TagEnd::Table => self.writer.markup("</table>"),
            TagEnd::TableHead | TagEnd::TableRow => self.writer.markup("</tr>"),
            TagEnd::TableCell => self.writer.markup("</td>"),
            TagEnd::Strikethrough => self.struck = false,
            TagEnd::Emphasis => self.writer.markup("</em>"),
            TagEnd::Strong => self.writer.markup("</strong>"),
            TagEnd::Image => {
                self.aside = self.aside.saturating_sub(1);
                self.writer.aside("]");
            }
            TagEnd::MetadataBlock(_) => {
                self.aside = self.aside.saturating_sub(1);
                self.writer.markup("</pre>");
            }
            _ => {}
        }
    }
}

fn name(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h1",
        HeadingLevel::H2 => "h2",
        HeadingLevel::H3 => "h3",
        HeadingLevel::H4 => "h4",
        HeadingLevel::H5 => "h5",
        HeadingLevel::H6 => "h6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_from_outside_brings_no_markup_of_its_own() {
        let hostile = "# Title\n\n<script>alert(1)</script>\n\n[link](javascript:alert(1)) ![x](http://far/away.png) \
                       <b onclick=x>b</b>\n\n- a\n\n  b\n\n| K | $2 |\n|---|---|\n| 1 | ~~2~~ |\n";
        let html = markdown(hostile).html(&["Title", "K: 1; $2: 2."]);
        assert!(
            html.contains("<h1><a id=\"s0\"></a>Title</h1>") && html.contains("link"),
            "{html}"
        );
        for bad in ["<script", "href", "src=", "<b ", "onclick=x>"] {
            assert!(
                !html.contains(bad) || bad == "onclick=x>" && html.contains("onclick=x&gt;"),
                "{bad} in {html}"
            );
        }
        assert!(html.contains("<del"), "{html}");
    }

    #[test]
    fn a_page_is_shown_without_what_it_runs_fetches_or_hides_with() {
        let page = "<body><nav>Menu</nav><main><h1 onclick=\"x()\">Meals</h1><p style=\"display:none\">Secret &lt;fee&gt; $9</p>\
            <table><tr><th>Grade<th>Price<tr><td>K–5<td>$2.75</table><img src=\"http://far/a.png\" alt=\"a bus\">\
            <a href=\"javascript:x()\">Apply</a><script>x()</script><iframe src=\"x\"></iframe>\
            <p>Bus <b>12</b> <i>30</i> minutes late.</p><p>Long enough to be the main content of this page, whatever else is on it.</p></main></body>";
        let rendition = html::show(page);
        let shown = rendition.html(&["Grade: K–5; Price: $2.75."]);
        for wanted in [
            "Secret &lt;fee&gt; $9",
            "<td colspan=\"1\" rowspan=\"1\"><a id=\"s0\"></a>K–5",
            "[picture: a bus]",
            "Apply",
        ] {
            assert!(shown.contains(wanted), "{wanted} not in {shown}");
        }
        for bad in [
            "Menu", "href", "src", "style", "onclick", "x()", "<iframe", "<main",
        ] {
            assert!(!shown.contains(bad), "{bad} in {shown}");
        }
        let lines: Vec<String> = rendition
            .original()
            .into_iter()
            .flat_map(|page| page.lines)
            .collect();
        assert!(lines.contains(&"K–5 $2.75".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Bus 12 30 minutes late.".to_owned()), "{lines:?}");
    }
}
