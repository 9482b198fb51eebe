//! The frame around every public page, its style sheet, and how pages are cached.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::http::headers::is_fresh;
use crate::publish::html;
use crate::workflow::App;

const STYLE: &str = include_str!("style.css");
/// The product's own accent, where the district has not set one. It colours a line, never text.
const ACCENT: &str = "#2f6f5e";

/// What one page says.
pub struct Page<'a> {
    pub title: &'a str,
    /// Trusted markup: made by this room and by `publish` from escaped text.
    pub main: String,
    /// Structured data for search engines, if the page has some.
    pub structured: Option<String>,
    pub status: StatusCode,
    pub modified: Option<Timestamp>,
}

impl<'a> Page<'a> {
    pub fn new(title: &'a str, main: String) -> Page<'a> {
        Page {
            title,
            main,
            structured: None,
            status: StatusCode::OK,
            modified: None,
        }
    }
}

/// Sends a page, or word that the reader has it already. Readers always ask, so that a withdrawal shows at once.
pub fn respond(config: &Config, request: &HeaderMap, page: Page<'_>) -> Response {
    let body = framed(config, &page);
    let etag = format!("\"{}\"", hex::encode(Sha256::digest(body.as_bytes())));
    let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))]);
    let modified = page
        .modified
        .map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    for (name, value) in [
        (header::ETAG, Some(format!("W/{etag}"))),
        (header::LAST_MODIFIED, modified),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    if page.status == StatusCode::OK && is_fresh(request, &etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (page.status, headers, Html(body)).into_response()
}

/// A page that is not there, within the same frame.
pub fn not_found(config: &Config, request: &HeaderMap) -> Response {
    let main = "<h1>Page not found</h1>\n<p>The address may be incomplete, or the page may never have been published.</p>\n\
                <p><a href=\"/faq\">See all questions and answers</a></p>\n";
    let mut page = Page::new("Page not found", main.to_owned());
    page.status = StatusCode::NOT_FOUND;
    respond(config, request, page)
}

/// Something on our side; the log has the reason.
pub fn failed(config: &Config, request: &HeaderMap, error: &dyn std::error::Error) -> Response {
    tracing::error!(error = %error, "a public page could not be made");
    let main = "<h1>This page can’t be shown just now</h1>\n<p>Please try again in a few minutes.</p>\n";
    let mut page = Page::new("Not available", main.to_owned());
    page.status = StatusCode::SERVICE_UNAVAILABLE;
    respond(config, request, page)
}

fn framed(config: &Config, page: &Page<'_>) -> String {
    let district = html(&config.district.name);
    let title = html(page.title);
    let structured = page
        .structured
        .as_ref()
        .map(|data| format!("<script type=\"application/ld+json\">{data}</script>\n"))
        .unwrap_or_default();
    let sheet = &style_sha256(config)[..16];
    let contact = contact(config);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} – {district}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/public.css?v={sheet}\">\n{structured}</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to content</a>\n\
         <header><div class=\"wide\"><a class=\"district\" href=\"/faq\">{district}</a>\n\
         <nav aria-label=\"Main\"><a href=\"/faq\">Questions and answers</a> <a href=\"/newsletters\">Newsletters</a></nav>\
         </div></header>\n<main id=\"main\" class=\"wide\">\n{}</main>\n\
         <footer><div class=\"wide\">\n<p>Everything here is written from the documents of {district}, with the help of \
         software, and was read and approved by a member of staff before it was published.</p>\n{contact}\
         </div></footer>\n</body>\n</html>\n",
        page.main
    )
}

/// Whom to ask, if the district has said so.
pub fn contact(config: &Config) -> String {
    match config.district.contact.trim() {
        "" => String::new(),
        contact => format!(
            "<p>Does something look wrong, or is your question missing? Ask us: {}.</p>\n",
            linked(contact)
        ),
    }
}

/// An e-mail or web address as a link, anything else as text.
fn linked(contact: &str) -> String {
    let text = html(contact.trim_end_matches('.'));
    let is_address = contact.contains('@') && !contact.contains(char::is_whitespace);
    if contact.starts_with("https://") && !contact.contains(char::is_whitespace) {
        format!("<a href=\"{text}\">{text}</a>")
    } else if is_address && !contact.contains([':', '/', '?']) {
        format!("<a href=\"mailto:{text}\">{text}</a>")
    } else {
        text
    }
}

/// "October 5, 2026", where the district is.
pub fn day(config: &Config, at: Timestamp) -> String {
    at.to_zoned(config.time_zone()).strftime("%B %-d, %Y").to_string()
}

/// A day with its machine-readable form beside it.
pub fn time(config: &Config, at: Timestamp) -> String {
    let machine = at.to_zoned(config.time_zone()).strftime("%Y-%m-%d").to_string();
    format!("<time datetime=\"{machine}\">{}</time>", day(config, at))
}

fn style_text(config: &Config) -> String {
    let colour = match config.district.colour.as_str() {
        "" => ACCENT,
        colour => colour,
    };
    STYLE.replace("ACCENT", colour)
}

fn style_sha256(config: &Config) -> String {
    hex::encode(Sha256::digest(style_text(config).as_bytes()))
}

/// The style sheet. Pages name it with its hash, so it may be kept for good.
pub async fn style(State(app): State<App>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, style_text(&app.config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_a_link_where_it_is_an_address() {
        for (contact, expected) in [
            (
                "ask@district.example",
                "<a href=\"mailto:ask@district.example\">ask@district.example</a>",
            ),
            (
                "https://district.example/help",
                "<a href=\"https://district.example/help\">https://district.example/help</a>",
            ),
            ("(555) 010-0100", "(555) 010-0100"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            (
                "https://a\"onclick=\"b",
                "<a href=\"https://a&quot;onclick=&quot;b\">https://a&quot;onclick=&quot;b</a>",
            ),
        ] {
            assert_eq!(linked(contact), expected);
        }
    }
}
