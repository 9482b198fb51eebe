//! Documents: the things a district owns, each with its versions.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, day_text, json_text};
use super::connect::Store;
use super::error::{StoreError, still_as_read, taken};
use super::versions::{VersionRow, read_version, version_columns};
use super::write::WriteTx;
use crate::corpus::imports::{Dates, Known, KnownVersion};
use crate::corpus::lifecycle::VersionState;
use crate::ids::{DocumentId, PersonId};

/// A document with its versions, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    pub id: DocumentId,
    pub title: String,
    pub owner: String,
    pub audience: String,
    /// The document that this one replaces.
    pub supersedes: Option<DocumentId>,
    /// Who looks after it; the deputy, once the owner has left.
    pub owner_person: Option<PersonId>,
    pub deputy_person: Option<PersonId>,
    /// As [`crate::corpus::topics::normalised`] gives them.
    pub topics: Vec<String>,
    /// The day by which somebody looks at it again.
    pub review_by: Option<Date>,
    /// The path within the import that its newest file came from.
    pub import_path: Option<String>,
    pub created_at: Timestamp,
    /// Counts the changes of this row, for conditional updates.
    pub version: i64,
    pub versions: Vec<VersionRow>,
}

/// By what the document is known that a file belongs to: any one of these. A district that takes thousands of files in
/// would else read all of its documents for each of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownBy<'a> {
    pub ids: [Option<&'a str>; 2],
    pub titles: [Option<&'a str>; 2],
    pub import_path: Option<&'a str>,
    /// Of the file of any of its versions; likewise the hash.
    pub file_name: Option<&'a str>,
    pub sha256: Option<&'a str>,
}

impl Store {
    /// Every document with its versions, by title. A district has hundreds; what to show of them is the caller's
    /// choice, since a version's standing depends on the day.
    pub async fn documents(&self) -> Result<Vec<DocumentRow>, StoreError> {
        let mut connection = self.connection().await?;
        let rows = sqlx::query("SELECT * FROM documents ORDER BY title, id")
            .fetch_all(&mut *connection)
            .await?;
        let versions = sqlx::query(concat!(
            "SELECT ",
            version_columns!(),
            " FROM versions v ORDER BY v.number DESC"
        ))
        .fetch_all(&mut *connection)
        .await?;
        let mut by_document: HashMap<DocumentId, Vec<VersionRow>> = HashMap::new();
        for row in &versions {
            let version = read_version(row)?;
            by_document
                .entry(version.document.clone())
                .or_default()
                .push(version);
        }
        rows.iter()
            .map(|row| {
                let mut document = read_document(row)?;
                document.versions = by_document.remove(&document.id).unwrap_or_default();
                Ok(document)
            })
            .collect()
    }

    /// The documents that a file may belong to, each with its newest open version.
    pub async fn known_documents(&self, by: &KnownBy<'_>) -> Result<Vec<Known>, StoreError> {
        known_documents(&mut *self.connection().await?, by).await
    }

    pub async fn document(&self, id: &DocumentId) -> Result<Option<DocumentRow>, StoreError> {
        document(&mut *self.connection().await?, id).await
    }

    /// The document with exactly this title, the newest if there are several.
    pub async fn find_document_by_title(&self, title: &str) -> Result<Option<DocumentRow>, StoreError> {
        let mut connection = self.connection().await?;
        let row = sqlx::query(
            "SELECT id FROM documents WHERE title = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
        )
        .bind(title)
        .fetch_optional(&mut *connection)
        .await?;
        match row {
            None => Ok(None),
            Some(row) => document(&mut connection, &row.parsed("id")?).await,
        }
    }
}

impl WriteTx {
    pub async fn document(&mut self, id: &DocumentId) -> Result<Option<DocumentRow>, StoreError> {
        document(self.connection(), id).await
    }

    /// Adds a document; its versions are added one by one.
    pub async fn insert_document(&mut self, row: &DocumentRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO documents (id, title, owner, audience, supersedes, import_path, created_at, owner_person,
             deputy_person, topics, review_by, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(row.id.as_str())
        .bind(&row.title)
        .bind(&row.owner)
        .bind(&row.audience)
        .bind(row.supersedes.as_ref().map(DocumentId::as_str))
        .bind(&row.import_path)
        .bind(row.created_at.as_microsecond())
        .bind(row.owner_person.as_ref().map(PersonId::as_str))
        .bind(row.deputy_person.as_ref().map(PersonId::as_str))
        .bind(json_text(&row.topics)?)
        .bind(day_text(row.review_by))
        .bind(row.version)
        .execute(self.connection())
        .await
        .map_err(taken("document"))?;
        Ok(())
    }

    /// Saves a document's title and office, whom it is for, who looks after it, its topics and its day of review, if it is
    /// still as it was read. What it replaces stays.
    pub async fn update_document(
        &mut self,
        row: &DocumentRow,
        expected_version: i64,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE documents SET audience = $3, owner_person = $4, deputy_person = $5, topics = $6, review_by = $7,
             title = $8, owner = $9, version = version + 1 WHERE id = $1 AND version = $2",
        )
        .bind(row.id.as_str())
        .bind(expected_version)
        .bind(&row.audience)
        .bind(row.owner_person.as_ref().map(PersonId::as_str))
        .bind(row.deputy_person.as_ref().map(PersonId::as_str))
        .bind(json_text(&row.topics)?)
        .bind(day_text(row.review_by))
        .bind(&row.title)
        .bind(&row.owner)
        .execute(self.connection())
        .await?
        .rows_affected();
        still_as_read(changed)
    }

    /// Remembers where the document's newest file came from.
    pub async fn set_import_path(&mut self, id: &DocumentId, path: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE documents SET import_path = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(path)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Names the document that this one replaces once it takes effect.
    pub async fn set_supersedes(&mut self, id: &DocumentId, replaced: &DocumentId) -> Result<(), StoreError> {
        sqlx::query("UPDATE documents SET supersedes = $2, version = version + 1 WHERE id = $1")
            .bind(id.as_str())
            .bind(replaced.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    pub async fn known_documents(&mut self, by: &KnownBy<'_>) -> Result<Vec<Known>, StoreError> {
        known_documents(self.connection(), by).await
    }
}

/// What a file that is added is compared with; without warnings, texts and files.
async fn known_documents(connection: &mut AnyConnection, by: &KnownBy<'_>) -> Result<Vec<Known>, StoreError> {
    let rows = sqlx::query(
        "SELECT d.id AS document, d.title, d.import_path, v.id, v.number, v.state, v.file_name, v.sha256,
                v.text_sha256, v.effective, v.expires, v.uploaded_by, v.uploaded_at
         FROM documents d JOIN versions v ON v.document = d.id
         WHERE d.id IN (SELECT id FROM documents WHERE id IN ($1, $2) OR title IN ($3, $4) OR import_path = $5
                        UNION SELECT document FROM versions WHERE file_name = $6 OR sha256 = $7)
         ORDER BY d.id, v.number DESC",
    )
    .bind(by.ids[0])
    .bind(by.ids[1])
    .bind(by.titles[0])
    .bind(by.titles[1])
    .bind(by.import_path)
    .bind(by.file_name)
    .bind(by.sha256)
    .fetch_all(connection)
    .await?;
    let mut known: Vec<Known> = Vec::new();
    for row in &rows {
        let document: DocumentId = row.parsed("document")?;
        if known.last().is_none_or(|last| last.document != document) {
            known.push(Known {
                document,
                title: row.text("title")?,
                import_path: row.optional_text("import_path")?,
                file_names: Vec::new(),
                newest: None,
            });
        }
        let Some(last) = known.last_mut() else { continue };
        last.file_names.push(row.text("file_name")?);
        let state: VersionState = row.word("state")?;
        if last.newest.is_none() && matches!(state, VersionState::Pending | VersionState::Approved) {
            last.newest = Some(KnownVersion {
                id: row.parsed("id")?,
                number: row.count("number")?,
                state,
                sha256: row.text("sha256")?,
                text_sha256: row.text("text_sha256")?,
                dates: Dates {
                    effective: row.optional_parsed("effective")?,
                    expires: row.optional_parsed("expires")?,
                },
                uploaded_by: row.parsed("uploaded_by")?,
                uploaded_at: row.at("uploaded_at")?,
            });
        }
    }
    Ok(known)
}

async fn document(
    connection: &mut AnyConnection,
    id: &DocumentId,
) -> Result<Option<DocumentRow>, StoreError> {
    let found = sqlx::query("SELECT * FROM documents WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let versions = sqlx::query(concat!(
        "SELECT ",
        version_columns!(),
        " FROM versions v WHERE v.document = $1 ORDER BY v.number DESC"
    ))
    .bind(id.as_str())
    .fetch_all(connection)
    .await?;
    let mut document = read_document(&row)?;
    document.versions = versions.iter().map(read_version).collect::<Result<_, _>>()?;
    Ok(Some(document))
}

fn read_document(row: &AnyRow) -> Result<DocumentRow, StoreError> {
    Ok(DocumentRow {
        id: row.parsed("id")?,
        title: row.text("title")?,
        owner: row.text("owner")?,
        audience: row.text("audience")?,
        supersedes: row.optional_parsed("supersedes")?,
        owner_person: row.optional_parsed("owner_person")?,
        deputy_person: row.optional_parsed("deputy_person")?,
        topics: row.json("topics")?,
        review_by: row.optional_parsed("review_by")?,
        import_path: row.optional_text("import_path")?,
        created_at: row.at("created_at")?,
        version: row.number("version")?,
        versions: Vec::new(),
    })
}
