//! What handlers take from a request. Whatever can't be taken is answered with a problem document.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::nul;
use super::problem::{self, Problem};
use crate::workflow::Caller;

/// Largest JSON body; a newsletter of the largest size a person can write has a tenth of it.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;
const ENTRIES_MAX: u32 = 200;
const ENTRIES_USUAL: u32 = 50;

/// Who calls; the guard of the route has put it there.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or_else(problem::not_signed_in)
    }
}

/// The row version that a change is based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(given) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "version-missing",
                "The version is missing",
                "A change must say which version it is based on, so that nobody's work is overwritten unseen.",
            )
            .next("Send If-Match with the version you read, in quotation marks."));
        };
        let unquoted = given
            .to_str()
            .ok()
            .and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"'));
        unquoted
            .and_then(|number| number.parse().ok())
            .map(IfMatch)
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "version-unreadable",
                    "The version can't be read",
                    "If-Match must be one version in quotation marks, for example \"7\".",
                )
            })
    }
}

/// The ids in a path. A text that can be no id names nothing, so it is answered like an unknown one.
#[derive(Debug, Clone)]
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(named) = Path::<T>::from_request_parts(parts, state).await.map_err(|_| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "not-found",
                "Not found",
                "There is nothing with this name; the address may be incomplete.",
            )
        })?;
        Ok(Named(named))
    }
}

/// The query of an address.
#[derive(Debug, Clone)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| {
                let reason = rejection.body_text();
                let reason = reason
                    .strip_prefix("Failed to deserialize query string: ")
                    .unwrap_or(&reason);
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "bad-query",
                    "The address can't be read",
                    format!("In the part after the question mark: {reason}."),
                )
            })?;
        Ok(Asked(asked))
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let whole = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let whole = whole.map_err(|rejection| unreadable(&JsonRejection::BytesRejection(rejection)))?;
        let request = Request::from_parts(parts, Body::from(nul::left_out(whole)));
        match Json::<T>::from_request(request, state).await {
            Ok(Json(sent)) => Ok(Sent(sent)),
            Err(rejection) => Err(unreadable(&rejection)),
        }
    }
}

fn unreadable(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::JsonDataError(error) => {
            let reason = error.body_text();
            let reason = reason
                .rsplit_once("target type: ")
                .map_or(reason.as_str(), |(_, reason)| reason);
            Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "Something in what was sent can't be taken",
                format!("{reason}."),
            )
            .kept("Nothing was changed.")
        }
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Not JSON",
            "This address takes JSON; send it with Content-Type: application/json.",
        ),
        rejection if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => too_large(JSON_BYTES_MAX),
        _ => Problem::new(
            StatusCode::BAD_REQUEST,
            "not-json",
            "Not JSON",
            "What was sent could not be read as JSON; nothing was changed.",
        ),
    }
}

/// What is larger than may be sent, with the figure.
pub fn too_large(bytes_max: usize) -> Problem {
    let mib = bytes_max / (1024 * 1024);
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "Too large",
        format!("What was sent is larger than {mib} MiB, the most that this address takes."),
    )
    .kept("Nothing was changed.")
    .next("Split it, or make the file smaller, and send it again.")
}

/// How many entries a page has.
pub fn page_limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(ENTRIES_USUAL) {
        limit @ 1..=ENTRIES_MAX => Ok(limit),
        limit => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-query",
            "The address can't be read",
            format!("limit is {limit}; it must be between 1 and {ENTRIES_MAX}."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::*;
    use crate::http::dto::ItemInput;

    async fn if_match(value: Option<&str>) -> Result<IfMatch, u16> {
        let mut request = Request::builder();
        if let Some(value) = value {
            request = request.header("if-match", value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        IfMatch::from_request_parts(&mut parts, &())
            .await
            .map_err(|problem| problem.status)
    }

    #[tokio::test]
    async fn the_version_must_be_one_number_in_quotation_marks() {
        for (given, expected) in [
            (Some("\"7\""), Ok(IfMatch(7))),
            (None, Err(428)),
            (Some("7"), Err(400)),
            (Some("*"), Err(400)),
            (Some("W/\"7\""), Err(400)),
            (Some("\"7\", \"8\""), Err(400)),
            (Some("\"x\""), Err(400)),
        ] {
            assert_eq!(if_match(given).await, expected, "{given:?}");
        }
    }

    async fn sent(content_type: &str, body: &str) -> Result<ItemInput, (u16, String)> {
        let request = Request::post("/")
            .header("content-type", content_type)
            .body(Body::from(body.to_owned()));
        match Sent::<ItemInput>::from_request(request.expect("a request"), &()).await {
            Ok(Sent(input)) => Ok(input),
            Err(problem) => Err((problem.status, problem.detail.clone())),
        }
    }

    #[tokio::test]
    async fn bodies_that_can_not_be_taken_say_why() {
        assert!(
            sent("application/json", r#"{"kind":"faq","question":"Q?"}"#)
                .await
                .is_ok()
        );
        for (content_type, body, status, said) in [
            (
                "text/plain",
                r#"{"kind":"faq","question":"Q?"}"#,
                415,
                "application/json",
            ),
            ("application/json", "{", 400, "JSON"),
            ("application/json", r#"{"kind":"faq"}"#, 422, "question"),
            (
                "application/json",
                r#"{"kind":"poem","question":"Q?"}"#,
                422,
                "poem",
            ),
        ] {
            let (given, detail) = sent(content_type, body).await.expect_err(body);
            assert_eq!(given, status, "{body}");
            assert!(detail.contains(said), "{detail:?} does not say {said:?}");
        }
    }

    #[test]
    fn pages_are_bounded() {
        assert_eq!(page_limit(None).map_err(|p| p.status), Ok(50));
        assert_eq!(page_limit(Some(200)).map_err(|p| p.status), Ok(200));
        for limit in [0, 201, u32::MAX] {
            assert_eq!(page_limit(Some(limit)).map_err(|p| p.status), Err(400));
        }
    }
}
