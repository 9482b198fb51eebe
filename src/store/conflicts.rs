//! Pairs of sentences that a person has said do not contradict each other.

use jiff::Timestamp;

use super::columns::Columns;
use super::connect::Store;
use super::error::{StoreError, taken};
use super::write::WriteTx;
use crate::ids::{ConflictId, PersonId};

/// Why two sentences are no conflict, and who says so. It holds for exactly these two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DismissalRow {
    pub id: ConflictId,
    pub left_text: String,
    pub right_text: String,
    pub reason: String,
    pub by: PersonId,
    pub at: Timestamp,
}

impl Store {
    /// All of them, the last first.
    pub async fn conflict_dismissals(&self) -> Result<Vec<DismissalRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM conflict_dismissals ORDER BY dismissed_at DESC, pair")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(DismissalRow {
                    id: row.parsed("pair")?,
                    left_text: row.text("left_text")?,
                    right_text: row.text("right_text")?,
                    reason: row.text("reason")?,
                    by: row.parsed("dismissed_by")?,
                    at: row.at("dismissed_at")?,
                })
            })
            .collect()
    }
}

impl WriteTx {
    /// A pair that is there already is [`StoreError::Taken`].
    pub async fn insert_conflict_dismissal(&mut self, row: &DismissalRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO conflict_dismissals (pair, left_text, right_text, reason, dismissed_by, dismissed_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(row.id.as_str())
        .bind(&row.left_text)
        .bind(&row.right_text)
        .bind(&row.reason)
        .bind(row.by.as_str())
        .bind(row.at.as_microsecond())
        .execute(self.connection())
        .await
        .map_err(taken("dismissal of this conflict"))?;
        Ok(())
    }

    /// Whether there was one.
    pub async fn delete_conflict_dismissal(&mut self, id: &ConflictId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM conflict_dismissals WHERE pair = $1")
            .bind(id.as_str())
            .execute(self.connection())
            .await?;
        Ok(deleted.rows_affected() == 1)
    }
}
