//! Search in the documents in force, by the index that feeds drafting.

use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

use super::dto;
use super::error::invalid;
use super::extract::Asked;
use super::guard::Access;
use super::problem::{self, Problem};
use super::routes::Guarded;
use super::shown;
use crate::accounts::Permission;
use crate::workflow::{self, App, WorkflowError};

const HITS_MAX: u32 = 50;
const HITS_USUAL: u32 = 10;
const QUERY_CHARACTERS_MAX: usize = 500;

pub fn routes() -> Vec<Guarded> {
    vec![Guarded::new(
        Access::May(Permission::DocumentRead),
        routes!(search_documents),
    )]
}

#[utoipa::path(get, path = "/search", tag = "search", params(dto::SearchQuery),
    responses((status = OK, body = dto::HitList)))]
async fn search_documents(
    State(app): State<App>,
    Asked(query): Asked<dto::SearchQuery>,
) -> Result<Json<dto::HitList>, Problem> {
    let limit = query.limit.unwrap_or(HITS_USUAL);
    if !(1..=HITS_MAX).contains(&limit) {
        return Err(invalid(format!("limit must be between 1 and {HITS_MAX}.")).field("limit"));
    }
    if query.q.chars().count() > QUERY_CHARACTERS_MAX {
        return Err(invalid(format!("A search may have {QUERY_CHARACTERS_MAX} characters.")).field("q"));
    }
    if query.q.trim().is_empty() {
        return Ok(Json(dto::HitList { entries: Vec::new() }));
    }
    let index = app.models.index()?;
    let in_force = workflow::sources_in_force(&app).await?;
    // Embedding the words computes for a while; it must not hold up the threads that answer pages.
    let searching = tokio::task::spawn_blocking(move || index.search(&query.q, &in_force, limit as usize));
    let hits = searching
        .await
        .map_err(|_| problem::on_our_side())?
        .map_err(WorkflowError::from)?;
    Ok(Json(dto::HitList {
        entries: hits.into_iter().map(shown::hit).collect(),
    }))
}
