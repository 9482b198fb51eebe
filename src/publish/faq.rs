//! The page of one FAQ answer.

use super::sources::Sources;
use super::{PublishedPage, escape};
use crate::review::ApprovedDraft;

/// What heads the page: the question that was approved with the answer. An answer approved before answers had a public
/// question is headed by the asker's.
pub fn heading<'a>(draft: &'a ApprovedDraft, asked: &'a str) -> &'a str {
    draft.public_question().unwrap_or(asked).trim()
}

/// The answer to one question, with its sources named.
pub fn faq_page(draft: &ApprovedDraft, asked: &str) -> PublishedPage {
    let question = heading(draft, asked);
    let sources = Sources::of(draft.sections());
    let mut html = format!("<h1>{}</h1>\n", escape::html(question));
    let mut markdown = format!("# {}\n\n", escape::markdown(question));
    for section in draft.sections() {
        if let Some(heading) = &section.heading {
            html.push_str(&format!("<h2>{}</h2>\n", escape::html(heading)));
            markdown.push_str(&format!("## {}\n\n", escape::markdown(heading)));
        }
        html.push_str(&sources.paragraphs_html(&section.sentences));
        markdown.push_str(&sources.paragraphs_markdown(&section.sentences));
    }
    html.push_str(&sources.list_html());
    markdown.push_str(&sources.list_markdown());
    PublishedPage::of(html, markdown)
}

/// The answer of a page made here, without its question, its list of sources and the marks that point to them: what
/// search engines may show.
pub fn answer_only(html_body: &str) -> String {
    let after = html_body
        .split_once("</h1>")
        .map_or(html_body, |(_, after)| after);
    let mut rest = after
        .split_once("<section class=\"sources\"")
        .map_or(after, |(answer, _)| answer);
    let mut answer = String::with_capacity(rest.len());
    while let Some((before, from)) = rest.split_once("<sup>") {
        answer.push_str(before);
        rest = from.split_once("</sup>").map_or("", |(_, after)| after);
    }
    answer.push_str(rest);
    answer.trim().to_owned()
}
