//! The staff application, built by Vite and carried in the binary.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::headers::is_fresh;
use super::problem;

#[derive(Embed)]
#[folder = "review-ui/dist"]
struct Files;

/// Whatever no other route answers: a file of the application, else its page, which knows its own addresses.
pub async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return problem::no_such_address().into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Files::get(name).filter(|_| name != "index.html") {
        return served(name, file, request.headers());
    }
    if has_extension(name) {
        return (
            StatusCode::NOT_FOUND,
            Html("<!doctype html><title>Not found</title><p>There is no such file.</p>"),
        )
            .into_response();
    }
    match Files::get("index.html") {
        Some(page) => served("index.html", page, request.headers()),
        None => (StatusCode::NOT_FOUND, Html(LEFT_OUT)).into_response(),
    }
}

const LEFT_OUT: &str = "<!doctype html><html lang=\"en\"><title>Countersign</title><h1>The staff application is not in this build</h1>\
    <p>It was built with COUNTERSIGN_UI=skip. The public pages are at <a href=\"/faq\">/faq</a>.</p></html>";

fn has_extension(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

/// Names under `assets/` hold a hash of what is in them, so they may be kept for good; the page itself is asked
/// for again each time.
fn served(name: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let etag = format!("W/\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let keep = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(keep))]);
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    if is_fresh(request, etag.trim_start_matches("W/")) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let mime = if mime.type_() == mime_guess::mime::TEXT {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    };
    if let Ok(value) = HeaderValue::from_str(&mime) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    (headers, Bytes::from(file.data.into_owned())).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::http::openapi;

    async fn status(method: &str, path: &str) -> (u16, String) {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .expect("a request");
        let response = fallback(request).await;
        let kind = response
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        (response.status().as_u16(), kind.to_owned())
    }

    #[tokio::test]
    async fn the_api_never_answers_with_a_page() {
        for path in ["/api", "/api/v1/nothing", "/api/v2/items", openapi::API] {
            let (given, kind) = status("GET", path).await;
            assert_eq!((given, kind.as_str()), (404, problem::PROBLEM_JSON), "{path}");
        }
        assert_eq!(status("POST", "/queue").await.0, 405);
        assert_eq!(status("GET", "/assets/none.js").await.0, 404);
        assert_eq!(status("GET", "/../Cargo.toml").await.0, 404);
    }
}
