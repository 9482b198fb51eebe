//! The pilot's baselines and lock, and what its measures are made from.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::activity::Capacity;
use super::columns::Columns;
use super::connect::Store;
use super::error::{StoreError, taken};
use super::items::ItemKind;
use super::write::WriteTx;
use crate::drafting::Section;
use crate::ids::{BaselineId, ItemId, PersonId};
use crate::review::State;

/// How long a task took by hand, before the pilot.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineRow {
    pub id: BaselineId,
    pub task: ItemKind,
    pub minutes: f64,
    pub revision_rounds: Option<u32>,
    pub turnaround_hours: Option<f64>,
    pub note: Option<String>,
    pub entered_by: PersonId,
    pub entered_at: Timestamp,
}

/// The pilot: not begun, or locked with the day it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PilotRow {
    pub start_date: Option<Date>,
    pub locked_at: Option<Timestamp>,
    pub locked_by: Option<PersonId>,
    pub version: i64,
}

/// What the measures know of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotItem {
    pub id: ItemId,
    pub kind: ItemKind,
    pub state: State,
    pub refusal_kind: Option<String>,
    pub created_at: Timestamp,
    /// When a reviewer first approved it.
    pub approved_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub requester_seconds: f64,
    pub reviewer_seconds: f64,
    /// How often changes were requested.
    pub revision_rounds: u32,
    /// The machine's last text; absent when it never gave one.
    pub machine_text: Option<String>,
    pub published_text: Option<String>,
}

impl Store {
    /// Every baseline sample, oldest first.
    pub async fn baselines(&self) -> Result<Vec<BaselineRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM baselines ORDER BY entered_at, id")
            .fetch_all(&mut *self.connection().await?)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(BaselineRow {
                    id: row.parsed("id")?,
                    task: row.word("task")?,
                    minutes: row.real("minutes")?,
                    revision_rounds: row.optional_count("revision_rounds")?,
                    turnaround_hours: row.optional_real("turnaround_hours")?,
                    note: row.optional_text("note")?,
                    entered_by: row.parsed("entered_by")?,
                    entered_at: row.at("entered_at")?,
                })
            })
            .collect()
    }

    pub async fn pilot(&self) -> Result<PilotRow, StoreError> {
        pilot(&mut *self.connection().await?).await
    }

    /// What happened to the items asked for at `since` or later, in the order they were asked for.
    pub async fn pilot_items(&self, since: Timestamp) -> Result<Vec<PilotItem>, StoreError> {
        let mut connection = self.connection().await?;
        let active = active_seconds(&mut connection, since).await?;
        let rows = sqlx::query(SELECT_PILOT_ITEMS)
            .bind(since.as_microsecond())
            .fetch_all(&mut *connection)
            .await?;
        rows.iter().map(|row| read_item(row, &active)).collect()
    }
}

impl WriteTx {
    pub async fn pilot(&mut self) -> Result<PilotRow, StoreError> {
        pilot(self.connection()).await
    }

    pub async fn insert_baseline(&mut self, row: &BaselineRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO baselines (id, task, minutes, revision_rounds, turnaround_hours, note, entered_by, entered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.id.as_str())
        .bind(row.task.as_str())
        .bind(row.minutes)
        .bind(row.revision_rounds.map(i64::from))
        .bind(row.turnaround_hours)
        .bind(&row.note)
        .bind(row.entered_by.as_str())
        .bind(row.entered_at.as_microsecond())
        .execute(self.connection())
        .await
        .map_err(taken("baseline sample"))?;
        Ok(())
    }

    pub async fn delete_baseline(&mut self, id: &BaselineId) -> Result<(), StoreError> {
        let deleted = sqlx::query("DELETE FROM baselines WHERE id = $1")
            .bind(id.as_str())
            .execute(self.connection())
            .await?
            .rows_affected();
        if deleted == 0 {
            Err(StoreError::NotFound("baseline sample"))
        } else {
            Ok(())
        }
    }

    /// Locks the pilot, once and for good.
    pub async fn lock_pilot(
        &mut self,
        start_date: Date,
        by: &PersonId,
        at: Timestamp,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let locked = sqlx::query(
            "UPDATE pilot SET start_date = $1, locked_by = $2, locked_at = $3, version = version + 1
             WHERE id = 1 AND version = $4 AND locked_at IS NULL",
        )
        .bind(start_date.to_string())
        .bind(by.as_str())
        .bind(at.as_microsecond())
        .bind(expected_version)
        .execute(self.connection())
        .await?
        .rows_affected();
        if locked == 0 {
            Err(StoreError::Stale)
        } else {
            Ok(())
        }
    }
}

