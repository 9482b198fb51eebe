//! Opening the application for one command, and the account under which the terminal acts.

use super::arguments::Place;
use super::terminal::Failure;
use crate::accounts::{Role, Roles};
use crate::config::Config;
use crate::store::PersonRow;
use crate::workflow::{App, Caller, Options, ensure_person};

/// Who acts on the terminal when no account is named. It has no password, so nobody can sign in as it.
const TERMINAL: &str = "terminal@localhost";

/// A command that only reads the database.
pub const DATABASE_ONLY: Options = Options {
    drafting: false,
    search: false,
};
/// A command that searches or changes what is in force.
pub const WITH_SEARCH: Options = Options {
    drafting: false,
    search: true,
};
/// A command that drafts.
pub const WITH_DRAFTING: Options = Options {
    drafting: true,
    search: true,
};

pub async fn open(place: &Place, options: Options) -> Result<App, Failure> {
    let config = Config::load(place.config.as_deref(), &place.data)?;
    Ok(App::open(config, &place.data, options).await?)
}

/// The terminal's own account: whoever can run commands here can already read and write the database.
pub async fn terminal_caller(app: &App) -> Result<Caller, Failure> {
    let roles = Roles::from(Role::ALL);
    Ok(caller(
        ensure_person(app, "Terminal", TERMINAL, roles, None).await?,
    ))
}

/// The account with this e-mail address, or the terminal's own.
pub async fn caller_named(app: &App, email: Option<&str>) -> Result<Caller, Failure> {
    let Some(email) = email else {
        return terminal_caller(app).await;
    };
    match app.store.person_by_email(email).await? {
        Some(person) if !person.disabled => Ok(caller(person)),
        Some(_) => Err(Failure::new(format!(
            "The account {email} is disabled; enable it first or name another."
        ))),
        None => Err(Failure::new(format!(
            "There is no account {email}; `countersign people list` shows them, `countersign people add` makes one."
        ))),
    }
}

pub fn caller(person: PersonRow) -> Caller {
    Caller {
        person: person.id,
        name: person.name,
        roles: person.roles,
        request_id: None,
    }
}
