//! Imports: what was added at once, and what became of each file.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, stored_count, word_text};
use super::connect::Store;
use super::error::{StoreError, taken};
use super::write::WriteTx;
use crate::ids::{DocumentId, ImportId, PersonId, VersionId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOrigin {
    Upload,
    Terminal,
    Watched,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Running,
    Done,
    /// Somebody stopped it; what was done by then stays.
    Cancelled,
    /// The whole of it could not be read, so nothing was added.
    Failed,
}

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Failed,
    NotReached,
    NewDocument,
    NewVersion,
    Unchanged,
    PassedOver,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub id: ImportId,
    /// Of the ZIP or folder, or how many files there are.
    pub name: String,
    pub origin: ImportOrigin,
    pub state: ImportState,
    pub started_by: PersonId,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Later than this, nobody works on it any more.
    pub lease_until: Timestamp,
    pub cancel_requested: bool,
    /// How many names there are, once they are listed.
    pub total: Option<u64>,
    /// The file that is being read.
    pub reading: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// How many files came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub new_documents: u64,
    pub new_versions: u64,
    pub unchanged: u64,
    pub passed_over: u64,
    pub failed: u64,
    pub not_reached: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFileRow {
    pub ordinal: u64,
    pub path: String,
    pub outcome: Outcome,
    /// What happened, and what to do about it.
    pub detail: String,
    pub document: Option<DocumentId>,
    pub version: Option<VersionId>,
}

impl Store {
    pub async fn import(&self, id: &ImportId) -> Result<Option<ImportRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM imports WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(read_import).transpose()
    }

    /// The newest imports, each with what came of its files.
    pub async fn imports(&self, limit: u32) -> Result<Vec<(ImportRow, ImportCounts)>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query("SELECT * FROM imports ORDER BY started_at DESC, id DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(&mut *connection)
            .await?;
        let mut imports = Vec::with_capacity(rows.len());
        for row in &rows {
            let import = read_import(row)?;
            let counts = counts(&mut connection, &import.id).await?;
            imports.push((import, counts));
        }
        Ok(imports)
    }

    /// What became of the files so far, in the order in which they were taken up.
    pub async fn import_files(&self, id: &ImportId) -> Result<Vec<ImportFileRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM import_files WHERE import = $1 ORDER BY ordinal")
            .bind(id.as_str())
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter().map(read_file).collect()
    }

    /// Keeps an import for the process that works on it and says what it reads; `false` once somebody wants it
    /// stopped, or it has ended.
    pub async fn renew_import(
        &self,
        id: &ImportId,
        until: Timestamp,
        total: Option<u64>,
        reading: Option<&str>,
    ) -> Result<bool, StoreError> {
        let renewed = self
            .execute(
                sqlx::query(
                    "UPDATE imports SET lease_until = $2, total = $3, reading = $4
                     WHERE id = $1 AND state = 'running' AND cancel_requested = 0",
                )
                .bind(id.as_str())
                .bind(until.as_microsecond())
                .bind(total.map(stored_count))
                .bind(reading),
            )
            .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Notes what became of a file. What changed a document has its entry in the log already.
    pub async fn note_import_file(&self, id: &ImportId, file: &ImportFileRow) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "INSERT INTO import_files (import, ordinal, path, outcome, detail, document, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id.as_str())
            .bind(stored_count(file.ordinal))
            .bind(&file.path)
            .bind(word_text(&file.outcome)?)
            .bind(&file.detail)
            .bind(file.document.as_ref().map(DocumentId::as_str))
            .bind(file.version.as_ref().map(VersionId::as_str)),
        )
        .await?;
        Ok(())
    }
}

impl WriteTx {
    pub async fn insert_import(&mut self, row: &ImportRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO imports (id, name, origin, state, started_by, started_at, lease_until, cancel_requested)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        )
        .bind(row.id.as_str())
        .bind(&row.name)
        .bind(word_text(&row.origin)?)
        .bind(word_text(&row.state)?)
        .bind(row.started_by.as_str())
        .bind(row.started_at.as_microsecond())
        .bind(row.lease_until.as_microsecond())
        .execute(self.connection())
        .await
        .map_err(taken("import"))?;
        Ok(())
    }

    /// Ends an import that is still running. [`StoreError::Stale`] if it ended already.
    pub async fn end_import(
        &mut self,
        id: &ImportId,
        state: ImportState,
        reason: Option<&str>,
        at: Timestamp,
    ) -> Result<ImportCounts, StoreError> {
        let ended = sqlx::query(
            "UPDATE imports SET state = $2, reason = $3, ended_at = $4, reading = NULL
             WHERE id = $1 AND state = 'running'",
        )
        .bind(id.as_str())
        .bind(word_text(&state)?)
        .bind(reason)
        .bind(at.as_microsecond())
        .execute(self.connection())
        .await?;
        if ended.rows_affected() == 0 {
            return Err(StoreError::Stale);
        }
        counts(self.connection(), id).await
    }

    /// Asks whoever works on the import to stop after the file under way.
    pub async fn request_import_cancel(&mut self, id: &ImportId) -> Result<(), StoreError> {
        let asked =
            sqlx::query("UPDATE imports SET cancel_requested = 1 WHERE id = $1 AND state = 'running'")
                .bind(id.as_str())
                .execute(self.connection())
                .await?;
        if asked.rows_affected() == 0 {
            return Err(StoreError::Stale);
        }
        Ok(())
    }
}

async fn counts(connection: &mut AnyConnection, id: &ImportId) -> Result<ImportCounts, StoreError> {
    let rows =
        sqlx::query("SELECT outcome, COUNT(*) AS files FROM import_files WHERE import = $1 GROUP BY outcome")
            .bind(id.as_str())
            .fetch_all(connection)
            .await?;
    let mut counts = ImportCounts::default();
    for row in &rows {
        let files = row.count("files")?;
        match row.word::<Outcome>("outcome")? {
            Outcome::NewDocument => counts.new_documents = files,
            Outcome::NewVersion => counts.new_versions = files,
            Outcome::Unchanged => counts.unchanged = files,
            Outcome::PassedOver => counts.passed_over = files,
            Outcome::Failed => counts.failed = files,
            Outcome::NotReached => counts.not_reached = files,
        }
    }
    Ok(counts)
}

fn read_import(row: &AnyRow) -> Result<ImportRow, StoreError> {
    Ok(ImportRow {
        id: row.parsed("id")?,
        name: row.text("name")?,
        origin: row.word("origin")?,
        state: row.word("state")?,
        started_by: row.parsed("started_by")?,
        started_at: row.at("started_at")?,
        ended_at: row.optional_at("ended_at")?,
        lease_until: row.at("lease_until")?,
        cancel_requested: row.flag("cancel_requested")?,
        total: row.optional_count("total")?,
        reading: row.optional_text("reading")?,
        reason: row.optional_text("reason")?,
    })
}

fn read_file(row: &AnyRow) -> Result<ImportFileRow, StoreError> {
    Ok(ImportFileRow {
        ordinal: row.count("ordinal")?,
        path: row.text("path")?,
        outcome: row.word("outcome")?,
        detail: row.text("detail")?,
        document: row.optional_parsed("document")?,
        version: row.optional_parsed("version")?,
    })
}
