//! Revisions of an item's text, what they cite, and the decisions on them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, json_text, word_text};
use super::connect::Store;
use super::error::{StoreError, taken};
use super::items::Checks;
use super::write::WriteTx;
use crate::drafting::{Flag, Section};
use crate::ids::{DecisionId, DocumentId, ItemId, PersonId, RevisionId, VersionId};
use crate::review::ReasonCode;

/// One immutable state of an item's text.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionRow {
    pub id: RevisionId,
    pub item: ItemId,
    /// Counted from one within the item.
    pub number: u32,
    /// Absent when the machine wrote it.
    pub author: Option<PersonId>,
    pub created_at: Timestamp,
    /// What heads the public page of an FAQ answer; absent on a newsletter and on answers of the first schema.
    pub public_question: Option<String>,
    pub sections: Vec<Section>,
    pub flags: Vec<Flag>,
    pub text_sha256: String,
    pub source_set_sha256: String,
    pub sources: Vec<CitedSource>,
    pub words: u32,
    pub reading_grade: Option<f64>,
    pub note: Option<String>,
}

/// A version that a revision cites, with the hash its text had then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedSource {
    pub document: DocumentId,
    pub version: VersionId,
    pub content_sha256: String,
}

/// A revision without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionSummary {
    pub id: RevisionId,
    pub number: u32,
    pub author: Option<PersonId>,
    pub created_at: Timestamp,
    pub note: Option<String>,
}

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Approve,
    RequestChanges,
    Reject,
}

/// A decision on a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    pub id: DecisionId,
    pub item: ItemId,
    pub revision: RevisionId,
    /// Read from the revision; not written.
    pub revision_number: u32,
    pub decision: DecisionKind,
    pub reason: Option<ReasonCode>,
    pub note: Option<String>,
    pub by: PersonId,
    pub at: Timestamp,
}

impl Store {
    pub async fn revision(&self, id: &RevisionId) -> Result<Option<RevisionRow>, StoreError> {
        revision(&mut *self.connection().await?, id).await
    }

    pub async fn revision_by_number(
        &self,
        item: &ItemId,
        number: u32,
    ) -> Result<Option<RevisionRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM revisions WHERE item = $1 AND number = $2")
            .bind(item.as_str())
            .bind(i64::from(number))
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(read_revision).transpose()
    }

    /// An item's revisions without their texts, oldest first.
    pub async fn revisions(&self, item: &ItemId) -> Result<Vec<RevisionSummary>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, number, author, created_at, note FROM revisions WHERE item = $1 ORDER BY number",
        )
        .bind(item.as_str())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(RevisionSummary {
                    id: row.parsed("id")?,
                    number: row.count("number")?,
                    author: row.optional_parsed("author")?,
                    created_at: row.at("created_at")?,
                    note: row.optional_text("note")?,
                })
            })
            .collect()
    }

    /// The decisions on an item, oldest first.
    pub async fn decisions(&self, item: &ItemId) -> Result<Vec<DecisionRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT d.*, r.number FROM decisions d JOIN revisions r ON r.id = d.revision
             WHERE d.item = $1 ORDER BY d.decided_at, d.id",
        )
        .bind(item.as_str())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter().map(read_decision).collect()
    }
}

impl WriteTx {
    pub async fn revision(&mut self, id: &RevisionId) -> Result<Option<RevisionRow>, StoreError> {
        revision(self.connection(), id).await
    }

    /// The number that the item's next revision gets.
    pub async fn next_revision_number(&mut self, item: &ItemId) -> Result<u32, StoreError> {
        let row = sqlx::query("SELECT COALESCE(MAX(number), 0) AS last FROM revisions WHERE item = $1")
            .bind(item.as_str())
            .fetch_one(self.connection())
            .await?;
        Ok(row.count::<u32>("last")?.saturating_add(1))
    }

