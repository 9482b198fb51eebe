//! Signing in and out, and choosing a password through a set-up link.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum_login::tower_sessions::session::Error as SessionError;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Named, Sent};
use super::guard::Access;
use super::problem::{self, Problem};
use super::routes::Guarded;
use super::sessions::{Auth, CSRF_KEY, Credentials, SignedIn};
use super::web::{ClientAddress, Web};
use crate::accounts::{SetupToken, Wait, fresh_secret, permissions};
use crate::workflow::{self, App, Caller};

pub fn routes() -> Vec<Guarded> {
    vec![
        Guarded::new(Access::SignedIn, routes!(show_session)),
        Guarded::new(Access::Anyone, routes!(sign_in)),
        Guarded::new(Access::SignedIn, routes!(sign_out)),
        Guarded::new(Access::Anyone, routes!(show_setup)),
        Guarded::new(Access::Anyone, routes!(use_setup)),
    ]
}

#[utoipa::path(get, path = "/session", tag = "session", responses((status = OK, body = dto::Session)))]
async fn show_session(State(app): State<App>, auth: Auth) -> Result<Json<dto::Session>, Problem> {
    let person = auth.user.clone().ok_or_else(problem::not_signed_in)?;
    let token: Option<String> = auth.session.get(CSRF_KEY).await.map_err(session_failed)?;
    Ok(Json(session(
        &app,
        &person,
        token.ok_or_else(problem::not_signed_in)?,
    )))
}

fn session(app: &App, person: &SignedIn, csrf_token: String) -> dto::Session {
    let district = &app.config.district;
    dto::Session {
        person: person.as_dto(),
        csrf_token,
        district: dto::DistrictInfo {
            name: district.name.clone(),
            short_name: district.short_name.clone(),
            colour: Some(district.colour.clone()).filter(|colour| !colour.is_empty()),
            time_zone: district.time_zone.clone(),
        },
        may: permissions(&person.roles)
            .into_iter()
            .map(|permission| permission.name().to_owned())
            .collect(),
    }
}

#[utoipa::path(post, path = "/session", tag = "session", request_body = dto::SignInInput,
    responses((status = OK, body = dto::Session)))]
async fn sign_in(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    mut auth: Auth,
    Sent(given): Sent<dto::SignInInput>,
) -> Result<Json<dto::Session>, Problem> {
    let account = given.email.trim().to_lowercase();
    web.attempts()
        .begin(jiff::Timestamp::now(), &account, address)
        .map_err(wait)?;
    let credentials = Credentials {
        email: account.clone(),
        password: given.password,
    };
    let found = auth.authenticate(credentials).await.map_err(auth_failed)?;
    let person = found.ok_or_else(wrong_password)?;
    web.attempts().succeeded(&account, address);
    // Whoever was signed in on this browser before is signed out. Signing in gives an existing session a new id only
    // where nobody was signed in, and a flushed one keeps its id, so the new id is asked for here in every case.
    auth.session.flush().await.map_err(session_failed)?;
    auth.login(&person).await.map_err(auth_failed)?;
    auth.session.cycle_id().await.map_err(session_failed)?;
    let csrf_token = fresh_secret();
    auth.session
        .insert(CSRF_KEY, &csrf_token)
        .await
        .map_err(session_failed)?;
    web.app.store.session_purge(jiff::Timestamp::now()).await?;
    Ok(Json(session(&web.app, &person, csrf_token)))
}

fn wait(wait: Wait) -> Problem {
    let minutes = wait.retry_after_seconds.div_ceil(60);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-attempts",
        "Too many attempts",
        "There were too many attempts to sign in to this account from your address.",
    )
    .next(format!(
        "Try again in {minutes} minutes, or ask an administrator for a new set-up link."
    ))
    .retry_after(wait.retry_after_seconds)
}

fn wrong_password() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong-password",
        "Not signed in",
        "The e-mail address or the password is not right, or the account is disabled.",
    )
    .next("Try again, or ask an administrator for a new set-up link.")
}

fn session_failed(error: SessionError) -> Problem {
    tracing::error!(error = %error, "a session could not be read or written");
    problem::on_our_side()
}

fn auth_failed(error: axum_login::Error<super::sessions::Accounts>) -> Problem {
    match error {
        axum_login::Error::Session(error) => session_failed(error),
        axum_login::Error::Backend(error) => error.into(),
    }
}

#[utoipa::path(delete, path = "/session", tag = "session", responses((status = NO_CONTENT)))]
async fn sign_out(State(app): State<App>, caller: Caller, mut auth: Auth) -> Result<StatusCode, Problem> {
    workflow::sign_out(&app, &caller).await?;
    auth.logout().await.map_err(auth_failed)?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/setup/{token}", tag = "session", params(("token" = String, Path)),
    responses((status = OK, body = dto::SetupInvitation)))]
async fn show_setup(
    State(app): State<App>,
    Named(token): Named<String>,
) -> Result<Json<dto::SetupInvitation>, Problem> {
    let person = workflow::setup_link_person(&app, &SetupToken::from(token)).await?;
    Ok(Json(dto::SetupInvitation {
        name: person.name,
        email: person.email,
    }))
}

#[utoipa::path(post, path = "/setup/{token}", tag = "session", params(("token" = String, Path)),
    request_body = dto::SetupInput, responses((status = NO_CONTENT)))]
async fn use_setup(
    State(app): State<App>,
    Named(token): Named<String>,
    Sent(given): Sent<dto::SetupInput>,
) -> Result<StatusCode, Problem> {
    workflow::use_setup_link(&app, &SetupToken::from(token), given.password, given.name).await?;
    Ok(StatusCode::NO_CONTENT)
}
