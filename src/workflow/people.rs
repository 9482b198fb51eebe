//! Accounts: added by an administrator, opened by a one-time link, ended at once when disabled.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::app::App;
use super::caller::{Caller, own_entry, role_names};
use super::error::WorkflowError;
use crate::accounts::{
    HashingFailed, Permission, Role, Roles, SETUP_LINK_HOURS, SetupToken, check_password, hash_password,
    password_matches,
};
use crate::corpus::one_line;
use crate::ids::PersonId;
use crate::store::{PersonRow, SetupLinkRow, StoreError, WriteTx};

const NAME_CHARACTERS_MAX: usize = 120;
const EMAIL_BYTES_MAX: usize = 254;

/// Adds an account without a password and gives back the token of its set-up link, which is stored only as a hash.
pub async fn add_person(
    app: &App,
    caller: &Caller,
    name: &str,
    email: &str,
    roles: Roles,
) -> Result<(PersonId, SetupToken), WorkflowError> {
    caller.needs(Permission::PeopleManage)?;
    let row = new_person(name, email, roles)?;
    let mut tx = app.store.write().await?;
    tx.insert_person(&row)
        .await
        .map_err(|error| taken(error, &row.email))?;
    let token = link(&mut tx, &row.id).await?;
    let entry = caller.entry("person.added", row.id.as_str(), json!({ "roles": row.roles }));
    tx.commit(vec![entry]).await?;
    Ok((row.id, token))
}

/// Adds an account from the machine itself, where no administrator is there yet (first start, demo, terminal).
///
/// An account that is there already is given back as it is. With a password it can sign in at once.
pub async fn ensure_person(
    app: &App,
    name: &str,
    email: &str,
    roles: Roles,
    password: Option<String>,
) -> Result<PersonRow, WorkflowError> {
    if let Some(row) = app.store.person_by_email(email).await? {
        return Ok(row);
    }
    let mut row = new_person(name, email, roles)?;
    if let Some(password) = password {
        row.password_hash = Some(hash_password(password).await.map_err(stopped)?);
    }
    let mut tx = app.store.write().await?;
    match tx.insert_person(&row).await {
        Err(StoreError::Taken(_)) => {
            // Somebody else was quicker; theirs is as good.
            drop(tx);
            return app
                .store
                .person_by_email(email)
                .await?
                .ok_or(WorkflowError::NotFound("person"));
        }
        done => done?,
    }
    tx.commit(vec![own_entry(
        "person.added",
        row.id.as_str(),
        json!({ "roles": row.roles, "from": "terminal" }),
    )])
    .await?;
    Ok(row)
}

/// The set-up link of a first administrator, while nobody can sign in as one. `None` once somebody can.
pub async fn first_setup_link(app: &App, email: &str) -> Result<Option<SetupToken>, WorkflowError> {
    let administrator = Role::Administrator;
    let people = app.store.people().await?;
    if people.iter().any(|person| {
        person.roles.contains(&administrator) && person.password_hash.is_some() && !person.disabled
    }) {
        return Ok(None);
    }
    let row = ensure_person(app, "Administrator", email, Roles::from([administrator]), None).await?;
    let mut tx = app.store.write().await?;
    let token = link(&mut tx, &row.id).await?;
    tx.commit(vec![own_entry(
        "person.setup_link",
        row.id.as_str(),
        json!({ "from": "first start" }),
    )])
    .await?;
    Ok(Some(token))
}

fn new_person(name: &str, email: &str, roles: Roles) -> Result<PersonRow, WorkflowError> {
    let name = one_line(name);
    let email = email.trim().to_lowercase();
    let plausible = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible
        || email.len() > EMAIL_BYTES_MAX
        || email.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        let reason = "This is not an e-mail address; one looks like name@district.example.";
        return Err(WorkflowError::invalid("email", reason));
    }
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        let reason = format!("Give the person's name, at most {NAME_CHARACTERS_MAX} characters.");
        return Err(WorkflowError::invalid("name", reason));
    }
    if roles.is_empty() {
        return Err(WorkflowError::invalid(
            "roles",
            "Give at least one role, so that the person can do something.",
        ));
    }
    Ok(PersonRow {
        id: PersonId::fresh(),
        name,
        email,
        password_hash: None,
        roles,
        disabled: false,
        created_at: Timestamp::now(),
        session_epoch: 1,
    })
}

fn taken(error: StoreError, email: &str) -> WorkflowError {
    match error {
        StoreError::Taken(_) => {
            WorkflowError::invalid("email", format!("There is an account for {email} already."))
        }
        error => error.into(),
    }
}

async fn link(tx: &mut WriteTx, person: &PersonId) -> Result<SetupToken, WorkflowError> {
    let token = SetupToken::fresh();
    let expires_at = Timestamp::now() + SignedDuration::from_hours(SETUP_LINK_HOURS);
    let row = SetupLinkRow {
        token_sha256: token.sha256(),
        person: person.clone(),
        expires_at,
        used_at: None,
    };
    tx.insert_setup_link(&row).await?;
    Ok(token)
}

/// A new set-up link, for a first password or a forgotten one. Earlier links of the person end.
pub async fn new_setup_link(
    app: &App,
    caller: &Caller,
    person: &PersonId,
) -> Result<SetupToken, WorkflowError> {
    caller.needs(Permission::PeopleManage)?;
    let mut tx = app.store.write().await?;
    tx.person(person)
        .await?
        .ok_or(WorkflowError::NotFound("person"))?;
    let token = link(&mut tx, person).await?;
    tx.commit(vec![caller.entry(
        "person.setup_link",
        person.as_str(),
        json!({}),
    )])
    .await?;
    Ok(token)
}

