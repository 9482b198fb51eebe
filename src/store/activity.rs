//! Measurements of attention: stretches of active time, and sources that were opened.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::columns::{Columns, stored_count, word_text};
use super::connect::Store;
use super::error::StoreError;
use crate::ids::{ActivityId, ItemId, PersonId, VersionId};

/// A pause up to this long belongs to the stretch it interrupts.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// No heartbeat can report more than it can have seen.
const HEARTBEAT_SECONDS_MAX: u32 = 60;

/// As what somebody worked on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    Requester,
    Reviewer,
}

/// A stretch of one person's active time on one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    pub id: ActivityId,
    pub item: ItemId,
    pub person: PersonId,
    pub capacity: Capacity,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
}

/// A source that somebody opened from an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOpenRow {
    pub item: ItemId,
    pub person: PersonId,
    pub version: VersionId,
    pub at: Timestamp,
    pub seconds: u32,
}

impl Store {
    /// Records that a person was active for the `seconds` before `now`. It lengthens their last stretch when that
    /// ended less than a minute before these seconds began; what overlaps is counted once.
    pub async fn activity_extend(
        &self,
        item: &ItemId,
        person: &PersonId,
        capacity: Capacity,
        seconds: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let active = SignedDuration::from_secs(i64::from(seconds.min(HEARTBEAT_SECONDS_MAX)));
        let started = now.checked_sub(active).unwrap_or(Timestamp::MIN);
        let joined_from = started.checked_sub(PAUSE).unwrap_or(Timestamp::MIN);
        let capacity = word_text(&capacity)?;
        let lengthened = self
            .execute(
                sqlx::query(
                    "UPDATE activity SET
                     started_at = CASE WHEN started_at < $4 THEN started_at ELSE $4 END,
                     ended_at = CASE WHEN ended_at > $5 THEN ended_at ELSE $5 END
                     WHERE id = (SELECT id FROM activity WHERE item = $1 AND person = $2 AND capacity = $3
                                 ORDER BY ended_at DESC, id DESC LIMIT 1)
                     AND ended_at > $6 AND started_at <= $5",
                )
                .bind(item.as_str())
                .bind(person.as_str())
                .bind(&capacity)
                .bind(started.as_microsecond())
                .bind(now.as_microsecond())
                .bind(joined_from.as_microsecond()),
            )
            .await?;
        if lengthened.rows_affected() > 0 {
            return Ok(());
        }
        self.execute(
            sqlx::query(
                "INSERT INTO activity (id, item, person, capacity, started_at, ended_at)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(ActivityId::fresh().as_str())
            .bind(item.as_str())
            .bind(person.as_str())
            .bind(&capacity)
            .bind(started.as_microsecond())
            .bind(now.as_microsecond()),
        )
        .await?;
        Ok(())
    }

    /// The stretches of work on an item, in order of time.
    pub async fn activity(&self, item: &ItemId) -> Result<Vec<ActivityRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM activity WHERE item = $1 ORDER BY started_at, id")
            .bind(item.as_str())
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ActivityRow {
                    id: row.parsed("id")?,
                    item: row.parsed("item")?,
                    person: row.parsed("person")?,
                    capacity: row.word("capacity")?,
                    started_at: row.at("started_at")?,
                    ended_at: row.at("ended_at")?,
                })
            })
            .collect()
    }

    pub async fn source_open(&self, row: &SourceOpenRow) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "INSERT INTO source_opens (item, person, version, at, seconds) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(row.item.as_str())
            .bind(row.person.as_str())
            .bind(row.version.as_str())
            .bind(row.at.as_microsecond())
            .bind(stored_count(row.seconds)),
        )
        .await?;
        Ok(())
    }

    /// The sources opened from an item, in order of time.
    pub async fn source_opens(&self, item: &ItemId) -> Result<Vec<SourceOpenRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM source_opens WHERE item = $1 ORDER BY at")
            .bind(item.as_str())
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(SourceOpenRow {
                    item: row.parsed("item")?,
                    person: row.parsed("person")?,
                    version: row.parsed("version")?,
                    at: row.at("at")?,
                    seconds: row.count("seconds")?,
                })
            })
            .collect()
    }
}