async fn pilot(connection: &mut AnyConnection) -> Result<PilotRow, StoreError> {
    let row = sqlx::query("SELECT * FROM pilot WHERE id = 1")
        .fetch_one(connection)
        .await?;
    Ok(PilotRow {
        start_date: row.optional_parsed("start_date")?,
        locked_at: row.optional_at("locked_at")?,
        locked_by: row.optional_parsed("locked_by")?,
        version: row.number("version")?,
    })
}

const SELECT_PILOT_ITEMS: &str = "SELECT i.id, i.kind, i.state, i.refusal_kind, i.created_at,
    (SELECT MIN(decided_at) FROM decisions d WHERE d.item = i.id AND d.decision = 'approve') AS approved_at,
    (SELECT COUNT(*) FROM decisions d WHERE d.item = i.id AND d.decision = 'request_changes') AS revision_rounds,
    (SELECT MIN(published_at) FROM publications p WHERE p.item = i.id) AS published_at,
    (SELECT sections FROM revisions r WHERE r.item = i.id AND r.author IS NULL
     ORDER BY r.number DESC LIMIT 1) AS machine_sections,
    (SELECT r.sections FROM publications p JOIN revisions r ON r.id = p.revision WHERE p.item = i.id
     ORDER BY p.published_at DESC LIMIT 1) AS published_sections
    FROM items i WHERE i.created_at >= $1 ORDER BY i.created_at, i.id";

type ActiveSeconds = HashMap<(ItemId, Capacity), f64>;

/// Active seconds by item and capacity; what one person's stretches have in common counts once.
async fn active_seconds(
    connection: &mut AnyConnection,
    since: Timestamp,
) -> Result<ActiveSeconds, StoreError> {
    let rows = sqlx::query(
        "SELECT a.item, a.capacity, a.person, a.started_at, a.ended_at FROM activity a JOIN items i ON i.id = a.item
         WHERE i.created_at >= $1 ORDER BY a.item, a.capacity, a.person, a.started_at",
    )
    .bind(since.as_microsecond())
    .fetch_all(connection)
    .await?;
    let mut seconds = ActiveSeconds::new();
    let mut before: Option<((ItemId, Capacity, PersonId), i64)> = None;
    for row in &rows {
        let key = (row.parsed("item")?, row.word("capacity")?, row.parsed("person")?);
        let (started, ended) = (row.number("started_at")?, row.number("ended_at")?);
        let counted_to = match &before {
            Some((other, end)) if *other == key => *end,
            _ => i64::MIN,
        };
        let new_us = ended.saturating_sub(started.max(counted_to)).max(0);
        *seconds.entry((key.0.clone(), key.1)).or_default() += new_us as f64 / 1e6;
        before = Some((key, ended.max(counted_to)));
    }
    Ok(seconds)
}

fn read_item(row: &AnyRow, active: &ActiveSeconds) -> Result<PilotItem, StoreError> {
    let id: ItemId = row.parsed("id")?;
    let seconds = |capacity| active.get(&(id.clone(), capacity)).copied().unwrap_or_default();
    Ok(PilotItem {
        kind: row.word("kind")?,
        state: row.word("state")?,
        refusal_kind: row.optional_text("refusal_kind")?,
        created_at: row.at("created_at")?,
        approved_at: row.optional_at("approved_at")?,
        published_at: row.optional_at("published_at")?,
        requester_seconds: seconds(Capacity::Requester),
        reviewer_seconds: seconds(Capacity::Reviewer),
        revision_rounds: row.count("revision_rounds")?,
        machine_text: row
            .optional_json("machine_sections")?
            .map(|sections: Vec<Section>| plain_text(&sections)),
        published_text: row
            .optional_json("published_sections")?
            .map(|sections: Vec<Section>| plain_text(&sections)),
        id,
    })
}

/// The words of a text, a line for each sentence and heading, as edit distances are measured on.
fn plain_text(sections: &[Section]) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for section in sections {
        lines.extend(section.heading.as_deref());
        lines.extend(section.sentences.iter().map(|sentence| sentence.text.as_str()));
    }
    lines.join("\n")
}
