//! The sources of a text, numbered in the order in which it first cites them.

use super::escape;
use crate::drafting::{Citation, ClaimSentence, Section};

/// How many sentences may stand in one paragraph of an answer; the draft itself has no paragraphs.
const SENTENCES_PER_PARAGRAPH: usize = 4;

/// A place that readers can look up: a heading of a document, with its page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    version: String,
    title: String,
    heading: Vec<String>,
    page: Option<u32>,
}

impl Place {
    fn of(citation: &Citation) -> Place {
        Place {
            version: citation.version.to_string(),
            title: citation.title.clone(),
            heading: citation.heading.clone(),
            page: citation.page,
        }
    }

    /// "Eligibility › Distance, page 4"; the document's own title is not said twice.
    fn within(&self) -> String {
        let headings: Vec<&str> = self
            .heading
            .iter()
            .map(String::as_str)
            .filter(|heading| *heading != self.title)
            .collect();
        let mut parts = Vec::new();
        if !headings.is_empty() {
            parts.push(headings.join(" › "));
        }
        parts.extend(self.page.map(|page| format!("page {page}")));
        parts.join(", ")
    }
}

/// The numbered sources of one page.
#[derive(Debug, Default)]
pub(super) struct Sources {
    places: Vec<Place>,
}

impl Sources {
    pub(super) fn of(sections: &[Section]) -> Sources {
        let mut sources = Sources::default();
        for citation in sections
            .iter()
            .flat_map(|s| &s.sentences)
            .flat_map(|s| &s.citations)
        {
            let place = Place::of(citation);
            if !sources.places.contains(&place) {
                sources.places.push(place);
            }
        }
        sources
    }

    /// The numbers of a sentence's sources, in rising order.
    fn numbers(&self, sentence: &ClaimSentence) -> Vec<usize> {
        let mut numbers: Vec<usize> = sentence
            .citations
            .iter()
            .filter_map(|citation| self.places.iter().position(|place| *place == Place::of(citation)))
            .map(|index| index + 1)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// A section's sentences as paragraphs, each sentence with the numbers of its sources.
    pub(super) fn paragraphs_html(&self, sentences: &[ClaimSentence]) -> String {
        let mut written = String::new();
        for paragraph in sentences.chunks(SENTENCES_PER_PARAGRAPH) {
            let sentences: Vec<String> = paragraph
                .iter()
                .map(|sentence| self.sentence_html(sentence))
                .collect();
            written.push_str(&format!("<p>{}</p>\n", sentences.join(" ")));
        }
        written
    }

    fn sentence_html(&self, sentence: &ClaimSentence) -> String {
        let marks: String = self
            .numbers(sentence)
            .into_iter()
            .map(|n| format!("<sup><a href=\"#source-{n}\" aria-label=\"Source {n}\">{n}</a></sup>"))
            .collect();
        format!("{}{marks}", escape::html(&one_line(&sentence.text)))
    }

    pub(super) fn paragraphs_markdown(&self, sentences: &[ClaimSentence]) -> String {
        let mut written = String::new();
        for paragraph in sentences.chunks(SENTENCES_PER_PARAGRAPH) {
            let text: Vec<String> = paragraph
                .iter()
                .map(|sentence| one_line(&sentence.text))
                .collect();
            written.push_str(&escape::markdown(&text.join(" ")));
            written.push_str("\n\n");
        }
        written
    }

    /// The list at the end of the page; empty where nothing is cited.
    pub(super) fn list_html(&self) -> String {
        if self.places.is_empty() {
            return String::new();
        }
        let mut written = String::from("<section class=\"sources\" aria-labelledby=\"sources\">\n");
        written.push_str("<h2 id=\"sources\">Sources</h2>\n<ol>\n");
        for (index, place) in self.places.iter().enumerate() {
            let number = index + 1;
            let title = escape::html(&place.title);
            let within = escape::html(&place.within());
            let comma = if within.is_empty() { "" } else { ", " };
            written.push_str(&format!(
                "<li id=\"source-{number}\"><cite>{title}</cite>{comma}{within}</li>\n"
            ));
        }
        written.push_str("</ol>\n</section>\n");
        written
    }

    pub(super) fn list_markdown(&self) -> String {
        if self.places.is_empty() {
            return String::new();
        }
        let mut written = String::from("## Sources\n\n");
        for (index, place) in self.places.iter().enumerate() {
            let within = place.within();
            let comma = if within.is_empty() { "" } else { ", " };
            let line = format!("{}{comma}{within}", place.title);
            written.push_str(&format!("{}. {}\n", index + 1, escape::markdown(&line)));
        }
        written
    }
}

/// Line breaks in a sentence are an accident of typing.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
