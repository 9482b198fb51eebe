//! Uploaded files as they came in: to download, and to see beside the extracted text without trusting them.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::routes;

use super::dto;
use super::extract::Named;
use super::guard::Access;
use super::headers::{PDF_CSP, UPLOAD_CSP};
use super::problem::Problem;
use super::routes::Guarded;
use crate::accounts::Permission;
use crate::ids::VersionId;
use crate::publish::html;
use crate::store::VersionDetail;
use crate::workflow::{App, WorkflowError};

const PDF: &str = "application/pdf";
const HTML: &str = "text/html";
const HTML_UTF_8: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown";

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::DocumentRead);
    vec![
        Guarded::new(read, routes!(show_original)),
        Guarded::new(read, routes!(show_preview)),
    ]
}

async fn stored(app: &App, id: &VersionId) -> Result<(VersionDetail, Vec<u8>), Problem> {
    let missing = || WorkflowError::NotFound("version");
    let version = app.store.version(id).await?.ok_or_else(missing)?;
    let bytes = app.store.version_bytes(id).await?.ok_or_else(missing)?;
    Ok((version, bytes))
}

#[utoipa::path(get, path = "/versions/{id}/original", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, content_type = "application/octet-stream", body = dto::FileBytes)))]
async fn show_original(State(app): State<App>, Named(id): Named<VersionId>) -> Result<Response, Problem> {
    let (version, bytes) = stored(&app, &id).await?;
    let mut headers = guarded(UPLOAD_CSP, &version.row.media_type);
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition("attachment", &version.row.file_name),
    );
    Ok((headers, Bytes::from(bytes)).into_response())
}

#[utoipa::path(get, path = "/versions/{id}/preview", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, content_type = "text/html", body = String,
        description = "What can be shown of the original in a sandboxed frame; a PDF as itself.")))]
async fn show_preview(State(app): State<App>, Named(id): Named<VersionId>) -> Result<Response, Problem> {
    let (version, bytes) = stored(&app, &id).await?;
    let (policy, media_type, body) = match version.row.media_type.as_str() {
        PDF => (PDF_CSP, PDF, bytes),
        HTML if std::str::from_utf8(&bytes).is_ok() => (UPLOAD_CSP, HTML_UTF_8, bytes),
        // The page itself may say in which encoding it is written.
        HTML => (UPLOAD_CSP, HTML, bytes),
        MARKDOWN => (
            UPLOAD_CSP,
            HTML_UTF_8,
            page(&markdown(&String::from_utf8_lossy(&bytes))).into_bytes(),
        ),
        kind if kind.starts_with("text/") => {
            let text = html(&String::from_utf8_lossy(&bytes));
            (
                UPLOAD_CSP,
                HTML_UTF_8,
                page(&format!("<pre>{text}</pre>")).into_bytes(),
            )
        }
        _ => (UPLOAD_CSP, HTML_UTF_8, page(&extracted(&version)).into_bytes()),
    };
    let mut headers = guarded(policy, media_type);
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition("inline", &version.row.file_name),
    );
    Ok((headers, Bytes::from(body)).into_response())
}

/// Headers under which a file from outside can do nothing but show itself. Its bytes never change.
fn guarded(policy: &'static str, media_type: &str) -> HeaderMap {
    let kind =
        HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=3600, immutable"),
        ),
    ])
}

/// The file's name in both spellings of RFC 6266: for old clients in ASCII, for all others in UTF-8.
fn disposition(kind: &str, file_name: &str) -> HeaderValue {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._- ".contains(c);
    let ascii: String = file_name
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let text = format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Markdown as HTML with everything in it that is not Markdown shown as text.
fn markdown(source: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let parser = Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let safe = parser.filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        // Nothing is fetched and nowhere is gone to from a preview; the words of a link or picture stay.
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image) => None,
        event => Some(event),
    });
    let mut written = String::new();
    pulldown_cmark::html::push_html(&mut written, safe);
    written
}

/// For formats that browsers don't show: the extracted text by its headings, said to be that.
fn extracted(version: &VersionDetail) -> String {
    let mut written = String::from(
        "<p><em>Browsers do not show this kind of file, so this is its text as it was read. \
         Download the original to compare.</em></p>",
    );
    let mut heading: &[String] = &[];
    for passage in &version.passages {
        if passage.heading != heading {
            heading = &passage.heading;
            written.push_str(&format!("<h2>{}</h2>", html(&heading.join(" › "))));
        }
        let text = version.text.get(passage.start..passage.end).unwrap_or_default();
        written.push_str(&format!("<p>{}</p>", html(text).replace('\n', "<br>")));
    }
    written
}

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Preview</title>\
         <style>body{{margin:24px;font:15px/1.5 system-ui,sans-serif;color:#1b1f23;background:#fff;max-width:44em}}\
         pre{{white-space:pre-wrap}}table{{border-collapse:collapse}}td,th{{border:1px solid #d0d7de;padding:4px 8px}}\
         </style></head><body>{body}</body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_can_not_break_the_header() {
        for (name, expected) in [
            ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
            (
                "Schüler 1.pdf",
                "attachment; filename=\"Sch_ler 1.pdf\"; filename*=UTF-8''Sch%C3%BCler%201.pdf",
            ),
            (
                "x\"\r\nSet-Cookie: a",
                "attachment; filename=\"x___Set-Cookie_ a\"; filename*=UTF-8''x%22%0D%0ASet-Cookie%3A%20a",
            ),
        ] {
            assert_eq!(disposition("attachment", name).to_str().ok(), Some(expected));
        }
    }

    #[test]
    fn markdown_from_outside_brings_no_markup_of_its_own() {
        let hostile = "# Title\n\n<script>alert(1)</script>\n\n[link](javascript:alert(1)) ![x](http://far/away.png) <b onclick=x>b</b>\n";
        let shown = markdown(hostile);
        assert!(
            shown.contains("<h1>Title</h1>") && shown.contains("link"),
            "{shown}"
        );
        for bad in ["<script", "href", "src=", "<b "] {
            assert!(!shown.contains(bad), "{bad} in {shown}");
        }
    }
}
