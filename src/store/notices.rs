//! What people are told: each thing once for each person, told again by changing its row.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use super::columns::{Columns, day_text, word_text};
use super::connect::Store;
use super::error::StoreError;
use super::queue::Page;
use super::write::WriteTx;
use crate::ids::{NoticeId, PersonId};

/// What a notice tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A document that the person looks after ends soon.
    ExpiresSoon,
    Expired,
    /// It is to be looked at again.
    ReviewDue,
    /// A version waits for the person's approval.
    ToApprove,
    /// The owner of a document has left.
    OwnerLeft,
    /// Something public rests on a source that left force.
    ToCorrect,
    /// An approval is void, because a source left force.
    ApprovalLost,
    /// A text that was not approved yet came back for the same reason.
    SentBack,
}

/// Something to be told to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    pub person: PersonId,
    pub kind: NoticeKind,
    /// What it is about, in words that stay the same; with the person it is unique.
    pub about: String,
    /// The id of what it leads to.
    pub object: String,
    /// The title of the document or item.
    pub title: String,
    pub reason: Option<String>,
    pub day: Option<Date>,
}

/// Something that somebody was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub notice: NewNotice,
    pub first_at: Timestamp,
    pub told_at: Timestamp,
    /// The district's day on which it was told last.
    pub told_on: Date,
    /// How often it was told.
    pub times: u32,
    pub read_at: Option<Timestamp>,
    /// When it was seen that it is no longer so.
    pub settled_at: Option<Timestamp>,
}

impl Store {
    /// A page of what a person was told, the newest first; with `open`, only what still is so.
    pub async fn notices(
        &self,
        person: &PersonId,
        open: bool,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<NoticeRow>, StoreError> {
        let before = cursor.map(parse_cursor).transpose()?;
        let mut connection = self.connection().await?;
        let total = sqlx::query(
            "SELECT COUNT(*) AS total FROM notices WHERE person = $1 AND ($2 = 0 OR settled_at IS NULL)",
        )
        .bind(person.as_str())
        .bind(i64::from(open))
        .fetch_one(&mut *connection)
        .await?
        .count("total")?;
        let (told_at, id) = before.unwrap_or((i64::MAX, String::new()));
        let rows = sqlx::query(
            "SELECT * FROM notices WHERE person = $1 AND ($2 = 0 OR settled_at IS NULL)
             AND (told_at < $3 OR (told_at = $3 AND id < $4)) ORDER BY told_at DESC, id DESC LIMIT $5",
        )
        .bind(person.as_str())
        .bind(i64::from(open))
        .bind(told_at)
        .bind(id)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *connection)
        .await?;
        let mut entries: Vec<NoticeRow> = rows.iter().map(read_notice).collect::<Result<_, _>>()?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next_cursor = entries
            .last()
            .filter(|_| more)
            .map(|last| format!("{}.{}", last.told_at.as_microsecond(), last.id));
        Ok(Page {
            entries,
            next_cursor,
            total,
        })
    }

    /// How much of what a person was told still is so and was not read.
    pub async fn notices_unread(&self, person: &PersonId) -> Result<u64, StoreError> {
        sqlx::query(
            "SELECT COUNT(*) AS unread FROM notices WHERE person = $1 AND settled_at IS NULL AND read_at IS NULL",
        )
        .bind(person.as_str())
        .fetch_one(&mut *self.connection().await?)
        .await?
        .count("unread")
    }

    /// Everything that somebody was told of these kinds, also what is no longer so.
    pub async fn notices_of(&self, kinds: &[NoticeKind]) -> Result<Vec<NoticeRow>, StoreError> {
        let mut connection = self.connection().await?;
        let mut found = Vec::new();
        for kind in kinds {
            let rows = sqlx::query("SELECT * FROM notices WHERE kind = $1 ORDER BY id")
                .bind(word_text(kind)?)
                .fetch_all(&mut *connection)
                .await?;
            for row in &rows {
                found.push(read_notice(row)?);
            }
        }
        Ok(found)
    }

    /// Marks one notice of a person as read; false where there is no such notice of theirs.
    pub async fn read_notice(
        &self,
        person: &PersonId,
        id: &NoticeId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE notices SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND person = $2")
                .bind(id.as_str())
                .bind(person.as_str())
                .bind(now.as_microsecond())
                .execute(&mut *self.connection().await?)
                .await?
                .rows_affected();
        Ok(changed > 0)
    }

