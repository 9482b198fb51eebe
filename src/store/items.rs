//! Items of the queue: what was asked for, where it stands, and everything a decision about it may look at.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, json_text, optional_json_text};
use super::connect::Store;
use super::error::{StoreError, still_as_read, taken};
use super::write::WriteTx;
use crate::drafting::{DraftRecord, Refusal, Section, Support, Timing, Tokens};
use crate::ids::{ItemId, PersonId, RevisionId};
use crate::review::{ItemFacts, Lease, RevisionFacts};

/// What kind of text an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Faq,
    Newsletter,
}

impl ItemKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ItemKind::Faq => "faq",
            ItemKind::Newsletter => "newsletter",
        }
    }

    pub fn parse(word: &str) -> Option<ItemKind> {
        [ItemKind::Faq, ItemKind::Newsletter]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// What a newsletter was asked to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    pub template: String,
    pub from: Date,
    pub to: Date,
    pub topics: Vec<String>,
    /// The sections the issue is to have, in order.
    pub sections: Vec<IssueSection>,
}

/// A section of a newsletter, and what it is to be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueSection {
    pub heading: String,
    pub topics: String,
}

/// How many sentences of a text have which verdict, and how many sections it has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    pub supported: u32,
    pub doubtful: u32,
    pub unsupported: u32,
    pub person_written: u32,
    pub sections: u32,
}

impl Checks {
    pub fn of(sections: &[Section]) -> Checks {
        let mut checks = Checks {
            sections: u32::try_from(sections.len()).unwrap_or(u32::MAX),
            ..Checks::default()
        };
        for sentence in sections.iter().flat_map(|section| &section.sentences) {
            let count = match sentence.support {
                Support::Supported => &mut checks.supported,
                Support::Doubtful => &mut checks.doubtful,
                Support::Unsupported => &mut checks.unsupported,
                Support::PersonWritten => &mut checks.person_written,
            };
            *count = count.saturating_add(1);
        }
        checks
    }
}

/// An item's row.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    pub id: ItemId,
    pub kind: ItemKind,
    pub facts: ItemFacts,
    pub title: String,
    pub question: String,
    pub newsletter: Option<Issue>,
    pub audience: String,
    /// What makes a mistake in it costly: `legal`, `safety`, `money`, `personnel`.
    pub risk: Vec<String>,
    pub due_at: Timestamp,
    pub refusal: Option<Refusal>,
    pub record: Option<DraftRecord>,
    pub timing_ms: Option<Timing>,
    pub tokens: Option<Tokens>,
    pub stale_reason: Option<String>,
    /// Of the standing revision; written by `insert_revision`, not by `save_item`.
    pub checks: Option<Checks>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Counts the changes of this row, for conditional updates.
    pub version: i64,
}

const SELECT_ITEM: &str = "SELECT i.*, r.text_sha256, r.source_set_sha256
    FROM items i LEFT JOIN revisions r ON r.id = i.revision WHERE i.id = $1";

impl Store {
    pub async fn item(&self, id: &ItemId) -> Result<Option<ItemRow>, StoreError> {
        item(&mut *self.connection().await?, id).await
    }
}

impl WriteTx {
    pub async fn item(&mut self, id: &ItemId) -> Result<Option<ItemRow>, StoreError> {
        item(self.connection(), id).await
    }

