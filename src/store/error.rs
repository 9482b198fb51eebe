//! What can go wrong with the database, in words for whoever runs it.

use std::path::PathBuf;

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database was written by a newer Countersign (schema {found}, this one knows {known}); start the newer one, or restore a backup made before the upgrade"
    )]
    NewerSchema { found: i64, known: i64 },
    #[error("the database {} cannot be written; check that its folder exists, belongs to the account Countersign runs under and has space left", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(
        "the database is held by another writer and did not become free in time; nothing was changed, so try again, and see whether another program has the database open"
    )]
    InUse,
    #[error(
        "SQLite {found} is in use, but only 3.51.3 and later are free of a fault that can corrupt the database; build Countersign with the SQLite it comes with"
    )]
    SqliteTooOld { found: String },
    #[error("\"{given}\" is not a database address; give sqlite:PATH or postgres://USER@HOST/NAME")]
    BadAddress { given: String },
    #[error(
        "the database could not be reached; check that its server runs and that the address in the settings is right"
    )]
    Connect(#[source] sqlx::Error),
    #[error(
        "it was changed by somebody else in the meantime; load it again and repeat the change on what it is now"
    )]
    Stale,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("there is already such a {0}")]
    Taken(&'static str),
    #[error("this place in the list is not one that the server gave out; start the list from its beginning")]
    BadCursor,
    #[error(
        "nothing was saved, because a change came without an audit entry; this is a fault in Countersign"
    )]
    NoEntry,
    #[error(
        "the database holds something that Countersign did not write: {what}; verify the audit log and restore a backup"
    )]
    Corrupt { what: String },
    #[error("the database failed while working; nothing of this action was saved")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(cause: sqlx::Error) -> StoreError {
        match &cause {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                StoreError::Corrupt {
                    what: cause.to_string(),
                }
            }
            sqlx::Error::PoolTimedOut => StoreError::InUse,
            sqlx::Error::Database(inner) if inner.code().is_some_and(|code| is_busy(&code)) => {
                StoreError::InUse
            }
            _ => StoreError::Database(cause),
        }
    }
}

/// SQLite's SQLITE_BUSY with its variants, and PostgreSQL's `lock_not_available`.
fn is_busy(code: &str) -> bool {
    code == "55P03"
        || code
            .parse::<u32>()
            .is_ok_and(|code| code & 0xff == 5 && code < 0x1000)
}

/// A conditional update that met no row was based on what no longer stands.
pub(super) fn still_as_read(rows_changed: u64) -> Result<(), StoreError> {
    if rows_changed == 0 {
        Err(StoreError::Stale)
    } else {
        Ok(())
    }
}

/// Says what is already there when an insert meets a unique column; other errors stay what they are.
pub(super) fn taken(what: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |cause| match &cause {
        sqlx::Error::Database(inner) if inner.is_unique_violation() => StoreError::Taken(what),
        _ => cause.into(),
    }
}
