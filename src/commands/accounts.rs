//! `countersign people`: accounts from the terminal.

use super::arguments::{PeopleCommand, Place};
use super::opening::{DATABASE_ONLY, open, terminal_caller};
use super::terminal::{Failure, print, print_json, table};
use crate::accounts::Roles;
use crate::store::PersonRow;
use crate::workflow::{App, add_person, set_disabled, set_roles};

pub async fn run(place: &Place, command: PeopleCommand) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    let caller = terminal_caller(&app).await?;
    match command {
        PeopleCommand::Add { email, name, roles } => {
            let (id, token) = add_person(&app, &caller, &name, &email, parsed(&roles)?).await?;
            let link = format!("{}/setup/{}", site(&app), token.as_str());
            if place.json {
                return print_json(&serde_json::json!({ "id": id, "setup_url": link }));
            }
            print(&format!(
                "Added {name} ({id}). They set their password with this link, which works once:\n{link}"
            ))
        }
        PeopleCommand::List => list(place, &app).await,
        PeopleCommand::Disable { email } => {
            let person = named(&app, &email).await?;
            set_disabled(&app, &caller, &person.id, true).await?;
            print(&format!(
                "{} is disabled; their sessions have ended.",
                person.name
            ))
        }
        PeopleCommand::Role { email, roles } => {
            let person = named(&app, &email).await?;
            set_roles(&app, &caller, &person.id, parsed(&roles)?).await?;
            print(&format!("{} now has: {}.", person.name, roles.join(", ")))
        }
    }
}

/// The address people use, for links printed on the terminal.
pub fn site(app: &App) -> String {
    let server = &app.config.server;
    match server.public_url.trim_end_matches('/') {
        "" => format!("http://localhost:{}", server.port),
        url => url.to_owned(),
    }
}

fn parsed(roles: &[String]) -> Result<Roles, Failure> {
    roles
        .iter()
        .map(|role| role.trim().parse().map_err(Failure::from))
        .collect()
}

async fn named(app: &App, email: &str) -> Result<PersonRow, Failure> {
    let known = app.store.person_by_email(email).await?;
    known.ok_or_else(|| {
        Failure::new(format!(
            "There is no account {email}; `countersign people list` shows them."
        ))
    })
}

async fn list(place: &Place, app: &App) -> Result<(), Failure> {
    let people = app.store.people().await?;
    if place.json {
        let person = |row: &PersonRow| serde_json::json!({ "id": row.id, "name": row.name, "email": row.email, "roles": row.roles, "disabled": row.disabled });
        return print_json(&people.iter().map(person).collect::<Vec<_>>());
    }
    let mut lines = vec![["e-mail", "name", "state", "roles"].map(String::from).to_vec()];
    for row in people {
        let state = match (row.disabled, row.password_hash.is_some()) {
            (true, _) => "disabled",
            (false, true) => "active",
            (false, false) => "no password",
        };
        let roles: Vec<&str> = row.roles.iter().map(|role| role.as_str()).collect();
        lines.push(vec![
            row.email.clone(),
            row.name.clone(),
            state.into(),
            roles.join(", "),
        ]);
    }
    print(&table(&lines))
}
