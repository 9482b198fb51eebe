//! The audit log's rows: appended with what they record, read back, verified from the first to the last.

use futures::StreamExt;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, stored_count};
use super::connect::{Database, Store};
use super::error::StoreError;
use crate::audit::{Entry, NewEntry, Verification, Verifier};
use crate::ids::ItemId;

/// Which entries to show; an empty field means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub object: String,
    pub actor: String,
    /// An action, or the first part of one: `item.` finds everything done to items.
    pub action: String,
}

impl Store {
    /// The newest entries before `before_seq` (the newest of all without one), newest first.
    pub async fn audit_page(
        &self,
        filter: &AuditFilter,
        before_seq: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM audit_entries WHERE seq < $1
             AND ($2 = '' OR object = $2) AND ($3 = '' OR actor = $3)
             AND ($4 = '' OR SUBSTR(action, 1, LENGTH($4)) = $4)
             ORDER BY seq DESC LIMIT $5",
        )
        .bind(before_seq.map_or(i64::MAX, stored_count))
        .bind(&filter.object)
        .bind(&filter.actor)
        .bind(&filter.action)
        .bind(i64::from(limit))
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter().map(entry).collect()
    }

    /// Whether the log holds an entry with this hash.
    pub async fn audit_contains(&self, hash: &str) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT seq FROM audit_entries WHERE hash = $1")
            .bind(hash)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        Ok(found.is_some())
    }

    /// How many entries there are.
    pub async fn audit_length(&self) -> Result<u64, StoreError> {
        Ok(head(&mut *self.connection().await?).await?.0)
    }

    /// Everything that was done to an item, oldest first.
    pub async fn history(&self, item: &ItemId) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit_entries WHERE object = $1 ORDER BY seq")
            .bind(item.as_str())
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// Reads the whole log, entry by entry, and checks it against its own hashes and its head.
    pub async fn audit_verify(&self) -> Result<Verification, StoreError> {
        // The head and the rows must be of one moment, or an entry written meanwhile would look like a fault.
        let begin = match self.database() {
            Database::Sqlite => "BEGIN",
            Database::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut transaction = self.pool().begin_with(begin).await?;
        let (seq, hash) = head(&mut transaction).await?;
        let mut verifier = Verifier::new();
        let mut rows = sqlx::query("SELECT * FROM audit_entries ORDER BY seq").fetch(&mut *transaction);
        while let Some(row) = rows.next().await {
            match row.map_err(StoreError::from).and_then(|row| entry(&row)) {
                Ok(entry) => verifier.feed(&entry),
                Err(StoreError::Corrupt { what }) => verifier.feed_unreadable(&what),
                Err(other) => return Err(other),
            }
        }
        Ok(verifier.finish_at(seq, &hash))
    }
}

/// Chains the entries to the log, in their order, and gives their numbers.
pub(super) async fn append(
    connection: &mut AnyConnection,
    entries: Vec<NewEntry>,
) -> Result<Vec<u64>, StoreError> {
    let (mut seq, mut hash) = head(connection).await?;
    let mut numbers = Vec::with_capacity(entries.len());
    for new in entries {
        seq += 1;
        let entry = new.sealed(seq, &hash);
        insert(connection, &entry).await?;
        numbers.push(seq);
        hash = entry.hash;
    }
    sqlx::query("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1")
        .bind(stored_count(seq))
        .bind(&hash)
        .execute(connection)
        .await?;
    Ok(numbers)
}

async fn insert(connection: &mut AnyConnection, entry: &Entry) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_entries (seq, at, actor, role, action, object, content_sha256, request_id, result,
         detail, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(stored_count(entry.seq))
    .bind(entry.at.as_microsecond())
    .bind(&entry.actor)
    .bind(&entry.role)
    .bind(&entry.action)
    .bind(&entry.object)
    .bind(&entry.content_sha256)
    .bind(&entry.request_id)
    .bind(&entry.result)
    .bind(&entry.detail)
    .bind(&entry.prev_hash)
    .bind(&entry.hash)
    .execute(connection)
    .await?;
    Ok(())
}

/// Number and hash of the last entry.
async fn head(connection: &mut AnyConnection) -> Result<(u64, String), StoreError> {
    let row = sqlx::query("SELECT seq, hash FROM audit_head WHERE id = 1")
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| StoreError::Corrupt {
            what: "the audit log has no head".to_owned(),
        })?;
    Ok((row.count("seq")?, row.text("hash")?))
}

fn entry(row: &AnyRow) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: row.count("seq")?,
        at: row.at("at")?,
        actor: row.text("actor")?,
        role: row.text("role")?,
        action: row.text("action")?,
        object: row.text("object")?,
        content_sha256: row.optional_text("content_sha256")?,
        request_id: row.optional_text("request_id")?,
        result: row.text("result")?,
        detail: row.text("detail")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}
