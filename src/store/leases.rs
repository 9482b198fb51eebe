//! Keeping a reviewer's claim alive: bookkeeping of work, so without an audit entry and without a new version.

use jiff::Timestamp;

use super::connect::Store;
use super::error::StoreError;
use crate::ids::{ItemId, PersonId};

impl Store {
    /// Moves the end of a claim that `person` still holds at `now`; `false` when it is not theirs any more.
    pub async fn renew_lease(
        &self,
        item: &ItemId,
        person: &PersonId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let renewed = self
            .execute(
                sqlx::query(
                    "UPDATE items SET held_until = $4
                     WHERE id = $1 AND held_by = $2 AND held_until > $3 AND state = 'in_review'",
                )
                .bind(item.as_str())
                .bind(person.as_str())
                .bind(now.as_microsecond())
                .bind(until.as_microsecond()),
            )
            .await?;
        Ok(renewed.rows_affected() == 1)
    }
}
