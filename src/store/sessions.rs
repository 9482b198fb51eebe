//! Signed-in sessions. Only a hash of each session's id is kept, so that a copy of the database opens none.

use jiff::Timestamp;

use super::columns::Columns;
use super::connect::Store;
use super::error::StoreError;

impl Store {
    /// Makes a session; `false` when one with this id exists, and nothing was saved.
    pub async fn session_create(
        &self,
        id_sha256: &str,
        data: &str,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let made = self
            .execute(
                sqlx::query(
                    "INSERT INTO sessions (id_sha256, data, expires_at) VALUES ($1, $2, $3)
                     ON CONFLICT (id_sha256) DO NOTHING",
                )
                .bind(id_sha256)
                .bind(data)
                .bind(expires_at.as_microsecond()),
            )
            .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Saves a session, whether it was there or not.
    pub async fn session_save(
        &self,
        id_sha256: &str,
        data: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            sqlx::query(
                "INSERT INTO sessions (id_sha256, data, expires_at) VALUES ($1, $2, $3)
                 ON CONFLICT (id_sha256) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
            )
            .bind(id_sha256)
            .bind(data)
            .bind(expires_at.as_microsecond()),
        )
        .await?;
        Ok(())
    }

    /// The data and the end of a session that has not ended at `now`.
    pub async fn session_load(
        &self,
        id_sha256: &str,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        let row =
            sqlx::query("SELECT data, expires_at FROM sessions WHERE id_sha256 = $1 AND expires_at > $2")
                .bind(id_sha256)
                .bind(now.as_microsecond())
                .fetch_optional(&mut *self.connection().await?)
                .await?;
        row.map(|row| Ok((row.text("data")?, row.at("expires_at")?)))
            .transpose()
    }

    pub async fn session_delete(&self, id_sha256: &str) -> Result<(), StoreError> {
        self.execute(sqlx::query("DELETE FROM sessions WHERE id_sha256 = $1").bind(id_sha256))
            .await?;
        Ok(())
    }

    /// Removes the sessions that have ended and says how many there were.
    pub async fn session_purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let purged = self
            .execute(sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now.as_microsecond()))
            .await?;
        Ok(purged.rows_affected())
    }
}
