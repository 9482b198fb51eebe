//! The queue, an item, and what its page reads besides.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use utoipa_axum::routes;

use super::error::invalid;
use super::extract::{Asked, Named, Sent, page_limit};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown::{self, Names};
use super::{dto, item_changes};
use crate::accounts::Permission;
use crate::ids::ItemId;
use crate::review::{State as ItemState, compare, plain_text};
use crate::store::{Held, QueueFilter, QueueSort, RevisionRow};
use crate::workflow::{self, App, Caller, WorkflowError};

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::ItemRead);
    let request = Access::May(Permission::ItemRequest);
    vec![
        Guarded::new(read, routes!(list_items)),
        Guarded::new(request, routes!(request_item)),
        Guarded::new(read, routes!(show_item)),
        Guarded::new(read, routes!(show_item_history)),
        Guarded::new(read, routes!(show_revision)),
        Guarded::new(read, routes!(compare_revisions)),
        Guarded::new(request, routes!(list_newsletter_templates)),
    ]
}

#[utoipa::path(get, path = "/items", tag = "items", params(dto::QueueQuery),
    responses((status = OK, body = dto::ItemPage)))]
async fn list_items(
    State(app): State<App>,
    caller: Caller,
    Asked(query): Asked<dto::QueueQuery>,
) -> Result<Json<dto::ItemPage>, Problem> {
    let limit = page_limit(query.limit)?;
    let now = Timestamp::now();
    let states = dto::states(query.state.as_deref()).map_err(invalid)?;
    let filter = QueueFilter {
        states: states.into_iter().map(ItemState::from).collect(),
        kind: query.kind.map(Into::into),
        held: query.held.map(|held| match held {
            dto::Held::Me => Held::By(caller.person.clone()),
            dto::Held::Free => Held::FreeAt(now),
        }),
        requester: query.mine.unwrap_or_default().then(|| caller.person.clone()),
        to_correct: query.to_correct.unwrap_or_default(),
        q: query.q.unwrap_or_default(),
        sort: match query.sort {
            None | Some(dto::QueueSort::Due) => QueueSort::Due,
            Some(dto::QueueSort::Newest) => QueueSort::Newest,
            Some(dto::QueueSort::Updated) => QueueSort::Updated,
        },
    };
    let page = app.store.queue(&filter, query.cursor.as_deref(), limit).await?;
    Ok(Json(dto::ItemPage {
        entries: page
            .entries
            .into_iter()
            .map(|row| shown::queue_row(row, now))
            .collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    }))
}

#[utoipa::path(post, path = "/items", tag = "items", request_body = dto::ItemInput,
    responses((status = CREATED, body = dto::Item)))]
async fn request_item(
    State(app): State<App>,
    caller: Caller,
    Sent(input): Sent<dto::ItemInput>,
) -> Result<(StatusCode, Json<dto::Item>), Problem> {
    let id = match input {
        dto::ItemInput::Faq {
            question,
            audience,
            due_at,
        } => {
            let request = workflow::FaqRequest {
                question,
                audience,
                due_at: due_at.map(|due| due.0),
            };
            workflow::request_faq(&app, &caller, request).await?
        }
        dto::ItemInput::Newsletter {
            template,
            from,
            to,
            topics,
            title,
            audience,
            due_at,
        } => {
            let (from, until, due_at) = (from.0, to.0, due_at.map(|due| due.0));
            let request = workflow::NewsletterRequest {
                template,
                from,
                until,
                topics,
                title,
                audience,
                due_at,
            };
            workflow::request_newsletter(&app, &caller, request).await?
        }
    };
    Ok((
        StatusCode::CREATED,
        Json(item_changes::item_now(&app, &caller, &id).await?),
    ))
}

#[utoipa::path(get, path = "/items/{id}", tag = "items", params(("id" = String, Path)),
    responses((status = OK, body = dto::Item)))]
async fn show_item(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ItemId>,
) -> Result<Json<dto::Item>, Problem> {
    Ok(Json(item_changes::item_now(&app, &caller, &id).await?))
}

#[utoipa::path(get, path = "/items/{id}/history", tag = "items", params(("id" = String, Path)),
    responses((status = OK, body = dto::HistoryList)))]
async fn show_item_history(
    State(app): State<App>,
    Named(id): Named<ItemId>,
) -> Result<Json<dto::HistoryList>, Problem> {
    exists(&app, &id).await?;
    let names = Names::from(app.store.people().await?);
    let entries = app.store.history(&id).await?;
    let entries = entries
        .into_iter()
        .map(|entry| shown::history_entry(entry, &names))
        .collect();
    Ok(Json(dto::HistoryList { entries }))
}

#[utoipa::path(get, path = "/items/{id}/revisions/{number}", tag = "items",
    params(("id" = String, Path), ("number" = u32, Path)), responses((status = OK, body = dto::Revision)))]
async fn show_revision(
    State(app): State<App>,
    Named((id, number)): Named<(ItemId, u32)>,
) -> Result<Json<dto::Revision>, Problem> {
    let row = revision(&app, &id, number).await?;
    let names = Names::from(app.store.people().await?);
    Ok(Json(shown::revision(row, &names)))
}

#[utoipa::path(get, path = "/items/{id}/compare", tag = "items", params(("id" = String, Path), dto::CompareQuery),
    responses((status = OK, body = dto::Comparison)))]
async fn compare_revisions(
    State(app): State<App>,
    Named(id): Named<ItemId>,
    Asked(query): Asked<dto::CompareQuery>,
) -> Result<Json<dto::Comparison>, Problem> {
    let from = revision(&app, &id, query.from).await?;
    let to = revision(&app, &id, query.to).await?;
    Ok(Json(shown::comparison(
        query.from,
        query.to,
        compare(&words_of(&from), &words_of(&to)),
    )))
}

fn words_of(revision: &RevisionRow) -> String {
    plain_text(revision.public_question.as_deref(), &revision.sections)
}

async fn revision(app: &App, id: &ItemId, number: u32) -> Result<RevisionRow, Problem> {
    let found = app.store.revision_by_number(id, number).await?;
    found.ok_or_else(|| WorkflowError::NotFound("revision").into())
}

/// Refuses an id that names no item, before anything is read for it.
pub async fn exists(app: &App, id: &ItemId) -> Result<(), Problem> {
    app.store
        .item(id)
        .await?
        .map(|_| ())
        .ok_or_else(|| WorkflowError::NotFound("item").into())
}

#[utoipa::path(get, path = "/newsletter-templates", tag = "items",
    responses((status = OK, body = dto::NewsletterTemplateList)))]
async fn list_newsletter_templates() -> Json<dto::NewsletterTemplateList> {
    let section = |section: workflow::TemplateSection| dto::TemplateSection {
        heading: section.heading,
        topics: section
            .topics
            .split(';')
            .map(|topic| topic.trim().to_owned())
            .collect(),
    };
    let template = |template: workflow::Template| dto::NewsletterTemplate {
        id: template.id,
        name: template.name,
        sections: template.sections.into_iter().map(section).collect(),
    };
    Json(dto::NewsletterTemplateList {
        entries: workflow::templates().into_iter().map(template).collect(),
    })
}
