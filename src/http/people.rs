//! Accounts, for administrators.

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
use crate::accounts::{Permission, Role, Roles, SetupToken};
use crate::config::Config;
use crate::ids::PersonId;
use crate::workflow::{self, App, Caller, WorkflowError};

pub fn routes() -> Vec<Guarded> {
    let manage = Access::May(Permission::PeopleManage);
    vec![
        Guarded::new(manage, routes!(list_people)),
        Guarded::new(manage, routes!(add_person)),
        Guarded::new(manage, routes!(disable_person)),
        Guarded::new(manage, routes!(enable_person)),
        Guarded::new(manage, routes!(set_person_roles)),
        Guarded::new(manage, routes!(make_setup_link)),
    ]
}

#[utoipa::path(get, path = "/people", tag = "people", responses((status = OK, body = dto::PersonList)))]
async fn list_people(State(app): State<App>) -> Result<Json<dto::PersonList>, Problem> {
    let rows = app.store.people().await?;
    Ok(Json(dto::PersonList {
        entries: rows.into_iter().map(shown::person).collect(),
    }))
}

async fn person_now(app: &App, id: &PersonId) -> Result<dto::Person, Problem> {
    let row = app
        .store
        .person(id)
        .await?
        .ok_or(WorkflowError::NotFound("person"))?;
    Ok(shown::person(row))
}

fn roles_of(given: Vec<dto::Role>) -> Roles {
    given.into_iter().map(Role::from).collect()
}

/// The whole address of a set-up link, as people reach the site.
fn setup_url(config: &Config, token: &SetupToken) -> String {
    let server = &config.server;
    let site = match server.public_url.trim_end_matches('/') {
        "" => format!(
            "http://{}",
            std::net::SocketAddr::new(server.address, server.port)
        ),
        site => site.to_owned(),
    };
    format!("{site}/setup/{}", token.as_str())
}

#[utoipa::path(post, path = "/people", tag = "people", request_body = dto::NewPersonInput,
    responses((status = CREATED, body = dto::NewPerson)))]
async fn add_person(
    State(app): State<App>,
    caller: Caller,
    Sent(given): Sent<dto::NewPersonInput>,
) -> Result<(StatusCode, Json<dto::NewPerson>), Problem> {
    let roles = roles_of(given.roles);
    let (id, token) = workflow::add_person(&app, &caller, &given.name, &given.email, roles).await?;
    let person = person_now(&app, &id).await?;
    Ok((
        StatusCode::CREATED,
        Json(dto::NewPerson {
            person,
            setup_url: setup_url(&app.config, &token),
        }),
    ))
}

#[utoipa::path(post, path = "/people/{id}/disable", tag = "people", params(("id" = String, Path)),
    responses((status = OK, body = dto::Person)))]
async fn disable_person(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<PersonId>,
) -> Result<Json<dto::Person>, Problem> {
    workflow::set_disabled(&app, &caller, &id, true).await?;
    Ok(Json(person_now(&app, &id).await?))
}

#[utoipa::path(post, path = "/people/{id}/enable", tag = "people", params(("id" = String, Path)),
    responses((status = OK, body = dto::Person)))]
async fn enable_person(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<PersonId>,
) -> Result<Json<dto::Person>, Problem> {
    workflow::set_disabled(&app, &caller, &id, false).await?;
    Ok(Json(person_now(&app, &id).await?))
}

#[utoipa::path(post, path = "/people/{id}/roles", tag = "people", params(("id" = String, Path)),
    request_body = dto::RolesInput, responses((status = OK, body = dto::Person)))]
async fn set_person_roles(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<PersonId>,
    Sent(given): Sent<dto::RolesInput>,
) -> Result<Json<dto::Person>, Problem> {
    workflow::set_roles(&app, &caller, &id, roles_of(given.roles)).await?;
    Ok(Json(person_now(&app, &id).await?))
}

#[utoipa::path(post, path = "/people/{id}/setup-link", tag = "people", params(("id" = String, Path)),
    responses((status = OK, body = dto::SetupLink)))]
async fn make_setup_link(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<PersonId>,
) -> Result<Json<dto::SetupLink>, Problem> {
    let token = workflow::new_setup_link(&app, &caller, &id).await?;
    Ok(Json(dto::SetupLink {
        setup_url: setup_url(&app.config, &token),
    }))
}
