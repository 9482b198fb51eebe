//! What a document is called, who looks after it, its topics and its day of review: what can be chosen, and changing it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

use super::documents::document_now;
use super::dto;
use super::error::answered;
use super::extract::{IfMatch, Named, Sent};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown::Names;
use crate::accounts::Permission;
use crate::ids::DocumentId;
use crate::workflow::{self, App, Caller, DocumentCare};

pub fn routes() -> Vec<Guarded> {
    vec![
        Guarded::new(
            Access::May(Permission::DocumentRead),
            routes!(list_document_choices),
        ),
        Guarded::new(Access::May(Permission::DocumentEdit), routes!(change_document)),
    ]
}

#[utoipa::path(get, path = "/document-choices", tag = "documents",
    responses((status = OK, body = dto::DocumentChoices)))]
async fn list_document_choices(State(app): State<App>) -> Result<Json<dto::DocumentChoices>, Problem> {
    let people = app.store.people().await?;
    let acting = workflow::acting(&people);
    // Everybody comes by name.
    let order: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
    let names = Names::from(people);
    let mut topics: BTreeMap<String, u32> = BTreeMap::new();
    for document in app.store.documents().await? {
        for topic in document.topics {
            *topics.entry(topic).or_default() += 1;
        }
    }
    Ok(Json(dto::DocumentChoices {
        people: order
            .iter()
            .filter(|person| acting.contains(person))
            .map(|person| names.of(person))
            .collect(),
        topics: topics
            .into_iter()
            .map(|(topic, documents)| dto::TopicCount { topic, documents })
            .collect(),
    }))
}

#[utoipa::path(put, path = "/documents/{id}", tag = "documents",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::DocumentInput,
    responses((status = OK, body = dto::Document)))]
async fn change_document(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<DocumentId>,
    IfMatch(expected): IfMatch,
    Sent(given): Sent<dto::DocumentInput>,
) -> Result<Json<dto::Document>, Problem> {
    let care = DocumentCare {
        title: given.title,
        owner: given.owner,
        audience: given.audience,
        owner_person: given.owner_person,
        deputy_person: given.deputy_person,
        topics: given.topics,
        review_by: given.review_by.map(|day| day.0),
    };
    let done = workflow::change_document(&app, &caller, &id, expected, care).await;
    answered(done, document_now(&app, &id)).await
}
