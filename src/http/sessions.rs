//! Signed-in sessions: kept in the database by a hash of their id, ended at once when the account changes.

use std::fmt;

use async_trait::async_trait;
use axum_login::tower_sessions::cookie::SameSite;
use axum_login::tower_sessions::cookie::time::{Duration, OffsetDateTime};
use axum_login::tower_sessions::session::{Id, Record};
use axum_login::tower_sessions::session_store::{Error, Result};
use axum_login::tower_sessions::{Expiry, SessionManagerLayer, SessionStore};
use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::dto;
use crate::accounts::Roles;
use crate::ids::PersonId;
use crate::store::{PersonRow, Store};
use crate::workflow::{self, App, WorkflowError};

/// A long working day; afterwards one signs in again.
const SESSION_HOURS: i64 = 12;
/// The session's key for the token that every change must carry.
pub const CSRF_KEY: &str = "csrf";

/// The session of this request.
pub type Auth = axum_login::AuthSession<Accounts>;

/// Keeps sessions in the database. Their ids are stored hashed: a copy of the database signs nobody in.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

fn key(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string().as_bytes()))
}

fn expiry(record: &Record) -> Timestamp {
    Timestamp::from_second(record.expiry_date.unix_timestamp()).unwrap_or(Timestamp::MIN)
}

fn data(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

fn failed(error: crate::store::StoreError) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (data, expires_at) = (data(record)?, expiry(record));
        while !self
            .store
            .session_create(&key(&record.id), &data, expires_at)
            .await
            .map_err(failed)?
        {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.store
            .session_save(&key(&record.id), &data(record)?, expiry(record))
            .await
            .map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires_at)) = self
            .store
            .session_load(&key(id), Timestamp::now())
            .await
            .map_err(failed)?
        else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_at.as_second())
            .map_err(|error| Error::Decode(error.to_string()))?;
        let data = serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.session_delete(&key(id)).await.map_err(failed)
    }
}

/// Whom a session belongs to, read from the database at every request.
#[derive(Clone)]
pub struct SignedIn {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub roles: Roles,
    pub created_at: Timestamp,
    /// A session that was made in another epoch of the account has ended.
    epoch: [u8; 8],
}

/// Only the id: the libraries below may print it into a log.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedIn({})", self.id)
    }
}

impl From<PersonRow> for SignedIn {
    fn from(row: PersonRow) -> Self {
        SignedIn {
            id: row.id,
            name: row.name,
            email: row.email,
            roles: row.roles,
            created_at: row.created_at,
            epoch: row.session_epoch.to_be_bytes(),
        }
    }
}

impl SignedIn {
    pub fn as_dto(&self) -> dto::Person {
        dto::Person {
            id: self.id.to_string(),
            name: self.name.clone(),
            email: self.email.clone(),
            roles: self.roles.iter().map(|role| dto::Role::from(*role)).collect(),
            disabled: false,
            created_at: self.created_at.into(),
        }
    }
}

impl AuthUser for SignedIn {
    type Id = PersonId;

    fn id(&self) -> PersonId {
        self.id.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.epoch
    }
}

/// What somebody signs in with. It has no `Debug`, so that no log can hold it.
#[derive(Clone)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

/// The accounts, as axum-login asks for them.
#[derive(Clone)]
pub struct Accounts {
    app: App,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

impl AuthnBackend for Accounts {
    type User = SignedIn;
    type Credentials = Credentials;
    type Error = WorkflowError;

    /// `None` where the e-mail address or the password is wrong, without saying which.
    async fn authenticate(&self, given: Credentials) -> std::result::Result<Option<SignedIn>, WorkflowError> {
        match workflow::sign_in(&self.app, &given.email, given.password).await {
            Ok(row) => Ok(Some(row.into())),
            Err(WorkflowError::Forbidden(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn get_user(&self, id: &PersonId) -> std::result::Result<Option<SignedIn>, WorkflowError> {
        let row = self.app.store.person(id).await?;
        Ok(row.filter(|row| !row.disabled).map(SignedIn::from))
    }
}

/// The layer that gives every request of the API its session.
pub fn layer(app: &App) -> AuthManagerLayer<Accounts, Sessions> {
    let https = app.config.is_https();
    let sessions = SessionManagerLayer::new(Sessions {
        store: app.store.clone(),
    })
    // The prefix makes browsers refuse the cookie from anywhere but this very host, over https.
    .with_name(if https {
        "__Host-countersign"
    } else {
        "countersign"
    })
    .with_secure(https)
    .with_http_only(true)
    .with_same_site(SameSite::Lax)
    .with_path("/")
    .with_expiry(Expiry::OnInactivity(Duration::hours(SESSION_HOURS)));
    AuthManagerLayerBuilder::new(Accounts { app: app.clone() }, sessions).build()
}
