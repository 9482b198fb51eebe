//! What a page reports while somebody works on an item: attention given, sources opened. Measurements, not states.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use utoipa_axum::routes;

use super::dto;
use super::error::invalid;
use super::extract::{Named, Sent};
use super::guard::Access;
use super::items::exists;
use super::problem::Problem;
use super::routes::Guarded;
use crate::accounts::Permission;
use crate::ids::ItemId;
use crate::store::{Capacity, SourceOpenRow};
use crate::workflow::{App, Caller, WorkflowError};

/// Longest stretch between two reports of a page.
const ATTENTION_SECONDS_MAX: u32 = 60;
/// A source that stays open overnight was not read all night.
const OPENED_SECONDS_MAX: u32 = 3_600;

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::ItemRead);
    vec![
        Guarded::new(read, routes!(record_activity)),
        Guarded::new(read, routes!(record_source_opened)),
    ]
}

#[utoipa::path(post, path = "/items/{id}/activity", tag = "items", params(("id" = String, Path)),
    request_body = dto::ActivityInput, responses((status = NO_CONTENT)))]
async fn record_activity(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ItemId>,
    Sent(given): Sent<dto::ActivityInput>,
) -> Result<StatusCode, Problem> {
    if !(1..=ATTENTION_SECONDS_MAX).contains(&given.seconds) {
        let said = format!("The seconds must be between 1 and {ATTENTION_SECONDS_MAX}.");
        return Err(invalid(said).field("seconds"));
    }
    exists(&app, &id).await?;
    let capacity = match given.capacity {
        dto::CapacityInput::Requester => Capacity::Requester,
        dto::CapacityInput::Reviewer => Capacity::Reviewer,
    };
    app.store
        .activity_extend(&id, &caller.person, capacity, given.seconds, Timestamp::now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/items/{id}/source-opened", tag = "items", params(("id" = String, Path)),
    request_body = dto::SourceOpenedInput, responses((status = NO_CONTENT)))]
async fn record_source_opened(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ItemId>,
    Sent(given): Sent<dto::SourceOpenedInput>,
) -> Result<StatusCode, Problem> {
    exists(&app, &id).await?;
    if app.store.version(&given.version).await?.is_none() {
        return Err(WorkflowError::NotFound("version").into());
    }
    let row = SourceOpenRow {
        item: id,
        person: caller.person,
        version: given.version,
        at: Timestamp::now(),
        seconds: given.seconds.min(OPENED_SECONDS_MAX),
    };
    app.store.source_open(&row).await?;
    Ok(StatusCode::NO_CONTENT)
}
