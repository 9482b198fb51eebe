//! What was published, kept as it was published.

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::Columns;
use super::connect::Store;
use super::error::{StoreError, still_as_read, taken};
use super::items::ItemKind;
use super::queue::containing;
use super::write::WriteTx;
use crate::ids::{ItemId, PersonId, PublicationId, RevisionId, VersionId};

/// A published text in the forms the public gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationRow {
    pub id: PublicationId,
    pub item: ItemId,
    pub revision: RevisionId,
    /// The last part of its address; unique, and kept for good.
    pub slug: String,
    pub kind: ItemKind,
    pub title: String,
    pub text_sha256: String,
    pub content_sha256: String,
    pub html: String,
    pub markdown: String,
    pub published_by: PersonId,
    pub published_at: Timestamp,
    pub reviewed_at: Timestamp,
    pub approved_by: PersonId,
    pub withdrawn_at: Option<Timestamp>,
    pub withdrawn_reason: Option<String>,
    /// Set when a source it rests on left force.
    pub stale_reason: Option<String>,
}

/// What is public and rests on a source that left force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StalePublication {
    pub id: PublicationId,
    pub item: ItemId,
    pub title: String,
    pub published_by: PersonId,
}

impl Store {
    pub async fn publication_by_slug(&self, slug: &str) -> Result<Option<PublicationRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM publications WHERE slug = $1")
            .bind(slug)
            .fetch_optional(&mut *self.connection().await?)
            .await?;
        row.as_ref().map(read_publication).transpose()
    }

    /// The item's publication, the newest if there are several.
    pub async fn publication_of_item(&self, item: &ItemId) -> Result<Option<PublicationRow>, StoreError> {
        publication_of_item(&mut *self.connection().await?, item).await
    }

    /// What is published and not withdrawn, newest first; with words, what contains them in title or text.
    pub async fn published(&self, kind: ItemKind, q: &str) -> Result<Vec<PublicationRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM publications WHERE kind = $1 AND withdrawn_at IS NULL
             AND search_text LIKE $2 ESCAPE '!' ORDER BY published_at DESC, id DESC",
        )
        .bind(kind.as_str())
        .bind(containing(q))
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter().map(read_publication).collect()
    }
}

impl WriteTx {
    pub async fn publication_of_item(&mut self, item: &ItemId) -> Result<Option<PublicationRow>, StoreError> {
        publication_of_item(self.connection(), item).await
    }

    /// Adds a publication; a slug that is in use is [`StoreError::Taken`], after which the transaction is lost,
    /// so ask [`WriteTx::slug_is_free`] first.
    pub async fn insert_publication(&mut self, row: &PublicationRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO publications (id, item, revision, slug, kind, title, text_sha256, content_sha256,
             published_by, published_at, reviewed_at, approved_by, search_text, html, markdown)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(row.id.as_str())
        .bind(row.item.as_str())
        .bind(row.revision.as_str())
        .bind(&row.slug)
        .bind(row.kind.as_str())
        .bind(&row.title)
        .bind(&row.text_sha256)
        .bind(&row.content_sha256)
        .bind(row.published_by.as_str())
        .bind(row.published_at.as_microsecond())
        .bind(row.reviewed_at.as_microsecond())
        .bind(row.approved_by.as_str())
        .bind(search_text(row))
        .bind(&row.html)
        .bind(&row.markdown)
        .execute(self.connection())
        .await
        .map_err(taken("publication at this address"))?;
        Ok(())
    }

    /// Publishes a corrected text in the place of the one that stands under the same id, at the same address.
    pub async fn replace_publication(&mut self, row: &PublicationRow) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE publications SET revision = $2, title = $3, text_sha256 = $4, content_sha256 = $5,
             published_by = $6, published_at = $7, reviewed_at = $8, approved_by = $9, search_text = $10,
             html = $11, markdown = $12, stale_reason = NULL, withdrawn_at = NULL, withdrawn_reason = NULL
             WHERE id = $1",
        )
        .bind(row.id.as_str())
        .bind(row.revision.as_str())
        .bind(&row.title)
        .bind(&row.text_sha256)
        .bind(&row.content_sha256)
        .bind(row.published_by.as_str())
        .bind(row.published_at.as_microsecond())
        .bind(row.reviewed_at.as_microsecond())
        .bind(row.approved_by.as_str())
        .bind(search_text(row))
        .bind(&row.html)
        .bind(&row.markdown)
        .execute(self.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            Err(StoreError::NotFound("publication"))
        } else {
            Ok(())
        }
    }

    pub async fn slug_is_free(&mut self, slug: &str) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT id FROM publications WHERE slug = $1")
            .bind(slug)
            .fetch_optional(self.connection())
            .await?;
        Ok(found.is_none())
    }

    /// Withdraws a publication that is not withdrawn yet; its address stays and says so.
    pub async fn withdraw_publication(
        &mut self,
        id: &PublicationId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query(
            "UPDATE publications SET withdrawn_at = $2, withdrawn_reason = $3 WHERE id = $1 AND withdrawn_at IS NULL",
        )
        .bind(id.as_str())
        .bind(now.as_microsecond())
        .bind(reason)
        .execute(self.connection())
        .await?
        .rows_affected();
        still_as_read(changed)
    }

    /// Marks what is published and cites the version as stale, and gives the publications newly marked.
    pub async fn mark_publications_stale(
        &mut self,
        version: &VersionId,
        reason: &str,
    ) -> Result<Vec<StalePublication>, StoreError> {
        let rows = sqlx::query(
            "UPDATE publications SET stale_reason = $2
             WHERE withdrawn_at IS NULL AND stale_reason IS NULL
             AND revision IN (SELECT revision FROM citations WHERE version = $1)
             RETURNING id, item, title, published_by",
        )
        .bind(version.as_str())
        .bind(reason)
        .fetch_all(self.connection())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(StalePublication {
                    id: row.parsed("id")?,
                    item: row.parsed("item")?,
                    title: row.text("title")?,
                    published_by: row.parsed("published_by")?,
                })
            })
            .collect()
    }
}

async fn publication_of_item(
    connection: &mut AnyConnection,
    item: &ItemId,
) -> Result<Option<PublicationRow>, StoreError> {
    let row =
        sqlx::query("SELECT * FROM publications WHERE item = $1 ORDER BY published_at DESC, id DESC LIMIT 1")
            .bind(item.as_str())
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(read_publication).transpose()
}

fn search_text(row: &PublicationRow) -> String {
    format!("{}\n{}", row.title, row.markdown).to_lowercase()
}

fn read_publication(row: &AnyRow) -> Result<PublicationRow, StoreError> {
    Ok(PublicationRow {
        id: row.parsed("id")?,
        item: row.parsed("item")?,
        revision: row.parsed("revision")?,
        slug: row.text("slug")?,
        kind: row.word("kind")?,
        title: row.text("title")?,
        text_sha256: row.text("text_sha256")?,
        content_sha256: row.text("content_sha256")?,
        html: row.text("html")?,
        markdown: row.text("markdown")?,
        published_by: row.parsed("published_by")?,
        published_at: row.at("published_at")?,
        reviewed_at: row.at("reviewed_at")?,
        approved_by: row.parsed("approved_by")?,
        withdrawn_at: row.optional_at("withdrawn_at")?,
        withdrawn_reason: row.optional_text("withdrawn_reason")?,
        stale_reason: row.optional_text("stale_reason")?,
    })
}
