//! Versions of documents: their rows, texts and passages, decisions on them, and what rests on them.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, day_text, json_text, optional_json_text, stored_count, word_text};
use super::connect::Store;
use super::error::{StoreError, still_as_read, taken};
use super::write::WriteTx;
use crate::corpus::lifecycle::{
    Standing, Substance, VersionFacts, VersionState, days_left, expires_soon, standing,
};
use crate::corpus::{ExtractionWarning, Fidelity, FidelityVerdict, Passage};
use crate::ids::{DocumentId, ItemId, PersonId, VersionId};
use crate::review::State;

/// A version without its text and its file.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    pub id: VersionId,
    pub document: DocumentId,
    pub number: u32,
    pub state: VersionState,
    pub file_name: String,
    pub media_type: String,
    pub bytes: u64,
    /// Of the file.
    pub sha256: String,
    /// Of the extracted text; what approvals and drafts are bound to.
    pub text_sha256: String,
    pub extraction_ok: bool,
    pub pages: Option<u32>,
    pub sentences: u64,
    pub warnings: Vec<ExtractionWarning>,
    /// What the figure check found; nothing for versions that came before it.
    pub fidelity: Option<Fidelity>,
    pub uploaded_by: PersonId,
    pub uploaded_at: Timestamp,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Timestamp>,
    pub reason: Option<String>,
    pub effective: Option<Date>,
    pub expires: Option<Date>,
    pub superseded_on: Option<Date>,
    /// Counts the changes of this row, for conditional updates.
    pub version: i64,
}

impl VersionRow {
    /// What a decision about this version may look at.
    pub fn facts(&self) -> VersionFacts {
        VersionFacts {
            state: self.state,
            uploaded_by: self.uploaded_by.clone(),
            approved_by: self
                .decided_by
                .clone()
                .filter(|_| matches!(self.state, VersionState::Approved | VersionState::Revoked)),
            effective: self.effective,
            expires: self.expires,
            superseded_on: self.superseded_on,
            extraction_ok: self.extraction_ok,
            low_fidelity: self
                .fidelity
                .as_ref()
                .is_some_and(|fidelity| fidelity.verdict == FidelityVerdict::Low),
            to_be_seen: self.to_be_seen().next().is_some(),
        }
    }

    /// The warnings that an approver has to say they looked at.
    pub fn to_be_seen(&self) -> impl Iterator<Item = &ExtractionWarning> {
        self.warnings.iter().filter(|warning| warning.kind.must_be_seen())
    }

    /// The warnings in words, for comparing what was warned of.
    pub fn warned_of(&self) -> Vec<String> {
        self.warnings
            .iter()
            .map(|warning| format!("{:?}: {}", warning.kind, warning.detail))
            .collect()
    }

    /// What would have to be looked at anew if it differed; `warned_of` is [`VersionRow::warned_of`].
    pub fn substance<'a>(&'a self, warned_of: &'a [String]) -> Substance<'a> {
        Substance {
            text_sha256: &self.text_sha256,
            warnings: warned_of,
            effective: self.effective,
            expires: self.expires,
        }
    }

    pub fn standing(&self, today: Date) -> Standing {
        standing(&self.facts(), today)
    }

    /// Days left of a version in force that ends within so many days.
    pub fn expires_soon(&self, today: Date, within: i32) -> Option<i32> {
        expires_soon(&self.facts(), today, within)
    }
}

/// A version with its document's words and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionDetail {
    pub row: VersionRow,
    pub title: String,
    pub owner: String,
    pub text: String,
    pub passages: Vec<Passage>,
}

/// A version to be added: its row, its text and passages, and the file itself.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    pub row: VersionRow,
    pub text: String,
    pub passages: Vec<Passage>,
    pub original: Vec<u8>,
}

/// A source: a version that may be drafted from today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    pub version: VersionId,
    pub document: DocumentId,
    pub title: String,
    pub owner: String,
    /// Of the extracted text.
    pub content_sha256: String,
    pub effective: Option<Date>,
    pub expires: Option<Date>,
    /// Days until its last day, unless an approved version takes its place before.
    pub days_left: Option<i32>,
}

/// An item whose standing revision cites a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    pub item: ItemId,
    pub title: String,
    pub state: State,
}

/// A decision to be written to a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionDecision {
    pub state: VersionState,
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: Option<String>,
}

/// Everything of a version except its text and its file.
macro_rules! version_columns {
    () => {
        "v.id, v.document, v.number, v.state, v.file_name, v.media_type, v.bytes, v.sha256, v.text_sha256,
         v.extraction_ok, v.pages, v.sentences, v.warnings, v.uploaded_by, v.uploaded_at, v.decided_by,
         v.decided_at, v.reason, v.effective, v.expires, v.superseded_on, v.version, v.fidelity"
    };
}
pub(super) use version_columns;

impl Store {
    pub async fn version(&self, id: &VersionId) -> Result<Option<VersionDetail>, StoreError> {
        version(&mut *self.connection().await?, id).await
    }

