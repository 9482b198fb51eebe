//! What changed between two versions of a document.

use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Asked, Named};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown;
use crate::accounts::Permission;
use crate::ids::DocumentId;
use crate::workflow::{self, App, Caller};

pub fn routes() -> Vec<Guarded> {
    vec![Guarded::new(
        Access::May(Permission::DocumentRead),
        routes!(compare_document_versions),
    )]
}

#[utoipa::path(get, path = "/documents/{id}/compare", tag = "documents",
    params(("id" = String, Path), dto::CompareQuery), responses((status = OK, body = dto::VersionComparison)))]
async fn compare_document_versions(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<DocumentId>,
    Asked(query): Asked<dto::CompareQuery>,
) -> Result<Json<dto::VersionComparison>, Problem> {
    let compared = workflow::compare_versions(&app, &caller, &id, query.from, query.to).await?;
    Ok(Json(shown::version_comparison(compared, app.config.today())))
}
