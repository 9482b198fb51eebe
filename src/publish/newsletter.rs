//! The page of one newsletter, and the same as a file that stands alone.

use jiff::civil::Date;

use super::sources::Sources;
use super::{PublishedPage, escape};
use crate::review::ApprovedDraft;

/// What a newsletter says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsletterMeta {
    pub title: String,
    pub district: String,
    pub from: Date,
    pub to: Date,
}

impl NewsletterMeta {
    /// "October 5 to October 12, 2026".
    fn period(&self) -> String {
        let whole = "%B %-d, %Y";
        let to = self.to.strftime(whole);
        match () {
            () if self.from == self.to => to.to_string(),
            () if self.from.year() == self.to.year() => format!("{} to {to}", self.from.strftime("%B %-d")),
            () => format!("{} to {to}", self.from.strftime(whole)),
        }
    }
}

/// The newsletter's page and its Markdown.
pub fn newsletter_page(draft: &ApprovedDraft, meta: &NewsletterMeta) -> PublishedPage {
    let sources = Sources::of(draft.sections());
    let about = format!("{}, {}", meta.district.trim(), meta.period());
    let mut html = format!("<h1>{}</h1>\n", escape::html(meta.title.trim()));
    html.push_str(&format!("<p class=\"issue\">{}</p>\n", escape::html(&about)));
    let mut markdown = format!(
        "# {}\n\n{}\n\n",
        escape::markdown(&meta.title),
        escape::markdown(&about)
    );
    for section in draft
        .sections()
        .iter()
        .filter(|section| !section.sentences.is_empty())
    {
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

/// The stored page as one file with its own style, for a mail program or a shared folder.
///
/// Mail programs drop scripts and outside style sheets, so it has neither, and one column of fixed width.
pub fn newsletter_file(title: &str, html_body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{FILE_STYLE}</style>\n</head>\n<body>\n<main>\n{html_body}</main>\n</body>\n</html>\n",
        escape::html(title)
    )
}

const FILE_STYLE: &str = "\
body{margin:0;padding:24px 16px;background:#fff;color:#1b1f23;\
font:16px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\
main{max-width:600px;margin:0 auto}h1{font-size:28px;line-height:1.2;margin:0 0 8px}\
h2{font-size:20px;line-height:1.3;margin:28px 0 8px}p{margin:0 0 12px}.issue{color:#57606a}\
sup{line-height:0;font-size:12px}a{color:#0b57a4}.sources{margin-top:32px;border-top:1px solid #d0d7de;font-size:14px}\
.sources h2{font-size:16px}cite{font-style:normal;font-weight:600}";
