//! The pilot's page: baselines, their lock, and the figures with the items behind them.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Named, Sent};
use super::guard::Access;
use super::problem::{self, Problem};
use super::routes::Guarded;
use super::shown::{self, Names};
use crate::accounts::Permission;
use crate::ids::BaselineId;
use crate::pilot::{ItemRecord, Task};
use crate::workflow::{self, App, Caller, NewBaseline};

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::PilotRead);
    let write = Access::May(Permission::PilotWrite);
    vec![
        Guarded::new(read, routes!(show_pilot)),
        Guarded::new(write, routes!(add_baseline)),
        Guarded::new(write, routes!(delete_baseline)),
        Guarded::new(write, routes!(lock_pilot)),
        Guarded::new(read, routes!(download_pilot_items)),
    ]
}

async fn pilot_now(app: &App, caller: &Caller) -> Result<Json<dto::Pilot>, Problem> {
    let (report, _) = workflow::pilot_report(app, caller).await?;
    let row = app.store.pilot().await?;
    let baselines = app.store.baselines().await?;
    let names = Names::from(app.store.people().await?);
    Ok(Json(shown::pilot(
        row,
        baselines,
        report,
        app.config.pilot.samples_wanted,
        &names,
    )))
}

#[utoipa::path(get, path = "/pilot", tag = "pilot", responses((status = OK, body = dto::Pilot)))]
async fn show_pilot(State(app): State<App>, caller: Caller) -> Result<Json<dto::Pilot>, Problem> {
    pilot_now(&app, &caller).await
}

#[utoipa::path(post, path = "/pilot/baselines", tag = "pilot", request_body = dto::BaselineInput,
    responses((status = CREATED, body = dto::Pilot)))]
async fn add_baseline(
    State(app): State<App>,
    caller: Caller,
    Sent(given): Sent<dto::BaselineInput>,
) -> Result<(StatusCode, Json<dto::Pilot>), Problem> {
    let new = NewBaseline {
        task: match given.task {
            dto::ItemKind::Faq => Task::Faq,
            dto::ItemKind::Newsletter => Task::Newsletter,
        },
        minutes: given.minutes,
        revision_rounds: given.revision_rounds,
        turnaround_hours: given.turnaround_hours,
        note: given.note,
    };
    workflow::add_baseline(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, pilot_now(&app, &caller).await?))
}

#[utoipa::path(delete, path = "/pilot/baselines/{id}", tag = "pilot", params(("id" = String, Path)),
    responses((status = OK, body = dto::Pilot)))]
async fn delete_baseline(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<BaselineId>,
) -> Result<Json<dto::Pilot>, Problem> {
    workflow::delete_baseline(&app, &caller, &id).await?;
    pilot_now(&app, &caller).await
}

#[utoipa::path(post, path = "/pilot/lock", tag = "pilot", request_body = dto::LockInput,
    responses((status = OK, body = dto::Pilot)))]
async fn lock_pilot(
    State(app): State<App>,
    caller: Caller,
    Sent(given): Sent<dto::LockInput>,
) -> Result<Json<dto::Pilot>, Problem> {
    workflow::lock_pilot(&app, &caller, given.start_date.0).await?;
    pilot_now(&app, &caller).await
}

#[utoipa::path(get, path = "/pilot/items.csv", tag = "pilot",
    responses((status = OK, content_type = "text/csv", body = String)))]
async fn download_pilot_items(State(app): State<App>, caller: Caller) -> Result<impl IntoResponse, Problem> {
    let (_, items) = workflow::pilot_report(&app, &caller).await?;
    let table = table(&items).map_err(|error| {
        tracing::error!(error = %error, "the pilot's items could not be written as CSV");
        problem::on_our_side()
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"pilot-items.csv\"",
        ),
    ];
    Ok((headers, table))
}

/// Ids, codes and numbers only: nothing that somebody typed, so nothing that a spreadsheet could take for a formula.
fn table(items: &[ItemRecord]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "item",
        "task",
        "requested_at",
        "drafted",
        "refusal",
        "approved",
        "published_at",
        "requester_minutes",
        "reviewer_minutes",
        "turnaround_hours",
        "revision_rounds",
        "edit_distance",
    ])?;
    let number = |value: f64| format!("{value:.2}");
    for item in items {
        writer.write_record([
            item.item.clone(),
            format!("{:?}", item.task).to_lowercase(),
            item.requested_at.to_string(),
            item.drafted.to_string(),
            item.refusal.clone().unwrap_or_default(),
            item.approved.to_string(),
            item.published_at.map(|at| at.to_string()).unwrap_or_default(),
            number(item.requester_seconds / 60.0),
            number(item.reviewer_seconds / 60.0),
            item.turnaround_hours().map(number).unwrap_or_default(),
            item.revision_rounds.to_string(),
            item.edit_distance.map(number).unwrap_or_default(),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_one_line_with_its_figures() {
        let item = ItemRecord {
            item: "req_1".into(),
            task: Task::Faq,
            requested_at: jiff::Timestamp::UNIX_EPOCH,
            drafted: true,
            refusal: None,
            approved: true,
            published_at: Some(jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(3)),
            requester_seconds: 90.0,
            reviewer_seconds: 30.0,
            revision_rounds: 1,
            edit_distance: None,
        };
        let written = String::from_utf8(table(&[item]).expect("writes")).expect("UTF-8");
        let line = written.lines().nth(1).expect("a line after the heading");
        assert_eq!(
            line,
            "req_1,faq,1970-01-01T00:00:00Z,true,,true,1970-01-01T03:00:00Z,1.50,0.50,3.00,1,"
        );
    }
}
