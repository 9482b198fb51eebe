//! The watched folder as it was last seen: whose turn a round is, and each file's state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use super::columns::{Columns, stored_count, word_text};
use super::connect::Store;
use super::error::StoreError;
use crate::ids::DocumentId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFolder {
    pub folder: String,
    /// When somebody last looked into it.
    pub looked_at: Option<Timestamp>,
    /// What is the matter with the folder as a whole, and since when.
    pub notice: Option<(String, Timestamp)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchedFileState {
    /// New or changed; it is taken once it is the same in two rounds.
    Settling,
    Taken,
    Refused,
    Vanished,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFile {
    pub path: String,
    pub bytes: u64,
    /// When the file says it was last changed.
    pub changed_at: Timestamp,
    pub state: WatchedFileState,
    /// Why it was refused.
    pub detail: Option<String>,
    /// Since when it is in this state.
    pub since: Timestamp,
    pub document: Option<DocumentId>,
}

impl Store {
    /// Takes the turn for a round through the folder, if one is due; of several processes one gets it.
    pub async fn take_watch_turn(
        &self,
        folder: &str,
        now: Timestamp,
        next: Timestamp,
    ) -> Result<bool, StoreError> {
        self.execute(
            sqlx::query(
                "INSERT INTO watched_folders (folder, next_round_at) VALUES ($1, 0) ON CONFLICT (folder) DO NOTHING",
            )
            .bind(folder),
        )
        .await?;
        let taken = self
            .execute(
                sqlx::query(
                    "UPDATE watched_folders SET next_round_at = $3 WHERE folder = $1 AND next_round_at <= $2",
                )
                .bind(folder)
                .bind(now.as_microsecond())
                .bind(next.as_microsecond()),
            )
            .await?;
        Ok(taken.rows_affected() == 1)
    }

    /// Ends a round: the next is due at `next`.
    pub async fn end_watch_turn(&self, folder: &str, next: Timestamp) -> Result<(), StoreError> {
        self.execute(
            sqlx::query("UPDATE watched_folders SET next_round_at = $2 WHERE folder = $1")
                .bind(folder)
                .bind(next.as_microsecond()),
        )
        .await?;
        Ok(())
    }

    pub async fn watched_folder(&self, folder: &str) -> Result<Option<WatchedFolder>, StoreError> {
        let row = sqlx::query("SELECT * FROM watched_folders WHERE folder = $1")
            .bind(folder)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.map(|row| {
            let notice = row.optional_text("notice")?.zip(row.optional_at("notice_at")?);
            Ok(WatchedFolder {
                folder: row.text("folder")?,
                looked_at: row.optional_at("looked_at")?,
                notice,
            })
        })
        .transpose()
    }

    pub async fn watched_files(&self, folder: &str) -> Result<Vec<WatchedFile>, StoreError> {
        let rows = sqlx::query("SELECT * FROM watched_files WHERE folder = $1 ORDER BY path")
            .bind(folder)
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter().map(read_file).collect()
    }

    /// Notes that somebody looked, and what is the matter with the folder.
    pub async fn note_watched_folder(
        &self,
        folder: &str,
        looked_at: Timestamp,
        notice: Option<&(String, Timestamp)>,
    ) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "UPDATE watched_folders SET looked_at = $2, notice = $3, notice_at = $4 WHERE folder = $1",
            )
            .bind(folder)
            .bind(looked_at.as_microsecond())
            .bind(notice.map(|(words, _)| words.as_str()))
            .bind(notice.map(|(_, at)| at.as_microsecond())),
        )
        .await?;
        Ok(())
    }

    pub async fn note_watched_file(&self, folder: &str, file: &WatchedFile) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "INSERT INTO watched_files (folder, path, bytes, changed_at, state, detail, since, document)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (folder, path) DO UPDATE SET bytes = $3, changed_at = $4, state = $5, detail = $6,
                 since = $7, document = $8",
            )
            .bind(folder)
            .bind(&file.path)
            .bind(stored_count(file.bytes))
            .bind(file.changed_at.as_microsecond())
            .bind(word_text(&file.state)?)
            .bind(&file.detail)
            .bind(file.since.as_microsecond())
            .bind(file.document.as_ref().map(DocumentId::as_str)),
        )
        .await?;
        Ok(())
    }

    /// Forgets the files that are gone, or all of them. Their documents stay as they are.
    pub async fn forget_vanished(&self, folder: &str, all: bool) -> Result<u64, StoreError> {
        let forgotten = self
            .execute(
                sqlx::query("DELETE FROM watched_files WHERE folder = $1 AND (state = 'vanished' OR $2 = 1)")
                    .bind(folder)
                    .bind(i64::from(all)),
            )
            .await?;
        Ok(forgotten.rows_affected())
    }
}

fn read_file(row: &AnyRow) -> Result<WatchedFile, StoreError> {
    Ok(WatchedFile {
        path: row.text("path")?,
        bytes: row.count("bytes")?,
        changed_at: row.at("changed_at")?,
        state: row.word("state")?,
        detail: row.optional_text("detail")?,
        since: row.at("since")?,
        document: row.optional_parsed("document")?,
    })
}
