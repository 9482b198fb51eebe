//! Forms with files in them: how their parts are read within bounds, and what is said of those that can't be.

use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;

use super::error::invalid;
use super::extract::too_large;
use super::problem::Problem;

/// Titles, owners, dates: anything longer was put into the wrong field.
pub const FIELD_BYTES_MAX: usize = 4 * 1024;

/// Reads a field piece by piece and stops at once where it grows too large.
pub async fn read_field(mut field: Field<'_>, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(if bytes_max == FIELD_BYTES_MAX {
                wrong(field.name().unwrap_or_default(), "it is too long")
            } else {
                too_large(bytes_max)
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A field of text; nothing where it was not filled in.
pub async fn text_field(field: Field<'_>) -> Result<Option<String>, Problem> {
    let name = field.name().unwrap_or_default().to_owned();
    let bytes = read_field(field, FIELD_BYTES_MAX).await?;
    let text = String::from_utf8(bytes).map_err(|_| wrong(&name, "it must be text in UTF-8"))?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

pub fn wrong(field: &str, advice: &str) -> Problem {
    invalid(format!("The field \"{field}\" can't be taken: {advice}.")).field(field)
}

pub fn broken(error: &MultipartError) -> Problem {
    Problem::new(
        error.status(),
        "broken-upload",
        "The upload broke off",
        "The upload did not arrive whole, so nothing was added.",
    )
    .next("Send it again.")
}

pub fn not_a_form(status: StatusCode) -> Problem {
    Problem::new(
        status,
        "not-a-form",
        "Not a form",
        "This address takes multipart/form-data with a file in it.",
    )
}
