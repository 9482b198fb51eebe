//! What the server can do just now, and the API's description.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa_axum::routes;

use super::dto;
use super::guard::Access;
use super::problem::Problem;
use super::routes::{Guarded, description};
use crate::workflow::{self, App, Caller};

static DESCRIPTION: LazyLock<String> = LazyLock::new(|| {
    // It is made of strings and maps alone, which always can be written as JSON.
    description().to_pretty_json().unwrap_or_default()
});

/// The API's description, as the golden document of the tests and `countersign openapi` have it.
pub fn openapi_json() -> String {
    DESCRIPTION.clone()
}

pub fn routes() -> Vec<Guarded> {
    vec![
        Guarded::new(Access::SignedIn, routes!(show_status)),
        Guarded::new(Access::Anyone, routes!(show_description)),
    ]
}

#[utoipa::path(get, path = "/status", tag = "status", responses((status = OK, body = dto::Status)))]
async fn show_status(State(app): State<App>, caller: Caller) -> Result<Json<dto::Status>, Problem> {
    let model = app.models.model_status();
    let index = app.models.index_status();
    let jobs = app.store.jobs_waiting().await?;
    Ok(Json(dto::Status {
        model: dto::ModelStatus {
            state: match model.state {
                "loading" => dto::ModelState::Loading,
                "ready" => dto::ModelState::Ready,
                "failed" => dto::ModelState::Failed,
                _ => dto::ModelState::Absent,
            },
            name: model.name,
            reason: model.reason,
            load_ms: model.load_ms,
        },
        index: dto::IndexStatus {
            passages: index.passages as u64,
            documents: index.documents as u64,
            building: index.building,
            progress: index.progress.map(|progress| dto::IndexProgress {
                done: progress.done as u64,
                of: progress.of as u64,
            }),
        },
        jobs: dto::JobsStatus {
            waiting: jobs.waiting,
            running: jobs.running,
        },
        notices_unread: workflow::notices_unread(&app, &caller).await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

#[utoipa::path(get, path = "/openapi.json", tag = "status", responses((status = OK, body = serde_json::Value)))]
async fn show_description() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION.as_str())
}
