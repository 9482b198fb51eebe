//! The transaction that every change of state goes through.

use sqlx::{Any, AnyConnection, Transaction};

use super::audit::append;
use super::connect::{Database, Store, Turn};
use super::error::StoreError;
use crate::audit::NewEntry;

/// One writer's transaction. Dropped without `commit`, nothing of it was ever there.
#[derive(Debug)]
pub struct WriteTx {
    transaction: Transaction<'static, Any>,
    /// Let go after the transaction has ended.
    _turn: Turn,
}

impl Store {
    /// Begins a transaction, after waiting for the writer before it. What it reads stays true until it ends.
    pub async fn write(&self) -> Result<WriteTx, StoreError> {
        let turn = self.turn().await?;
        let transaction = match self.database() {
            Database::Sqlite => self.pool().begin_with("BEGIN IMMEDIATE").await?,
            Database::Postgres => {
                let mut transaction = self.pool().begin().await?;
                sqlx::query("SELECT seq FROM audit_head WHERE id = 1 FOR UPDATE")
                    .fetch_one(&mut *transaction)
                    .await?;
                transaction
            }
        };
        Ok(WriteTx {
            transaction,
            _turn: turn,
        })
    }
}

impl WriteTx {
    /// Appends the entries to the audit log and commits them together with everything done so far.
    ///
    /// Gives the entries' numbers. Without an entry nothing is saved.
    pub async fn commit(mut self, entries: Vec<NewEntry>) -> Result<Vec<u64>, StoreError> {
        if entries.is_empty() {
            return Err(StoreError::NoEntry);
        }
        let numbers = append(self.connection(), entries).await?;
        self.transaction.commit().await?;
        Ok(numbers)
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}
