//! NUL, the one character that a text in PostgreSQL can't hold.
//!
//! Nobody types it. So it is left out of what is sent, and an address that holds it names nothing.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// NUL as JSON must write it; it can only stand inside a string.
const IN_JSON: &[u8] = b"\\u0000";
/// NUL as an address must write it.
const IN_ADDRESS: &str = "%00";

/// A JSON body without the NULs in its strings.
pub fn left_out(json: Bytes) -> Bytes {
    if !json.windows(IN_JSON.len()).any(|window| window == IN_JSON) {
        return json;
    }
    let mut kept = Vec::with_capacity(json.len());
    let mut rest = &json[..];
    while let Some((&first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(IN_JSON) {
            rest = after;
        } else if first == b'\\' {
            // The character behind a backslash belongs to it: two backslashes and `u0000` are no NUL.
            let (escape, after) = rest.split_at(rest.len().min(2));
            kept.extend_from_slice(escape);
            rest = after;
        } else {
            kept.push(first);
            rest = after;
        }
    }
    kept.into()
}

/// Answers an address with a NUL in it like one that does not exist.
pub async fn refuse_in_address(request: Request, next: Next) -> Response {
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |address| address.as_str());
    if !address.contains(IN_ADDRESS) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "Not found",
        "The address holds a NUL character, which no name and no text has; look at where it was copied from.",
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nul_is_left_out_of_json() {
        for (sent, expected) in [
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#"{"a":"b\u0000c"}"#, r#"{"a":"bc"}"#),
            (r#"{"a":"\u0000\u0000"}"#, r#"{"a":""}"#),
            (r#"{"a":"\\u0000"}"#, r#"{"a":"\\u0000"}"#),
            (r#"{"a":"\\\u0000"}"#, r#"{"a":"\\"}"#),
            (r#"{"a":"\u0001\n\"\u00000"}"#, r#"{"a":"\u0001\n\"0"}"#),
            ("\\u0000\\", "\\"),
        ] {
            assert_eq!(left_out(Bytes::from(sent)), expected, "{sent}");
        }
    }
}
