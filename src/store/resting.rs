//! What rests on a version: the texts that cite it, drafts as they stand and what is public.

use sqlx::any::AnyRow;

use super::columns::Columns;
use super::connect::Store;
use super::error::StoreError;
use crate::drafting::Section;
use crate::ids::{ItemId, VersionId};
use crate::review::State;

/// A text that cites a version.
#[derive(Debug, Clone, PartialEq)]
pub struct CitingText {
    pub item: ItemId,
    pub title: String,
    pub state: State,
    /// Whether it is the item's text as it stands; what is public may be an older one.
    pub stands: bool,
    pub public: Option<PublicText>,
    pub sections: Vec<Section>,
}

/// Where a text is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicText {
    pub slug: String,
    /// Set where it rests on a source that left force.
    pub stale_reason: Option<String>,
}

impl Store {
    /// The texts that rest on a version: the standing one of every item, and what is public, newest first.
    pub async fn citing_texts(&self, version: &VersionId) -> Result<Vec<CitingText>, StoreError> {
        let rows = sqlx::query(
            "SELECT i.id, i.title, i.state, r.sections, p.slug, p.stale_reason,
             CAST(CASE WHEN i.revision = c.revision THEN 1 ELSE 0 END AS BIGINT) AS stands
             FROM citations c JOIN items i ON i.id = c.item JOIN revisions r ON r.id = c.revision
             LEFT JOIN publications p ON p.revision = c.revision AND p.withdrawn_at IS NULL
             WHERE c.version = $1 AND (i.revision = c.revision OR p.id IS NOT NULL)
             ORDER BY i.updated_at DESC, i.id, r.number DESC",
        )
        .bind(version.as_str())
        .fetch_all(&mut *self.connection().await?)
        .await?;
        rows.iter().map(read_citing).collect()
    }
}

fn read_citing(row: &AnyRow) -> Result<CitingText, StoreError> {
    let stale_reason = row.optional_text("stale_reason")?;
    let public = row
        .optional_text("slug")?
        .map(|slug| PublicText { slug, stale_reason });
    Ok(CitingText {
        item: row.parsed("id")?,
        title: row.text("title")?,
        state: row.word("state")?,
        stands: row.flag("stands")?,
        public,
        sections: row.json("sections")?,
    })
}
