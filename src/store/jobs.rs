//! Background work as leased rows, and the progress of it that a page can follow and resume.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::columns::{Columns, stored_count};
use super::connect::{Database, Store};
use super::error::{StoreError, taken};
use super::write::WriteTx;
use crate::ids::{ItemId, JobId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Waiting,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// A piece of background work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    pub id: JobId,
    pub kind: String,
    pub item: Option<ItemId>,
    pub state: JobState,
    pub leased_by: Option<String>,
    pub lease_until: Option<Timestamp>,
    /// How often it was begun; more than once means that a worker was lost over it.
    pub attempts: u32,
    pub cancel_requested: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub error: Option<String>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    Done,
    Failed(String),
    Cancelled,
}

/// What a worker learns from its heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    Held,
    CancelRequested,
    /// Another worker has the job, or it has ended; this worker must stop and save nothing.
    Lost,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    pub waiting: u64,
    pub running: u64,
}

/// One step of an item's progress.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub seq: u64,
    pub at: Timestamp,
    pub event: serde_json::Value,
}

impl Store {
    /// Gives the oldest job that waits, or whose worker was lost, to `worker` until `now + lease`.
    pub async fn lease_job(
        &self,
        worker: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<Option<JobRow>, StoreError> {
        self.lease_one(worker, "", now, lease).await
    }

    /// Gives the waiting job of one item to a worker, so that a command can carry out what it just asked for.
    pub async fn lease_job_of(
        &self,
        item: &ItemId,
        worker: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<Option<JobRow>, StoreError> {
        self.lease_one(worker, item.as_str(), now, lease).await
    }

    /// The oldest job that can be had; only one of `item` unless that is empty.
    async fn lease_one(
        &self,
        worker: &str,
        item: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<Option<JobRow>, StoreError> {
        let skip = match self.database() {
            Database::Sqlite => "",
            Database::Postgres => " FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "UPDATE jobs SET state = 'running', leased_by = $1, lease_until = $2, attempts = attempts + 1,
             updated_at = $3
             WHERE id = (SELECT id FROM jobs
                         WHERE (state = 'waiting' OR (state = 'running' AND lease_until <= $3))
                         AND ($4 = '' OR item = $4)
                         ORDER BY created_at, id LIMIT 1{skip})
             RETURNING *"
        );
        let _turn = self.turn().await?;
        // All rows are fetched, so that the statement has run to its end and is committed.
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(worker)
            .bind(end_of(now, lease).as_microsecond())
            .bind(now.as_microsecond())
            .bind(item)
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.first().map(read_job).transpose()
    }

    /// Keeps a job for its worker until `now + lease`.
    pub async fn heartbeat_job(
        &self,
        id: &JobId,
        worker: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<Heartbeat, StoreError> {
        let _turn = self.turn().await?;
        let rows = sqlx::query(
            "UPDATE jobs SET lease_until = $3, updated_at = $4
             WHERE id = $1 AND leased_by = $2 AND state = 'running' RETURNING cancel_requested",
        )
        .bind(id.as_str())
        .bind(worker)
        .bind(end_of(now, lease).as_microsecond())
        .bind(now.as_microsecond())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        match rows.first() {
            None => Ok(Heartbeat::Lost),
            Some(row) if row.flag("cancel_requested")? => Ok(Heartbeat::CancelRequested),
            Some(_) => Ok(Heartbeat::Held),
        }
    }

    /// Puts a job back that its worker cannot go on with, for example because the server stops. The attempt is
    /// not counted.
    pub async fn release_job(&self, id: &JobId, worker: &str, now: Timestamp) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "UPDATE jobs SET state = 'waiting', leased_by = NULL, lease_until = NULL, attempts = attempts - 1,
                 updated_at = $3 WHERE id = $1 AND leased_by = $2 AND state = 'running'",
            )
            .bind(id.as_str())
            .bind(worker)
            .bind(now.as_microsecond()),
        )
        .await?;
        Ok(())
    }

    pub async fn job(&self, id: &JobId) -> Result<Option<JobRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM jobs WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(read_job).transpose()
    }