    /// Marks everything as read that a person was told up to a moment: what came after was not on their page.
    pub async fn read_notices_until(
        &self,
        person: &PersonId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let changed = sqlx::query(
            "UPDATE notices SET read_at = $3 WHERE person = $1 AND told_at <= $2 AND read_at IS NULL",
        )
        .bind(person.as_str())
        .bind(until.as_microsecond())
        .bind(now.as_microsecond())
        .execute(&mut *self.connection().await?)
        .await?
        .rows_affected();
        Ok(changed)
    }

    /// Says of a notice that what it tells is no longer so, since a moment, or that it is so after all.
    pub async fn settle_notice(&self, id: &NoticeId, since: Option<Timestamp>) -> Result<(), StoreError> {
        sqlx::query("UPDATE notices SET settled_at = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(since.map(Timestamp::as_microsecond))
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(())
    }

    /// Says the same of what was told about items that moved on: corrected or withdrawn, edited, sent to review.
    pub async fn settle_notices_of_items(&self, now: Timestamp) -> Result<u64, StoreError> {
        const DONE: [&str; 3] = [
            "kind = 'to_correct' AND object NOT IN
             (SELECT item FROM publications WHERE stale_reason IS NOT NULL AND withdrawn_at IS NULL)",
            "kind = 'approval_lost' AND object IN (SELECT id FROM items WHERE state <> 'stale')",
            "kind = 'sent_back' AND object IN (SELECT id FROM items WHERE state <> 'changes_requested')",
        ];
        let mut connection = self.connection().await?;
        let mut settled = 0;
        for done in DONE {
            let sql = format!("UPDATE notices SET settled_at = $1 WHERE settled_at IS NULL AND {done}");
            // Nothing but the literals above is in the text.
            settled += sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(now.as_microsecond())
                .execute(&mut *connection)
                .await?
                .rows_affected();
        }
        Ok(settled)
    }
}

impl WriteTx {
    /// Tells somebody something, for the first time or again. With `not_since` it is told again only if it was told
    /// last on that day or before, or was over since. Says whether it was told now; the person reads it anew.
    pub async fn tell(
        &mut self,
        notice: &NewNotice,
        not_since: Option<Date>,
        today: Date,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let told = sqlx::query(
            "INSERT INTO notices (id, person, about, kind, object, title, reason, day, first_at, told_at, told_on, times)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, 1)
             ON CONFLICT (person, about) DO UPDATE SET times = notices.times + 1, object = excluded.object,
             title = excluded.title, reason = excluded.reason, told_at = excluded.told_at,
             told_on = excluded.told_on, read_at = NULL, settled_at = NULL
             WHERE notices.told_on <= $11 OR notices.settled_at IS NOT NULL",
        )
        .bind(NoticeId::fresh().as_str())
        .bind(notice.person.as_str())
        .bind(&notice.about)
        .bind(word_text(&notice.kind)?)
        .bind(&notice.object)
        .bind(&notice.title)
        .bind(&notice.reason)
        .bind(day_text(notice.day))
        .bind(now.as_microsecond())
        .bind(today.to_string())
        .bind(not_since.unwrap_or(Date::MAX).to_string())
        .execute(self.connection())
        .await?
        .rows_affected();
        Ok(told > 0)
    }
}

/// A cursor is the time and the id of the last notice shown.
fn parse_cursor(cursor: &str) -> Result<(i64, String), StoreError> {
    let parsed = cursor.split_once('.').and_then(|(told_at, id)| {
        let id: NoticeId = id.parse().ok()?;
        Some((told_at.parse().ok()?, id.to_string()))
    });
    parsed.ok_or(StoreError::BadCursor)
}

fn read_notice(row: &AnyRow) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        id: row.parsed("id")?,
        notice: NewNotice {
            person: row.parsed("person")?,
            kind: row.word("kind")?,
            about: row.text("about")?,
            object: row.text("object")?,
            title: row.text("title")?,
            reason: row.optional_text("reason")?,
            day: row.optional_parsed("day")?,
        },
        first_at: row.at("first_at")?,
        told_at: row.at("told_at")?,
        told_on: row.parsed("told_on")?,
        times: row.count("times")?,
        read_at: row.optional_at("read_at")?,
        settled_at: row.optional_at("settled_at")?,
    })
}