    /// The file of a version, as it was uploaded.
    pub async fn version_bytes(&self, id: &VersionId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("SELECT original FROM versions WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.map(|row| row.bytes("original")).transpose()
    }

    /// The version that was made from exactly this file, the newest if there are several.
    pub async fn find_version_by_sha256(&self, sha256: &str) -> Result<Option<VersionRow>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            version_columns!(),
            " FROM versions v WHERE v.sha256 = $1 ORDER BY v.uploaded_at DESC, v.id DESC LIMIT 1"
        ))
        .bind(sha256)
        .fetch_optional(&mut *self.connection().await?)
        .await?;
        row.as_ref().map(read_version).transpose()
    }

    /// The sources on a day of the district's calendar.
    pub async fn versions_in_force(&self, today: Date) -> Result<Vec<InForce>, StoreError> {
        versions_in_force(&mut *self.connection().await?, today).await
    }

    pub async fn passages(&self, version: &VersionId) -> Result<Vec<Passage>, StoreError> {
        passages(&mut *self.connection().await?, version).await
    }

    /// The items whose standing revision cites the version.
    pub async fn rests_on(&self, version: &VersionId) -> Result<Vec<Resting>, StoreError> {
        rests_on(&mut *self.connection().await?, version).await
    }

    /// What the standing texts of items that may still be published, or are, rest on. Items that were told
    /// already of a lost source are left out.
    pub async fn standing_citations(&self) -> Result<Vec<(ItemId, VersionId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT i.id, c.version FROM items i JOIN citations c ON c.revision = i.revision
             WHERE i.stale_reason IS NULL
             AND i.state IN ('pending_review', 'in_review', 'changes_requested', 'approved', 'published')
             ORDER BY i.id, c.version",
        )
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter()
            .map(|row| Ok((row.parsed("id")?, row.parsed("version")?)))
            .collect()
    }
}

impl WriteTx {
    pub async fn version(&mut self, id: &VersionId) -> Result<Option<VersionDetail>, StoreError> {
        version(self.connection(), id).await
    }

    pub async fn versions_in_force(&mut self, today: Date) -> Result<Vec<InForce>, StoreError> {
        versions_in_force(self.connection(), today).await
    }

    pub async fn rests_on(&mut self, version: &VersionId) -> Result<Vec<Resting>, StoreError> {
        rests_on(self.connection(), version).await
    }

    /// Adds a version of a document that exists. A number that is there already is [`StoreError::Taken`].
    pub async fn insert_version(&mut self, new: &NewVersion) -> Result<(), StoreError> {
        let row = &new.row;
        sqlx::query(
            "INSERT INTO versions (id, document, number, state, file_name, media_type, bytes, sha256, text_sha256,
             extraction_ok, pages, sentences, warnings, uploaded_by, uploaded_at, decided_by, decided_at, reason,
             effective, expires, superseded_on, version, text, original, fidelity)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
             $22, $23, $24, $25)",
        )
        .bind(row.id.as_str())
        .bind(row.document.as_str())
        .bind(i64::from(row.number))
        .bind(word_text(&row.state)?)
        .bind(&row.file_name)
        .bind(&row.media_type)
        .bind(stored_count(row.bytes))
        .bind(&row.sha256)
        .bind(&row.text_sha256)
        .bind(i64::from(row.extraction_ok))
        .bind(row.pages.map(i64::from))
        .bind(stored_count(row.sentences))
        .bind(json_text(&row.warnings)?)
        .bind(row.uploaded_by.as_str())
        .bind(row.uploaded_at.as_microsecond())
        .bind(row.decided_by.as_ref().map(PersonId::as_str))
        .bind(row.decided_at.map(Timestamp::as_microsecond))
        .bind(&row.reason)
        .bind(day_text(row.effective))
        .bind(day_text(row.expires))
        .bind(day_text(row.superseded_on))
        .bind(row.version)
        .bind(&new.text)
        .bind(new.original.as_slice())
        .bind(optional_json_text(row.fidelity.as_ref())?)
        .execute(self.connection())
        .await
        .map_err(taken("version of this document"))?;
        for passage in &new.passages {
            self.insert_passage(&row.id, passage).await?;
        }
        Ok(())
    }

    async fn insert_passage(&mut self, version: &VersionId, passage: &Passage) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO passages (version, ordinal, heading, page, start_byte, end_byte, sentences)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(version.as_str())
        .bind(i64::from(passage.ordinal))
        .bind(json_text(&passage.heading)?)
        .bind(passage.page.map(i64::from))
        .bind(stored_count(passage.start))
        .bind(stored_count(passage.end))
        .bind(json_text(&passage.sentences)?)
        .execute(self.connection())
        .await
        .map_err(taken("passage of this version"))?;
        Ok(())
    }

    /// Writes a decision to a version that is still as it was read.
    pub async fn set_version_state(
        &mut self,
        id: &VersionId,
        expected_version: i64,
        decision: &VersionDecision,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE versions SET state = $3, decided_by = $4, decided_at = $5, reason = $6, version = version + 1
             WHERE id = $1 AND version = $2",
        )
        .bind(id.as_str())
        .bind(expected_version)
        .bind(word_text(&decision.state)?)
        .bind(decision.by.as_str())
        .bind(decision.at.as_microsecond())
        .bind(&decision.reason)
        .execute(self.connection())
        .await?
        .rows_affected();
        still_as_read(changed)
    }

    /// Writes other first and last days to a version that is still as it was read.
    pub async fn set_version_days(
        &mut self,
        id: &VersionId,
        expected_version: i64,
        (effective, expires): (Option<Date>, Option<Date>),
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE versions SET effective = $3, expires = $4, version = version + 1 WHERE id = $1 AND version = $2",
        )
        .bind(id.as_str())
        .bind(expected_version)
        .bind(day_text(effective))
        .bind(day_text(expires))
        .execute(self.connection())
        .await?
        .rows_affected();
        still_as_read(changed)
    }

    /// Marks every approved version of a document, except one, as superseded from a day on, unless it already is
    /// from an earlier one. Gives the versions that were marked.
    pub async fn set_superseded(
        &mut self,
        document: &DocumentId,
        except: Option<&VersionId>,
        on: Date,
    ) -> Result<Vec<VersionId>, StoreError> {
        let rows = sqlx::query(
            "UPDATE versions SET superseded_on = $3, version = version + 1
             WHERE document = $1 AND id <> $2 AND state = 'approved'
             AND (superseded_on IS NULL OR superseded_on > $3) RETURNING id",
        )
        .bind(document.as_str())
        .bind(except.map_or("", VersionId::as_str))
        .bind(on.to_string())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| row.parsed("id")).collect()
    }
}