    /// Adds a revision with what it cites, and the counts of its verdicts to the item, whose standing revision it
    /// becomes when the item is saved with it.
    pub async fn insert_revision(&mut self, row: &RevisionRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO revisions (id, item, number, author, created_at, flags, text_sha256, source_set_sha256,
             sources, words, reading_grade, note, sections, public_question)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(row.id.as_str())
        .bind(row.item.as_str())
        .bind(i64::from(row.number))
        .bind(row.author.as_ref().map(PersonId::as_str))
        .bind(row.created_at.as_microsecond())
        .bind(json_text(&row.flags)?)
        .bind(&row.text_sha256)
        .bind(&row.source_set_sha256)
        .bind(json_text(&row.sources)?)
        .bind(i64::from(row.words))
        .bind(row.reading_grade)
        .bind(&row.note)
        .bind(json_text(&row.sections)?)
        .bind(&row.public_question)
        .execute(self.connection())
        .await
        .map_err(taken("revision of this item"))?;
        for source in &row.sources {
            self.insert_citation(row, source).await?;
        }
        self.set_checks(&row.item, Checks::of(&row.sections)).await
    }

    async fn insert_citation(&mut self, row: &RevisionRow, source: &CitedSource) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO citations (item, revision, version, document) VALUES ($1, $2, $3, $4)")
            .bind(row.item.as_str())
            .bind(row.id.as_str())
            .bind(source.version.as_str())
            .bind(source.document.as_str())
            .execute(self.connection())
            .await
            .map_err(taken("citation of this version in the revision"))?;
        Ok(())
    }

    async fn set_checks(&mut self, item: &ItemId, checks: Checks) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE items SET supported = $2, doubtful = $3, unsupported = $4, person_written = $5, sections = $6
             WHERE id = $1",
        )
        .bind(item.as_str())
        .bind(i64::from(checks.supported))
        .bind(i64::from(checks.doubtful))
        .bind(i64::from(checks.unsupported))
        .bind(i64::from(checks.person_written))
        .bind(i64::from(checks.sections))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn insert_decision(&mut self, row: &DecisionRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO decisions (id, item, revision, decision, reason, note, decided_by, decided_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(row.id.as_str())
        .bind(row.item.as_str())
        .bind(row.revision.as_str())
        .bind(word_text(&row.decision)?)
        .bind(row.reason.as_ref().map(word_text).transpose()?)
        .bind(&row.note)
        .bind(row.by.as_str())
        .bind(row.at.as_microsecond())
        .execute(self.connection())
        .await
        .map_err(taken("decision"))?;
        Ok(())
    }
}

async fn revision(
    connection: &mut AnyConnection,
    id: &RevisionId,
) -> Result<Option<RevisionRow>, StoreError> {
    let row = sqlx::query("SELECT * FROM revisions WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_revision).transpose()
}

fn read_revision(row: &AnyRow) -> Result<RevisionRow, StoreError> {
    Ok(RevisionRow {
        id: row.parsed("id")?,
        item: row.parsed("item")?,
        number: row.count("number")?,
        author: row.optional_parsed("author")?,
        created_at: row.at("created_at")?,
        public_question: row.optional_text("public_question")?,
        sections: row.json("sections")?,
        flags: row.json("flags")?,
        text_sha256: row.text("text_sha256")?,
        source_set_sha256: row.text("source_set_sha256")?,
        sources: row.json("sources")?,
        words: row.count("words")?,
        reading_grade: row.optional_real("reading_grade")?,
        note: row.optional_text("note")?,
    })
}

fn read_decision(row: &AnyRow) -> Result<DecisionRow, StoreError> {
    Ok(DecisionRow {
        id: row.parsed("id")?,
        item: row.parsed("item")?,
        revision: row.parsed("revision")?,
        revision_number: row.count("number")?,
        decision: row.word("decision")?,
        reason: row.optional_word("reason")?,
        note: row.optional_text("note")?,
        by: row.parsed("decided_by")?,
        at: row.at("decided_at")?,
    })
}
