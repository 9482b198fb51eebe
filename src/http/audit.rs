//! The audit log: read it, and have all of it computed again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Asked, page_limit};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown::{self, Names};
use crate::accounts::Permission;
use crate::store::AuditFilter;
use crate::workflow::{self, App, Caller};

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::AuditRead);
    vec![
        Guarded::new(read, routes!(list_audit)),
        // Every entry is read and hashed again, which takes as long as the log is long.
        Guarded::new(read, routes!(verify_audit)).long(),
    ]
}

#[utoipa::path(get, path = "/audit", tag = "audit", params(dto::AuditQuery),
    responses((status = OK, body = dto::AuditPage)))]
async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Asked(query): Asked<dto::AuditQuery>,
) -> Result<Json<dto::AuditPage>, Problem> {
    let limit = page_limit(query.limit)?;
    let before_seq = query.cursor.as_deref().map(cursor).transpose()?;
    let filter = AuditFilter {
        object: query.object.unwrap_or_default(),
        actor: query.actor.unwrap_or_default(),
        action: query.action.unwrap_or_default(),
    };
    let entries = workflow::audit_page(&app, &caller, &filter, before_seq, limit).await?;
    let names = Names::from(app.store.people().await?);
    let full = entries.len() == limit as usize;
    let next_cursor = entries
        .last()
        .filter(|last| full && last.seq > 1)
        .map(|last| last.seq.to_string());
    Ok(Json(dto::AuditPage {
        entries: entries
            .into_iter()
            .map(|entry| shown::audit_entry(entry, &names))
            .collect(),
        next_cursor,
        total: app.store.audit_length().await?,
    }))
}

fn cursor(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| {
        let detail = "cursor must be one that an earlier page gave.";
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-query",
            "The address can't be read",
            detail,
        )
    })
}

#[utoipa::path(post, path = "/audit/verify", tag = "audit", responses((status = OK, body = dto::Verification)))]
async fn verify_audit(State(app): State<App>, caller: Caller) -> Result<Json<dto::Verification>, Problem> {
    Ok(Json(shown::verification(
        workflow::verify_audit(&app, &caller).await?,
    )))
}
