//! What the signed-in person was told.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::routes;

use super::extract::{Asked, Named, Sent, page_limit};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::{dto, shown};
use crate::ids::NoticeId;
use crate::workflow::{self, App, Caller};

pub fn routes() -> Vec<Guarded> {
    vec![
        Guarded::new(Access::SignedIn, routes!(list_notices)),
        Guarded::new(Access::SignedIn, routes!(read_notice)),
        Guarded::new(Access::SignedIn, routes!(read_notices)),
    ]
}

#[utoipa::path(get, path = "/notices", tag = "notices", params(dto::NoticesQuery),
    responses((status = OK, body = dto::NoticePage)))]
async fn list_notices(
    State(app): State<App>,
    caller: Caller,
    Asked(query): Asked<dto::NoticesQuery>,
) -> Result<Json<dto::NoticePage>, Problem> {
    let limit = page_limit(query.limit)?;
    let open = !query.all.unwrap_or_default();
    let page = workflow::notices(&app, &caller, open, query.cursor.as_deref(), limit).await?;
    Ok(Json(dto::NoticePage {
        entries: page.entries.into_iter().map(shown::notice).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

#[utoipa::path(post, path = "/notices/{id}/read", tag = "notices", params(("id" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn read_notice(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<NoticeId>,
) -> Result<StatusCode, Problem> {
    workflow::read_notice(&app, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/notices/read", tag = "notices", request_body = dto::NoticesReadInput,
    responses((status = NO_CONTENT)))]
async fn read_notices(
    State(app): State<App>,
    caller: Caller,
    Sent(given): Sent<dto::NoticesReadInput>,
) -> Result<StatusCode, Problem> {
    workflow::read_notices_until(&app, &caller, given.until.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
