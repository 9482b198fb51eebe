//! The one shape of an error: an RFC 9457 problem document that says what happened, what was kept and what to do.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, in the shape of RFC 9457.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
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
    /// On 409: the item or version as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<serde_json::Value>,
    #[serde(skip)]
    pub retry_after_seconds: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, slug: &str, title: &str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:countersign:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            kept: None,
            next: None,
            current: None,
            retry_after_seconds: None,
        }
    }

    pub fn kept(mut self, kept: impl Into<String>) -> Problem {
        self.kept = Some(kept.into());
        self
    }

    pub fn next(mut self, next: impl Into<String>) -> Problem {
        self.next = Some(next.into());
        self
    }

    pub fn current(mut self, current: serde_json::Value) -> Problem {
        self.current = Some(current);
        self
    }

    pub fn retry_after(mut self, seconds: u64) -> Problem {
        // A client that is told 0 would come back at once.
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }
}
