//! A number for every request, in its answer, in the log and in the audit entries it makes.

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use rand::RngExt;
use tracing::Instrument;

const HEADER: &str = "x-request-id";

/// A request's number. It is always ours: one from outside could forge a line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    fn fresh() -> RequestId {
        RequestId(hex::encode(rand::rng().random::<[u8; 8]>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Numbers the request and logs its end: method, route, status, time. Neither bodies nor queries are logged, and
/// of the path only its pattern, since a set-up link's token stands in one.
pub async fn number(mut request: Request, next: Next) -> Response {
    let id = RequestId::fresh();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!("request", id = id.as_str(), method = %request.method(), route);
    request.extensions_mut().insert(id.clone());
    let begun = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    span.in_scope(|| {
        let milliseconds = begun.elapsed().as_millis();
        let status = response.status().as_u16();
        if response.status().is_server_error() {
            tracing::error!(status, milliseconds, "answered");
        } else {
            tracing::info!(status, milliseconds, "answered");
        }
    });
    response
}