    /// Adds an item that was just asked for; it has no revision yet.
    pub async fn insert_item(&mut self, row: &ItemRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO items (id, kind, state, title, question, search_text, newsletter, audience, risk, due_at,
             requester, authors, created_at, updated_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(row.id.as_str())
        .bind(row.kind.as_str())
        .bind(row.facts.state.as_str())
        .bind(&row.title)
        .bind(&row.question)
        .bind(search_text(row))
        .bind(optional_json_text(row.newsletter.as_ref())?)
        .bind(&row.audience)
        .bind(json_text(&row.risk)?)
        .bind(row.due_at.as_microsecond())
        .bind(row.facts.requester.as_str())
        .bind(json_text(&row.facts.authors)?)
        .bind(row.created_at.as_microsecond())
        .bind(row.updated_at.as_microsecond())
        .bind(row.version)
        .execute(self.connection())
        .await
        .map_err(taken("item"))?;
        Ok(())
    }

    /// Saves an item that is still in `expected_version`, and counts its version up. A revision it names must
    /// have been inserted before. A claim that was renewed meanwhile keeps its later end.
    pub async fn save_item(&mut self, row: &ItemRow, expected_version: i64) -> Result<(), StoreError> {
        if let Some(revision) = &row.facts.revision {
            self.check_revision(&row.id, revision).await?;
        }
        let lease = row.facts.lease.as_ref();
        let refusal_kind = row.refusal.as_ref().map(|refusal| refusal.kind.as_str());
        let changed = sqlx::query(
            "UPDATE items SET state = $3, title = $4, question = $5, search_text = $6, newsletter = $7,
             audience = $8, risk = $9, due_at = $10,
             held_until = CASE WHEN held_by = $11 AND held_until > $12 THEN held_until ELSE $12 END, held_by = $11,
             revision = $13, authors = $14, approval = $15, refusal_kind = $16, refusal = $17, record = $18,
             timing_ms = $19, tokens = $20, stale_reason = $21, updated_at = $22, version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(row.id.as_str())
        .bind(expected_version)
        .bind(row.facts.state.as_str())
        .bind(&row.title)
        .bind(&row.question)
        .bind(search_text(row))
        .bind(optional_json_text(row.newsletter.as_ref())?)
        .bind(&row.audience)
        .bind(json_text(&row.risk)?)
        .bind(row.due_at.as_microsecond())
        .bind(lease.map(|lease| lease.person.as_str()))
        .bind(lease.map(|lease| lease.until.as_microsecond()))
        .bind(row.facts.revision.as_ref().map(|revision| revision.id.as_str()))
        .bind(json_text(&row.facts.authors)?)
        .bind(optional_json_text(row.facts.approval.as_ref())?)
        .bind(refusal_kind)
        .bind(optional_json_text(row.refusal.as_ref())?)
        .bind(optional_json_text(row.record.as_ref())?)
        .bind(optional_json_text(row.timing_ms.as_ref())?)
        .bind(optional_json_text(row.tokens.as_ref())?)
        .bind(&row.stale_reason)
        .bind(row.updated_at.as_microsecond())
        .execute(self.connection())
        .await?
        .rows_affected();
        still_as_read(changed)
    }

    /// The hashes a decision was made on must be those of the stored revision, since they are read from there.
    async fn check_revision(&mut self, item: &ItemId, facts: &RevisionFacts) -> Result<(), StoreError> {
        let found = sqlx::query(
            "SELECT id FROM revisions WHERE id = $1 AND item = $2 AND text_sha256 = $3 AND source_set_sha256 = $4",
        )
        .bind(facts.id.as_str())
        .bind(item.as_str())
        .bind(&facts.text_sha256)
        .bind(&facts.source_set_sha256)
        .fetch_optional(self.connection())
        .await?;
        match found {
            Some(_) => Ok(()),
            None => Err(StoreError::NotFound("revision of this item with these hashes")),
        }
    }
}

async fn item(connection: &mut AnyConnection, id: &ItemId) -> Result<Option<ItemRow>, StoreError> {
    let row = sqlx::query(SELECT_ITEM)
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_item).transpose()
}

fn read_item(row: &AnyRow) -> Result<ItemRow, StoreError> {
    Ok(ItemRow {
        id: row.parsed("id")?,
        kind: row.word("kind")?,
        facts: read_facts(row)?,
        title: row.text("title")?,
        question: row.text("question")?,
        newsletter: row.optional_json("newsletter")?,
        audience: row.text("audience")?,
        risk: row.json("risk")?,
        due_at: row.at("due_at")?,
        refusal: row.optional_json("refusal")?,
        record: row.optional_json("record")?,
        timing_ms: row.optional_json("timing_ms")?,
        tokens: row.optional_json("tokens")?,
        stale_reason: row.optional_text("stale_reason")?,
        checks: read_checks(row)?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        version: row.number("version")?,
    })
}

fn read_facts(row: &AnyRow) -> Result<ItemFacts, StoreError> {
    let revision = match row.optional_parsed::<RevisionId>("revision")? {
        None => None,
        Some(id) => Some(RevisionFacts {
            id,
            text_sha256: row.text("text_sha256")?,
            source_set_sha256: row.text("source_set_sha256")?,
        }),
    };
    Ok(ItemFacts {
        state: row.word("state")?,
        requester: row.parsed("requester")?,
        lease: read_lease(row)?,
        revision,
        authors: row.json("authors")?,
        approval: row.optional_json("approval")?,
    })
}

pub(super) fn read_lease(row: &AnyRow) -> Result<Option<Lease>, StoreError> {
    let person = row.optional_parsed::<PersonId>("held_by")?;
    let until = row.optional_at("held_until")?;
    Ok(person.zip(until).map(|(person, until)| Lease { person, until }))
}

pub(super) fn read_checks(row: &AnyRow) -> Result<Option<Checks>, StoreError> {
    let Some(sections) = row.optional_count("sections")? else {
        return Ok(None);
    };
    Ok(Some(Checks {
        supported: row.count("supported")?,
        doubtful: row.count("doubtful")?,
        unsupported: row.count("unsupported")?,
        person_written: row.count("person_written")?,
        sections,
    }))
}

fn search_text(row: &ItemRow) -> String {
    format!("{}\n{}", row.title, row.question).to_lowercase()
}
