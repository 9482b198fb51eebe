//! The one shape of an error: an RFC 9457 problem document that says what happened, what was kept and what to do.

use std::ops::Deref;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, in the shape of RFC 9457.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Stable: `urn:countersign:` and a slug.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// What happened.
    pub detail: String,
    /// What was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kept: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
    /// On 422: the field that can't be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// On 409: the item or version as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
    #[serde(skip)]
    pub retry_after_seconds: Option<u64>,
}

/// A problem document as an error: a pointer, so that results stay small where all goes well.
#[derive(Debug, Clone)]
pub struct Problem(Box<ProblemDocument>);

impl Deref for Problem {
    type Target = ProblemDocument;

    fn deref(&self) -> &ProblemDocument {
        &self.0
    }
}

impl Problem {
    pub fn new(status: StatusCode, slug: &str, title: &str, detail: impl Into<String>) -> Problem {
        Problem(Box::new(ProblemDocument {
            kind: format!("urn:countersign:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            kept: None,
            next: None,
            field: None,
            current: None,
            retry_after_seconds: None,
        }))
    }

    pub fn kept(mut self, kept: impl Into<String>) -> Problem {
        self.0.kept = Some(kept.into());
        self
    }

    pub fn next(mut self, next: impl Into<String>) -> Problem {
        self.0.next = Some(next.into());
        self
    }

    pub fn field(mut self, field: impl Into<String>) -> Problem {
        self.0.field = Some(field.into());
        self
    }

    pub fn current(mut self, current: serde_json::Value) -> Problem {
        self.0.current = Some(current);
        self
    }

    pub fn retry_after(mut self, seconds: u64) -> Problem {
        // A client that is told 0 would come back at once.
        self.0.retry_after_seconds = Some(seconds.max(1));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_seconds = self.retry_after_seconds;
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Whether a response is a problem document already.
pub fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes() == PROBLEM_JSON.as_bytes())
}

/// What libraries below answer with a bare status, put into the one shape of an error.
pub fn of_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::BAD_REQUEST => Problem::new(
            status,
            "bad-request",
            "The request can't be read",
            "The request does not have the form that this address expects.",
        ),
        StatusCode::UNAUTHORIZED => not_signed_in(),
        StatusCode::FORBIDDEN => Problem::new(status, "forbidden", "Not allowed", "You may not do this."),
        StatusCode::NOT_FOUND => no_such_address(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            status,
            "method-not-allowed",
            "Not possible at this address",
            "This address exists, but not for this method; the Allow header lists those it has.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            status,
            "too-large",
            "Too large",
            "What was sent is larger than this address takes.",
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too-slow",
                "That took too long",
                "The server did not finish in time. A change that was sent may still be carried out.",
            )
            .next("Look at the page as it stands now before you try again.")
            .retry_after(5)
        }
        status if status.is_server_error() => on_our_side(),
        status => Problem::new(status, "refused", "Not possible", "The request was refused."),
    }
}

pub fn not_signed_in() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "not-signed-in",
        "Not signed in",
        "You are not signed in, or your session has ended.",
    )
    .next("Sign in and try again; what you typed stays on the page.")
}

pub fn no_such_address() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "Not found",
        "There is nothing at this address.",
    )
    .next("Check the address; the API's description is at /api/v1/openapi.json.")
}

/// For what must not be told in detail; the log has it under the request's number.
pub fn on_our_side() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong",
        "Something went wrong on the server, and nothing was changed.",
    )
    .next("Try again. If it happens again, give your administrator the request number in the x-request-id header.")
}
