//! The pilot's baselines and lock, and what its measures are made from.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::activity::Capacity;
use super::columns::{Columns, word_text};
use super::connect::Store;
use super::error::{StoreError, taken};
use super::write::WriteTx;
use crate::drafting::Section;
use crate::ids::{BaselineId, PersonId};
use crate::pilot::{BaselineSample, ItemRecord, Stretch, edit_distance, merged_seconds};

/// A baseline sample with who entered it.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineRow {
    pub id: BaselineId,
    pub sample: BaselineSample,
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
                    sample: BaselineSample {
                        task: row.word("task")?,
                        minutes: row.real("minutes")?,
                        revision_rounds: row.optional_real("revision_rounds")?,
                        turnaround_hours: row.optional_real("turnaround_hours")?,
                    },
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
    pub async fn pilot_items(&self, since: Timestamp) -> Result<Vec<ItemRecord>, StoreError> {
        let mut connection = self.connection().await?;
        let active = active_seconds(&mut connection, since).await?;
        let rows = sqlx::query(SELECT_PILOT_ITEMS)
            .bind(since.as_microsecond())
            .fetch_all(&mut *connection)
            .await?;
        rows.iter().map(|row| read_record(row, &active)).collect()
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
        .bind(word_text(&row.sample.task)?)
        .bind(row.sample.minutes)
        .bind(row.sample.revision_rounds)
        .bind(row.sample.turnaround_hours)
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

const SELECT_PILOT_ITEMS: &str = "SELECT i.id, i.kind, i.refusal_kind, i.created_at,
    (SELECT COUNT(*) FROM decisions d WHERE d.item = i.id AND d.decision = 'approve') AS approvals,
    (SELECT COUNT(*) FROM decisions d WHERE d.item = i.id AND d.decision = 'request_changes') AS revision_rounds,
    (SELECT MIN(published_at) FROM publications p WHERE p.item = i.id) AS published_at,
    (SELECT sections FROM revisions r WHERE r.item = i.id AND r.author IS NULL
     ORDER BY r.number DESC LIMIT 1) AS machine_sections,
    (SELECT r.sections FROM publications p JOIN revisions r ON r.id = p.revision WHERE p.item = i.id
     ORDER BY p.published_at DESC LIMIT 1) AS published_sections
    FROM items i WHERE i.created_at >= $1 ORDER BY i.created_at, i.id";

type ActiveSeconds = HashMap<(String, Capacity), f64>;

/// Active seconds by item and capacity; each person's overlapping stretches count once.
async fn active_seconds(
    connection: &mut AnyConnection,
    since: Timestamp,
) -> Result<ActiveSeconds, StoreError> {
    let rows = sqlx::query(
        "SELECT a.item, a.capacity, a.person, a.started_at, a.ended_at FROM activity a JOIN items i ON i.id = a.item
         WHERE i.created_at >= $1",
    )
    .bind(since.as_microsecond())
    .fetch_all(connection)
    .await?;
    let mut stretches: HashMap<(String, Capacity, String), Vec<Stretch>> = HashMap::new();
    for row in &rows {
        let whose = (row.text("item")?, row.word("capacity")?, row.text("person")?);
        stretches.entry(whose).or_default().push(Stretch {
            start: row.at("started_at")?,
            end: row.at("ended_at")?,
        });
    }
    let mut seconds = ActiveSeconds::new();
    for ((item, capacity, _), stretches) in stretches {
        *seconds.entry((item, capacity)).or_default() += merged_seconds(&stretches);
    }
    Ok(seconds)
}

fn read_record(row: &AnyRow, active: &ActiveSeconds) -> Result<ItemRecord, StoreError> {
    let item = row.text("id")?;
    let seconds = |capacity| {
        let whose = (item.clone(), capacity);
        active.get(&whose).copied().unwrap_or_default()
    };
    let machine_text = row.optional_json("machine_sections")?.map(plain_text);
    let published_text = row.optional_json("published_sections")?.map(plain_text);
    Ok(ItemRecord {
        task: row.word("kind")?,
        requested_at: row.at("created_at")?,
        drafted: machine_text.is_some(),
        refusal: row.optional_text("refusal_kind")?,
        approved: row.number("approvals")? > 0,
        published_at: row.optional_at("published_at")?,
        requester_seconds: seconds(Capacity::Requester),
        reviewer_seconds: seconds(Capacity::Reviewer),
        revision_rounds: row.count("revision_rounds")?,
        edit_distance: machine_text
            .zip(published_text)
            .map(|(machine, published)| edit_distance(&machine, &published)),
        item,
    })
}

/// The words of a text, a line for each sentence and heading, as edit distances are measured on.
fn plain_text(sections: Vec<Section>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for section in sections {
        lines.extend(section.heading);
        lines.extend(section.sentences.into_iter().map(|sentence| sentence.text));
    }
    lines.join("\n")
}
