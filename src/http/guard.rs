//! The guard before every route: who may pass, and that a change comes from our own page.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::problem::{self, Problem};
use super::request_id::RequestId;
use super::sessions::{Auth, CSRF_KEY, SignedIn};
use crate::accounts::{Permission, may, roles_with, same_secret};
use crate::workflow::Caller;

/// The header in which a change carries the session's token.
const CSRF_HEADER: &str = "x-csrf-token";

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Everybody; the route itself looks at what it is given.
    Anyone,
    /// Whoever is signed in, whatever their roles.
    SignedIn,
    May(Permission),
}

impl Access {
    /// Whether somebody with these roles passes; `None` is somebody who is not signed in.
    pub fn admits(self, roles: Option<&crate::accounts::Roles>) -> bool {
        match (self, roles) {
            (Access::Anyone, _) | (Access::SignedIn, Some(_)) => true,
            (Access::May(permission), Some(roles)) => may(roles, permission),
            (_, None) => false,
        }
    }
}

/// Lets a request pass or answers it with the reason why not. A change runs to its end even if the client leaves.
pub async fn guard(State(access): State<Access>, auth: Auth, mut request: Request, next: Next) -> Response {
    if access != Access::Anyone {
        let caller = match admitted(access, &auth, request.method(), request.headers()).await {
            Ok(person) => caller(person, &request),
            Err(problem) => return problem.into_response(),
        };
        request.extensions_mut().insert(caller);
    }
    if request.method().is_safe() {
        return next.run(request).await;
    }
    // A browser that goes away drops this future; what has begun must not be torn off half-way.
    let running = tokio::spawn(next.run(request).instrument(tracing::Span::current()));
    match running.await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => problem::on_our_side().into_response(),
    }
}

fn caller(person: SignedIn, request: &Request) -> Caller {
    Caller {
        person: person.id,
        name: person.name,
        roles: person.roles,
        request_id: request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.as_str().to_owned()),
    }
}

async fn admitted(
    access: Access,
    auth: &Auth,
    method: &Method,
    headers: &HeaderMap,
) -> Result<SignedIn, Problem> {
    let person = auth.user.clone().ok_or_else(problem::not_signed_in)?;
    if let Access::May(permission) = access
        && !access.admits(Some(&person.roles))
    {
        return Err(not_permitted(permission));
    }
    if !method.is_safe() {
        from_our_page(auth, headers).await?;
    }
    Ok(person)
}

fn not_permitted(permission: Permission) -> Problem {
    let roles: Vec<String> = roles_with(permission)
        .iter()
        .map(|role| role.as_str().replace('_', " "))
        .collect();
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Not allowed",
        format!(
            "Your account may not {}; it takes the role {}.",
            permission.in_words(),
            roles.join(" or ")
        ),
    )
    .next("An administrator can give you the role.")
}

/// Another site can make a browser send our cookie, but it can't read the token that must come with it.
async fn from_our_page(auth: &Auth, headers: &HeaderMap) -> Result<(), Problem> {
    let wanted: Option<String> = auth.session.get(CSRF_KEY).await.map_err(|error| {
        tracing::error!(error = %error, "the session could not be read");
        problem::on_our_side()
    })?;
    let given = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    match (given, wanted) {
        (Some(given), Some(wanted)) if same_secret(given, &wanted) => Ok(()),
        _ => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "Not from this page",
            "The request did not carry this session's token, so it may not have come from our own page.",
        )
        .kept("Nothing was changed.")
        .next("Load the page again; clients send X-CSRF-Token from GET /session.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Role, Roles};

    #[test]
    fn who_is_admitted() {
        let none = Roles::new();
        let reviewer = Roles::from([Role::Reviewer]);
        for (access, roles, expected) in [
            (Access::Anyone, None, true),
            (Access::SignedIn, None, false),
            (Access::SignedIn, Some(&none), true),
            (Access::May(Permission::ItemReview), None, false),
            (Access::May(Permission::ItemReview), Some(&none), false),
            (Access::May(Permission::ItemReview), Some(&reviewer), true),
            (Access::May(Permission::PeopleManage), Some(&reviewer), false),
        ] {
            assert_eq!(access.admits(roles), expected, "{access:?} {roles:?}");
        }
    }
}
