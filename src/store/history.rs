//! Versions that were approved at some time, looked through for words.

use sqlx::AssertSqlSafe;

use super::columns::Columns;
use super::connect::Store;
use super::error::StoreError;
use crate::ids::VersionId;

impl Store {
    /// The versions ever approved whose text holds at least one of the words' beginnings, those with most of them first and
    /// among them the newest; only of the documents of `owner` where one is given. The beginnings must be in lower case.
    pub async fn versions_ever_approved_with(
        &self,
        beginnings: &[String],
        owner: Option<&str>,
        limit: u32,
    ) -> Result<Vec<VersionId>, StoreError> {
        if beginnings.is_empty() {
            return Ok(Vec::new());
        }
        let has = |place: usize| format!("said LIKE ${place}");
        let places = || (1..).take(beginnings.len());
        let found: Vec<String> = places()
            .map(|place| format!("CASE WHEN {} THEN 1 ELSE 0 END", has(place)))
            .collect();
        let any: Vec<String> = places().map(has).collect();
        let of_owner = match owner {
            Some(_) => format!(" AND d.owner = ${}", beginnings.len() + 1),
            None => String::new(),
        };
        let sql = format!(
            "SELECT id FROM (SELECT v.id AS id, v.uploaded_at AS uploaded_at, LOWER(v.text) AS said
                FROM versions v JOIN documents d ON d.id = v.document
                WHERE v.state IN ('approved', 'revoked'){of_owner}) AS texts
             WHERE {} ORDER BY {} DESC, uploaded_at DESC, id LIMIT {limit}",
            any.join(" OR "),
            found.join(" + ")
        );
        // The statement is made of numbered places only; what was asked for is bound.
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for beginning in beginnings {
            query = query.bind(format!("%{}%", escaped(beginning)));
        }
        if let Some(owner) = owner {
            query = query.bind(owner.to_owned());
        }
        let rows = query.fetch_all(&mut *self.connection().await?).await?;
        rows.iter().map(|row| row.parsed("id")).collect()
    }
}

/// Without the signs that stand for others in a pattern: no stem has them, and a text that has them is found by its words.
fn escaped(beginning: &str) -> String {
    beginning.chars().filter(|c| c.is_alphanumeric()).collect()
}
