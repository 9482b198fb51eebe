//! Places where two sources in force disagree: the report, and a person's word that a pair is none.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Named, Sent};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown;
use crate::accounts::Permission;
use crate::ids::ConflictId;
use crate::workflow::{self, App, Caller};

pub fn routes() -> Vec<Guarded> {
    let approve = Access::May(Permission::DocumentApprove);
    vec![
        Guarded::new(Access::May(Permission::DocumentRead), routes!(list_conflicts)),
        Guarded::new(approve, routes!(dismiss_conflict)),
        Guarded::new(approve, routes!(reopen_conflict)),
    ]
}

#[utoipa::path(get, path = "/conflicts", tag = "documents", responses((status = OK, body = dto::ConflictReport)))]
async fn list_conflicts(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<dto::ConflictReport>, Problem> {
    Ok(Json(shown::conflicts(workflow::conflicts(&app, &caller).await?)))
}

#[utoipa::path(post, path = "/conflicts/{id}/dismissal", tag = "documents", params(("id" = String, Path)),
    request_body = dto::ReasonInput, responses((status = NO_CONTENT)))]
async fn dismiss_conflict(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ConflictId>,
    Sent(given): Sent<dto::ReasonInput>,
) -> Result<StatusCode, Problem> {
    workflow::dismiss_conflict(&app, &caller, &id, &given.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/conflicts/{id}/dismissal", tag = "documents", params(("id" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn reopen_conflict(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ConflictId>,
) -> Result<StatusCode, Problem> {
    workflow::reopen_conflict(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
