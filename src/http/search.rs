//! Search in the documents in force, by the index that feeds drafting, and in what was in force before.

use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

use super::dto;
use super::error::invalid;
use super::extract::Asked;
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown;
use crate::accounts::Permission;
use crate::ids::VersionId;
use crate::workflow::{self, App, Caller, SearchFilter};

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
    caller: Caller,
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
    let filter = SearchFilter {
        owner: query.owner.filter(|owner| !owner.trim().is_empty()),
        topic: query.topic.filter(|topic| !topic.trim().is_empty()),
        history: query.within == Some(dto::SearchWithin::History),
    };
    let hits = workflow::search(&app, &caller, &query.q, &filter, limit as usize).await?;
    let shown::Day { today, soon } = shown::Day::of(&app.config);
    let in_force = app.store.versions_in_force(today).await?;
    let ends_soon = |version: &VersionId| {
        let source = in_force.iter().find(|source| source.version == *version)?;
        source.days_left.filter(|days| *days <= soon)
    };
    let entries = hits.into_iter().map(|found| {
        let days = ends_soon(&found.hit.version);
        shown::hit(found, days)
    });
    Ok(Json(dto::HitList {
        entries: entries.collect(),
    }))
}
