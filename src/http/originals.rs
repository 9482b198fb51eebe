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
use crate::workflow::{self, App, Caller};

const PDF: &str = "application/pdf";
const HTML_UTF_8: &str = "text/html; charset=utf-8";

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::DocumentRead);
    vec![
        Guarded::new(read, routes!(show_original)),
        Guarded::new(read, routes!(show_preview)),
    ]
}

#[utoipa::path(get, path = "/versions/{id}/original", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, content_type = "application/octet-stream", body = dto::FileBytes)))]
async fn show_original(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
) -> Result<Response, Problem> {
    let (version, bytes) = workflow::original(&app, &caller, &id).await?;
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
async fn show_preview(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
) -> Result<Response, Problem> {
    let (version, bytes) = workflow::original(&app, &caller, &id).await?;
    let file_name = version.row.file_name.clone();
    let (policy, media_type, body) = if version.row.media_type == PDF {
        (PDF_CSP, PDF, bytes)
    } else {
        let instead = extracted(&version);
        // A file that can no longer be shown, because its reader or the limits changed, still has its text.
        let shown = match workflow::rendition(&app, version, &bytes).await {
            Ok(shown) => shown,
            Err(why) => format!("<p class=\"left-out\">{}</p>{instead}", html(&why.to_string())),
        };
        (UPLOAD_CSP, HTML_UTF_8, page(&shown).into_bytes())
    };
    let mut headers = guarded(policy, media_type);
    headers.insert(header::CONTENT_DISPOSITION, disposition("inline", &file_name));
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

/// The extracted text by its headings, said to be that: for a file that cannot be shown.
fn extracted(version: &VersionDetail) -> String {
    let mut written = String::from(
        "<p><em>The file cannot be shown here, so this is its text as it was read. Download the original to \
         compare.</em></p>",
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

/// The sentence that the address names is lit; what the file hides, deletes or leaves out looks it.
const STYLE: &str = "body{margin:24px;font:15px/1.5 system-ui,sans-serif;color:#1b1f23;background:#fff;max-width:44em;overflow-wrap:anywhere}\
    pre,.typed{white-space:pre-wrap}table{border-collapse:collapse;margin:8px 0}td,th{border:1px solid #d0d7de;padding:4px 8px;text-align:left;vertical-align:top}\
    :is(p,li,pre,h1,h2,h3,h4,h5,h6,dt,dd,blockquote,caption,div):has(>a:target),tr:has(a:target){background:#fff3c4;outline:2px solid #b58900}\
    ins{background:#e6f4ea;color:#0b5d1e;text-decoration:underline}del{background:#fdeaea;color:#8e1519}\
    .unseen{background:#f1e6ff;color:#512a7a;outline:1px dashed #512a7a}.left-out,.place,.note{color:#57606a}\
    .comment,.comments{color:#0a4a8f}.comments{border-top:1px solid #d0d7de}.comments h2{font-size:15px}\
    .slide{border:1px solid #d0d7de;border-radius:6px;padding:8px 16px;margin:12px 0}.box{border:1px solid #d0d7de;padding:0 8px}\
    h1,h2,h3,h4,h5,h6{line-height:1.25}h1{font-size:22px}h2{font-size:19px}h3{font-size:17px}h4,h5,h6{font-size:15px}";

fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Original</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>"
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
}