async fn version(
    connection: &mut AnyConnection,
    id: &VersionId,
) -> Result<Option<VersionDetail>, StoreError> {
    let found = sqlx::query(concat!(
        "SELECT ",
        version_columns!(),
        ", v.text, d.title, d.owner FROM versions v JOIN documents d ON d.id = v.document WHERE v.id = $1"
    ))
    .bind(id.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(VersionDetail {
        row: read_version(&row)?,
        title: row.text("title")?,
        owner: row.text("owner")?,
        text: row.text("text")?,
        passages: passages(connection, id).await?,
    }))
}

async fn passages(connection: &mut AnyConnection, version: &VersionId) -> Result<Vec<Passage>, StoreError> {
    let rows = sqlx::query("SELECT * FROM passages WHERE version = $1 ORDER BY ordinal")
        .bind(version.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Passage {
                ordinal: row.count("ordinal")?,
                heading: row.json("heading")?,
                page: row.optional_count("page")?,
                start: row.count("start_byte")?,
                end: row.count("end_byte")?,
                sentences: row.json("sentences")?,
            })
        })
        .collect()
}

/// What counts as in force is the lifecycle's to say; the query only leaves out what cannot be.
async fn versions_in_force(connection: &mut AnyConnection, today: Date) -> Result<Vec<InForce>, StoreError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        version_columns!(),
        ", d.title, d.owner FROM versions v JOIN documents d ON d.id = v.document
         WHERE v.state = 'approved' ORDER BY d.title, v.id"
    ))
    .fetch_all(connection)
    .await?;
    let mut sources = Vec::new();
    for row in &rows {
        let version = read_version(row)?;
        if version.standing(today) == Standing::InForce {
            sources.push(InForce {
                days_left: days_left(&version.facts(), today),
                title: row.text("title")?,
                owner: row.text("owner")?,
                version: version.id,
                document: version.document,
                content_sha256: version.text_sha256,
                effective: version.effective,
                expires: version.expires,
            });
        }
    }
    Ok(sources)
}

async fn rests_on(connection: &mut AnyConnection, version: &VersionId) -> Result<Vec<Resting>, StoreError> {
    let rows = sqlx::query(
        "SELECT i.id, i.title, i.state FROM citations c JOIN items i ON i.id = c.item AND i.revision = c.revision
         WHERE c.version = $1 ORDER BY i.updated_at DESC, i.id",
    )
    .bind(version.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Resting {
                item: row.parsed("id")?,
                title: row.text("title")?,
                state: row.word("state")?,
            })
        })
        .collect()
}

pub(super) fn read_version(row: &AnyRow) -> Result<VersionRow, StoreError> {
    Ok(VersionRow {
        id: row.parsed("id")?,
        document: row.parsed("document")?,
        number: row.count("number")?,
        state: row.word("state")?,
        file_name: row.text("file_name")?,
        media_type: row.text("media_type")?,
        bytes: row.count("bytes")?,
        sha256: row.text("sha256")?,
        text_sha256: row.text("text_sha256")?,
        extraction_ok: row.flag("extraction_ok")?,
        pages: row.optional_count("pages")?,
        sentences: row.count("sentences")?,
        warnings: row.json("warnings")?,
        fidelity: row.optional_json("fidelity")?,
        uploaded_by: row.parsed("uploaded_by")?,
        uploaded_at: row.at("uploaded_at")?,
        decided_by: row.optional_parsed("decided_by")?,
        decided_at: row.optional_at("decided_at")?,
        reason: row.optional_text("reason")?,
        effective: row.optional_parsed("effective")?,
        expires: row.optional_parsed("expires")?,
        superseded_on: row.optional_parsed("superseded_on")?,
        version: row.number("version")?,
    })
}
