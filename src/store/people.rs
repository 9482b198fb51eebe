//! People with accounts, and the one-time links with which they set a password.

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, json_text};
use super::connect::Store;
use super::error::{StoreError, still_as_read, taken};
use super::write::WriteTx;
use crate::accounts::Roles;
use crate::ids::PersonId;

/// A person's row. `email` is kept in lower case, so that it is found however it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    /// Absent until the person has used a set-up link.
    pub password_hash: Option<String>,
    pub roles: Roles,
    pub disabled: bool,
    pub created_at: Timestamp,
    /// A session belongs to one epoch; the store begins a new one when password, roles or `disabled` change.
    pub session_epoch: i64,
}

/// A one-time link; only the hash of its token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupLinkRow {
    pub token_sha256: String,
    pub person: PersonId,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Store {
    pub async fn person(&self, id: &PersonId) -> Result<Option<PersonRow>, StoreError> {
        person(&mut *self.connection().await?, id).await
    }

    pub async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        person_by_email(&mut *self.connection().await?, email).await
    }

    /// Everybody, by name.
    pub async fn people(&self) -> Result<Vec<PersonRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM people ORDER BY name, id")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter().map(read_person).collect()
    }

    pub async fn people_count(&self) -> Result<u64, StoreError> {
        sqlx::query("SELECT COUNT(*) AS people FROM people")
            .fetch_one(&mut *self.connection().await?)
            .await?
            .count("people")
    }

    pub async fn setup_link(&self, token_sha256: &str) -> Result<Option<SetupLinkRow>, StoreError> {
        setup_link(&mut *self.connection().await?, token_sha256).await
    }
}

impl WriteTx {
    pub async fn person(&mut self, id: &PersonId) -> Result<Option<PersonRow>, StoreError> {
        person(self.connection(), id).await
    }

    pub async fn person_by_email(&mut self, email: &str) -> Result<Option<PersonRow>, StoreError> {
        person_by_email(self.connection(), email).await
    }

    pub async fn setup_link(&mut self, token_sha256: &str) -> Result<Option<SetupLinkRow>, StoreError> {
        setup_link(self.connection(), token_sha256).await
    }

    /// Adds a person; an e-mail address that somebody has already is [`StoreError::Taken`].
    pub async fn insert_person(&mut self, row: &PersonRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO people (id, name, email, password_hash, roles, disabled, created_at, session_epoch)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.id.as_str())
        .bind(&row.name)
        .bind(row.email.to_lowercase())
        .bind(&row.password_hash)
        .bind(json_text(&row.roles)?)
        .bind(i64::from(row.disabled))
        .bind(row.created_at.as_microsecond())
        .bind(row.session_epoch)
        .execute(self.connection())
        .await
        .map_err(taken("person with this e-mail address"))?;
        Ok(())
    }

    /// Saves a person as they were read in `expected_epoch`. Sessions end when what they rest on has changed, and
    /// that is seen here, so that no caller can forget it.
    pub async fn update_person(&mut self, row: &PersonRow, expected_epoch: i64) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE people SET name = $3, email = $4, password_hash = $5, roles = $6, disabled = $7,
             session_epoch = session_epoch + CASE WHEN roles <> $6 OR disabled <> $7
                 OR COALESCE(password_hash, '') <> COALESCE($5, '') THEN 1 ELSE 0 END
             WHERE id = $1 AND session_epoch = $2",
        )
        .bind(row.id.as_str())
        .bind(expected_epoch)
        .bind(&row.name)
        .bind(row.email.to_lowercase())
        .bind(&row.password_hash)
        .bind(json_text(&row.roles)?)
        .bind(i64::from(row.disabled))
        .execute(self.connection())
        .await
        .map_err(taken("person with this e-mail address"))?
        .rows_affected();
        still_as_read(changed)
    }

    /// Adds a set-up link and ends the person's earlier ones.
    pub async fn insert_setup_link(&mut self, row: &SetupLinkRow) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM setup_links WHERE person = $1 AND used_at IS NULL")
            .bind(row.person.as_str())
            .execute(self.connection())
            .await?;
        sqlx::query("INSERT INTO setup_links (token_sha256, person, expires_at) VALUES ($1, $2, $3)")
            .bind(&row.token_sha256)
            .bind(row.person.as_str())
            .bind(row.expires_at.as_microsecond())
            .execute(self.connection())
            .await
            .map_err(taken("set-up link"))?;
        Ok(())
    }

    /// Uses a set-up link up and says whose it was; one that was used or has expired is [`StoreError::Stale`].
    pub async fn use_setup_link(
        &mut self,
        token_sha256: &str,
        now: Timestamp,
    ) -> Result<PersonId, StoreError> {
        let link = self
            .setup_link(token_sha256)
            .await?
            .ok_or(StoreError::NotFound("set-up link"))?;
        let used = sqlx::query(
            "UPDATE setup_links SET used_at = $2 WHERE token_sha256 = $1 AND used_at IS NULL AND expires_at > $2",
        )
        .bind(token_sha256)
        .bind(now.as_microsecond())
        .execute(self.connection())
        .await?
        .rows_affected();
        if used == 0 {
            Err(StoreError::Stale)
        } else {
            Ok(link.person)
        }
    }
}

async fn person(connection: &mut AnyConnection, id: &PersonId) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query("SELECT * FROM people WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_person).transpose()
}

async fn person_by_email(
    connection: &mut AnyConnection,
    email: &str,
) -> Result<Option<PersonRow>, StoreError> {
    let row = sqlx::query("SELECT * FROM people WHERE email = $1")
        .bind(email.to_lowercase())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_person).transpose()
}

async fn setup_link(
    connection: &mut AnyConnection,
    token_sha256: &str,
) -> Result<Option<SetupLinkRow>, StoreError> {
    let row = sqlx::query("SELECT * FROM setup_links WHERE token_sha256 = $1")
        .bind(token_sha256)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(SetupLinkRow {
            token_sha256: row.text("token_sha256")?,
            person: row.parsed("person")?,
            expires_at: row.at("expires_at")?,
            used_at: row.optional_at("used_at")?,
        })
    })
    .transpose()
}

fn read_person(row: &AnyRow) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.parsed("id")?,
        name: row.text("name")?,
        email: row.text("email")?,
        password_hash: row.optional_text("password_hash")?,
        roles: row.json("roles")?,
        disabled: row.flag("disabled")?,
        created_at: row.at("created_at")?,
        session_epoch: row.number("session_epoch")?,
    })
}