/// Who a set-up link is for, if it can still be used.
pub async fn setup_link_person(app: &App, token: &SetupToken) -> Result<PersonRow, WorkflowError> {
    let link = app.store.setup_link(&token.sha256()).await?;
    let link = link
        .filter(|link| link.used_at.is_none() && link.expires_at > Timestamp::now())
        .ok_or_else(used_up)?;
    app.store
        .person(&link.person)
        .await?
        .ok_or(WorkflowError::NotFound("person"))
}

fn stopped(_: HashingFailed) -> WorkflowError {
    WorkflowError::Internal("the password could not be worked on; try again".into())
}

fn used_up() -> WorkflowError {
    WorkflowError::Forbidden(
        "This set-up link was used already or has ended; ask an administrator for a new one.".into(),
    )
}

/// Sets the password of the person a link is for. The link works once.
pub async fn use_setup_link(
    app: &App,
    token: &SetupToken,
    password: String,
    name: Option<String>,
) -> Result<PersonRow, WorkflowError> {
    check_password(&password).map_err(|problem| WorkflowError::invalid("password", problem.to_string()))?;
    let password_hash = hash_password(password).await.map_err(stopped)?;
    let mut tx = app.store.write().await?;
    let person = match tx.use_setup_link(&token.sha256(), Timestamp::now()).await {
        Err(StoreError::Stale | StoreError::NotFound(_)) => return Err(used_up()),
        done => done?,
    };
    let mut row = tx
        .person(&person)
        .await?
        .ok_or(WorkflowError::NotFound("person"))?;
    let epoch = row.session_epoch;
    row.password_hash = Some(password_hash);
    if let Some(name) = name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
    {
        row.name = new_person(&name, &row.email, row.roles.clone())?.name;
    }
    tx.update_person(&row, epoch).await?;
    let mut entry = own_entry(
        "person.password_set",
        row.id.as_str(),
        json!({ "by": "set-up link" }),
    );
    entry.actor = row.id.to_string();
    tx.commit(vec![entry]).await?;
    app.store
        .person(&row.id)
        .await?
        .ok_or(WorkflowError::NotFound("person"))
}

/// Lets a person in or keeps them out; being kept out ends their sessions at once.
pub async fn set_disabled(
    app: &App,
    caller: &Caller,
    person: &PersonId,
    disabled: bool,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::PeopleManage)?;
    if disabled && person == &caller.person {
        let reason = "You can't disable your own account; another administrator can.";
        return Err(WorkflowError::Forbidden(reason.into()));
    }
    let action = if disabled {
        "person.disabled"
    } else {
        "person.enabled"
    };
    change(app, caller, person, action, |row| row.disabled = disabled).await
}

/// Gives a person exactly these roles; it ends their sessions, so that the new roles hold at once.
pub async fn set_roles(
    app: &App,
    caller: &Caller,
    person: &PersonId,
    roles: Roles,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::PeopleManage)?;
    if roles.is_empty() {
        return Err(WorkflowError::invalid(
            "roles",
            "Give at least one role, or disable the account.",
        ));
    }
    if person == &caller.person && !roles.contains(&Role::Administrator) {
        let reason = "You can't take the administrator's role from yourself; another administrator can.";
        return Err(WorkflowError::Forbidden(reason.into()));
    }
    change(app, caller, person, "person.roles_set", |row| {
        row.roles = roles.clone()
    })
    .await
}

async fn change(
    app: &App,
    caller: &Caller,
    person: &PersonId,
    action: &str,
    set: impl FnOnce(&mut PersonRow),
) -> Result<(), WorkflowError> {
    let mut tx = app.store.write().await?;
    let mut row = tx
        .person(person)
        .await?
        .ok_or(WorkflowError::NotFound("person"))?;
    let epoch = row.session_epoch;
    set(&mut row);
    tx.update_person(&row, epoch).await?;
    let detail = json!({ "roles": row.roles, "disabled": row.disabled });
    tx.commit(vec![caller.entry(action, person.as_str(), detail)])
        .await?;
    Ok(())
}

/// Checks an e-mail address and password. Success and failure are both entries; neither says which part was wrong.
pub async fn sign_in(app: &App, email: &str, password: String) -> Result<PersonRow, WorkflowError> {
    let row = app.store.person_by_email(email.trim()).await?;
    let stored = row
        .as_ref()
        .filter(|row| !row.disabled)
        .and_then(|row| row.password_hash.clone());
    // Without an account a hash is checked all the same, so that the time taken says nothing.
    let matches = password_matches(password, stored).await.map_err(stopped)?;
    let (row, entry) = match row {
        Some(row) if matches => {
            let mut entry = own_entry("session.signed_in", row.id.as_str(), json!({}));
            entry.actor = row.id.to_string();
            entry.role = role_names(&row.roles);
            (Some(row), entry)
        }
        known => {
            let object = known.map_or_else(|| "unknown".to_owned(), |row| row.id.to_string());
            let mut entry = own_entry("session.refused", &object, json!({}));
            entry.actor = "public".to_owned();
            entry.result = "refused".to_owned();
            (None, entry)
        }
    };
    let tx = app.store.write().await?;
    tx.commit(vec![entry]).await?;
    row.ok_or_else(|| {
        WorkflowError::Forbidden(
            "The e-mail address or the password is not right, or the account is disabled.".into(),
        )
    })
}

/// Records that a person signed out.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), WorkflowError> {
    let tx = app.store.write().await?;
    tx.commit(vec![caller.entry(
        "session.signed_out",
        caller.person.as_str(),
        json!({}),
    )])
    .await?;
    Ok(())
}
