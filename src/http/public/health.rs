//! For whatever watches over the server: is the process there, and can it do its work.

use axum::extract::State;
use axum::http::StatusCode;

use crate::workflow::App;

pub async fn alive() -> &'static str {
    "ok\n"
}

/// Ready means that the database answers. Pages and the queue work before the model has loaded; its state is in
/// the staff application.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.store.people_count().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(error = %error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
