//! The one mapping from what went wrong to a problem document. Nothing else in this room chooses a status for an
//! error of a use case.

use std::error::Error;

use axum::Json;
use axum::http::StatusCode;
use serde::Serialize;

use super::problem::{self, Problem};
use crate::corpus::ExtractionError;
use crate::review::Refused;
use crate::store::StoreError;
use crate::workflow::WorkflowError;

/// Seconds after which something that is loading or busy is worth asking again.
const AGAIN_SECONDS: u64 = 5;
const NOTHING_CHANGED: &str = "Nothing was changed.";

/// What a change answers: the thing as it is now. Where it was refused because of what stands there, the problem holds that.
pub(super) async fn answered<T: Serialize>(
    done: Result<(), WorkflowError>,
    now: impl Future<Output = Result<T, Problem>>,
) -> Result<Json<T>, Problem> {
    let Err(error) = done else {
        return Ok(Json(now.await?));
    };
    let problem = Problem::from(error);
    if problem.status != StatusCode::CONFLICT.as_u16() {
        return Err(problem);
    }
    let current = now.await.ok().and_then(|now| serde_json::to_value(now).ok());
    Err(match current {
        Some(current) => problem.current(current),
        None => problem,
    })
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Problem {
        let said = error.to_string();
        match error {
            WorkflowError::Refused(refused) => of_refused(&refused, said),
            WorkflowError::RefusedDocument(_) => conflict("refused", "Not possible now", said),
            WorkflowError::Forbidden(_) => forbidden(said),
            WorkflowError::NotFound(_) => not_found(said),
            WorkflowError::Stale => conflict("stale", "Changed in the meantime", said)
                .kept("What you typed is still on your page; nothing was saved.")
                .next("Look at the text as it stands now and repeat your change on it."),
            WorkflowError::Invalid { field, .. } => invalid(said).field(field),
            WorkflowError::Busy {
                retry_after_seconds, ..
            } => Problem::new(StatusCode::TOO_MANY_REQUESTS, "busy", "Too much is waiting", said)
                .kept("What you typed is still on your page; nothing was saved.")
                .next("Try again later.")
                .retry_after(retry_after_seconds),
            WorkflowError::Extraction(extraction) => of_extraction(&extraction, said),
            WorkflowError::Unavailable(_) => unavailable(said),
            WorkflowError::Store(store) => store.into(),
            WorkflowError::Index(_) | WorkflowError::Engine(_) => {
                log(&error);
                unavailable(said)
            }
            error => {
                log(&error);
                problem::on_our_side()
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let said = error.to_string();
        match error {
            StoreError::Stale => WorkflowError::Stale.into(),
            StoreError::NotFound(_) => not_found(said),
            StoreError::Taken(_) => conflict("taken", "Already there", said),
            StoreError::BadCursor => Problem::new(
                StatusCode::BAD_REQUEST,
                "bad-query",
                "The address can't be read",
                said,
            ),
            StoreError::InUse => unavailable(said),
            error => {
                log(&error);
                problem::on_our_side()
            }
        }
    }
}

fn of_refused(refused: &Refused, said: String) -> Problem {
    match refused {
        Refused::WrongState(_) => conflict("wrong-state", "Not possible now", said),
        Refused::Changed(_) => conflict("changed", "Changed in the meantime", said)
            .next("Look at the text and its sources as they stand now."),
        Refused::WrongPerson(_) => forbidden(said),
        Refused::MissingReason(_) => invalid(said).field("reason"),
    }
}

fn of_extraction(error: &ExtractionError, said: String) -> Problem {
    let (status, slug, title) = match error {
        ExtractionError::TooLarge { .. } | ExtractionError::TextTooLong { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large")
        }
        ExtractionError::UnsupportedType { .. } => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "file-type",
            "This kind of file is not read",
        ),
        ExtractionError::Child(_) => {
            log(error);
            return unavailable(said);
        }
        _ => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "unreadable-file",
            "The file can't be read",
        ),
    };
    Problem::new(status, slug, title, said).kept("Nothing was added; the documents are as they were.")
}

fn conflict(slug: &str, title: &str, said: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, slug, title, said).kept(NOTHING_CHANGED)
}

fn forbidden(said: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", said).kept(NOTHING_CHANGED)
}

fn not_found(said: String) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found", said)
}

/// For input that a field can't take.
pub fn invalid(said: impl Into<String>) -> Problem {
    let title = "Something in what was sent can't be taken";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", title, said).kept(NOTHING_CHANGED)
}

fn unavailable(said: String) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "Not available just now",
        said,
    )
    .next("Try again in a few seconds.")
    .retry_after(AGAIN_SECONDS)
}

/// The error with its causes, once, here where it leaves the program. Messages hold ids and codes, not texts.
fn log(error: &(dyn Error + 'static)) {
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        causes.push(inner.to_string());
        cause = inner.source();
    }
    tracing::error!(error = %error, causes = causes.join(": "), "a request failed");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Refused;

    #[test]
    fn each_error_has_its_status() {
        for (error, status, slug) in [
            (
                WorkflowError::Refused(Refused::WrongState("s".into())),
                409,
                "wrong-state",
            ),
            (
                WorkflowError::Refused(Refused::Changed("s".into())),
                409,
                "changed",
            ),
            (
                WorkflowError::Refused(Refused::WrongPerson("s".into())),
                403,
                "forbidden",
            ),
            (
                WorkflowError::Refused(Refused::MissingReason("s".into())),
                422,
                "invalid",
            ),
            (WorkflowError::RefusedDocument("s".into()), 409, "refused"),
            (WorkflowError::Forbidden("s".into()), 403, "forbidden"),
            (WorkflowError::NotFound("item"), 404, "not-found"),
            (WorkflowError::Stale, 409, "stale"),
            (WorkflowError::invalid("question", "s"), 422, "invalid"),
            (
                WorkflowError::Busy {
                    waiting: 9,
                    retry_after_seconds: 60,
                },
                429,
                "busy",
            ),
            (WorkflowError::Unavailable("s".into()), 503, "unavailable"),
            (WorkflowError::Store(StoreError::InUse), 503, "unavailable"),
            (WorkflowError::Store(StoreError::NoEntry), 500, "internal"),
            (WorkflowError::Internal("s".into()), 500, "internal"),
        ] {
            let said = error.to_string();
            let problem = Problem::from(error);
            assert_eq!(
                (problem.status, problem.kind.as_str()),
                (status, format!("urn:countersign:{slug}").as_str())
            );
            assert_eq!(
                problem.detail == said,
                status != 500,
                "what is internal is not told, all else is: {said}"
            );
        }
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let busy = Problem::from(WorkflowError::Busy {
            waiting: 9,
            retry_after_seconds: 60,
        });
        assert_eq!(busy.retry_after_seconds, Some(60));
        let at_once = Problem::from(WorkflowError::Busy {
            waiting: 9,
            retry_after_seconds: 0,
        });
        assert_eq!(at_once.retry_after_seconds, Some(1));
    }
}