    pub async fn jobs_waiting(&self) -> Result<JobCounts, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting,
                    COUNT(CASE WHEN state = 'running' THEN 1 END) AS running
             FROM jobs WHERE state IN ('waiting', 'running')",
        )
        .fetch_one(&mut *self.connection().await?)
        .await?;
        Ok(JobCounts {
            waiting: row.count("waiting")?,
            running: row.count("running")?,
        })
    }

    /// Appends a step to an item's progress and gives its number. One worker at a time writes for an item.
    ///
    /// Numbers grow from one attempt to the next too, because they begin at the time in microseconds: whoever
    /// resumes with a number of an earlier attempt sees the new one from its first step.
    pub async fn progress_append(
        &self,
        item: &ItemId,
        event: &serde_json::Value,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let _turn = self.turn().await?;
        let rows = sqlx::query(
            "INSERT INTO progress (item, seq, event, at)
             SELECT CAST($1 AS TEXT), CASE WHEN MAX(seq) >= $3 THEN MAX(seq) + 1 ELSE CAST($3 AS BIGINT) END,
                    CAST($2 AS TEXT), CAST($3 AS BIGINT)
             FROM progress WHERE item = $1 RETURNING seq",
        )
        .bind(item.as_str())
        .bind(event.to_string())
        .bind(at.as_microsecond())
        .fetch_all(&mut *self.connection().await?)
        .await
        .map_err(taken("step of this item's progress"))?;
        match rows.first() {
            Some(row) => row.count("seq"),
            None => Err(StoreError::NotFound("item")),
        }
    }

    /// The steps of an item's progress after number `seq`, in order.
    pub async fn progress_since(&self, item: &ItemId, seq: u64) -> Result<Vec<Progress>, StoreError> {
        let rows =
            sqlx::query("SELECT seq, at, event FROM progress WHERE item = $1 AND seq > $2 ORDER BY seq")
                .bind(item.as_str())
                .bind(stored_count(seq))
                .fetch_all(&mut *self.connection().await?)
                .await?;
        rows.iter()
            .map(|row| {
                Ok(Progress {
                    seq: row.count("seq")?,
                    at: row.at("at")?,
                    event: row.json("event")?,
                })
            })
            .collect()
    }
}

impl WriteTx {
    /// Adds a job that waits for a worker.
    pub async fn enqueue(
        &mut self,
        id: &JobId,
        kind: &str,
        item: Option<&ItemId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // What an earlier attempt told is over; a follower of the new one must not see it again.
        sqlx::query("DELETE FROM progress WHERE item = $1")
            .bind(item.map(ItemId::as_str))
            .execute(self.connection())
            .await?;
        sqlx::query(
            "INSERT INTO jobs (id, kind, item, state, attempts, cancel_requested, created_at, updated_at)
             VALUES ($1, $2, $3, 'waiting', 0, 0, $4, $4)",
        )
        .bind(id.as_str())
        .bind(kind)
        .bind(item.map(ItemId::as_str))
        .bind(now.as_microsecond())
        .execute(self.connection())
        .await
        .map_err(taken("job"))?;
        Ok(())
    }

    /// Ends a job that `worker` still holds. [`StoreError::Stale`] when it is not theirs any more: somebody else's
    /// result counts, and this transaction must not be committed.
    pub async fn finish_job(
        &mut self,
        id: &JobId,
        worker: &str,
        end: &JobEnd,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (state, error) = match end {
            JobEnd::Done => ("done", None),
            JobEnd::Failed(error) => ("failed", Some(error.as_str())),
            JobEnd::Cancelled => ("cancelled", None),
        };
        let ended = sqlx::query(
            "UPDATE jobs SET state = $3, error = $4, updated_at = $5, lease_until = NULL
             WHERE id = $1 AND leased_by = $2 AND state = 'running'",
        )
        .bind(id.as_str())
        .bind(worker)
        .bind(state)
        .bind(error)
        .bind(now.as_microsecond())
        .execute(self.connection())
        .await?
        .rows_affected();
        if ended == 0 {
            Err(StoreError::Stale)
        } else {
            Ok(())
        }
    }

    /// Cancels an item's jobs that wait, and asks the workers of those that run to stop.
    pub async fn request_cancel(&mut self, item: &ItemId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE jobs SET cancel_requested = 1, updated_at = $2,
             state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
             WHERE item = $1 AND state IN ('waiting', 'running')",
        )
        .bind(item.as_str())
        .bind(now.as_microsecond())
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn end_of(now: Timestamp, lease: Duration) -> Timestamp {
    now.checked_add(lease).unwrap_or(Timestamp::MAX)
}

fn read_job(row: &AnyRow) -> Result<JobRow, StoreError> {
    Ok(JobRow {
        id: row.parsed("id")?,
        kind: row.text("kind")?,
        item: row.optional_parsed("item")?,
        state: row.word("state")?,
        leased_by: row.optional_text("leased_by")?,
        lease_until: row.optional_at("lease_until")?,
        attempts: row.count("attempts")?,
        cancel_requested: row.flag("cancel_requested")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        error: row.optional_text("error")?,
    })
}
