//! Opening the database and the rules it is opened with.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyQueryResult};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::error::StoreError;
use super::migrate::migrate;

/// How long a writer waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// The first SQLite without the fault that corrupts a database when its write-ahead log is reset.
const SQLITE_SAFE: (u32, u32, u32) = (3, 51, 3);

const CONNECTIONS_SQLITE: u32 = 8;
const CONNECTIONS_POSTGRES: u32 = 16;

/// Which engine keeps the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// An open database. Clones share one pool of connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    database: Database,
    /// On SQLite, writers of this process queue here, in order; the engine's own waiting is not fair.
    writer: Arc<Mutex<()>>,
}

/// A writer's turn: held on SQLite, and not needed on PostgreSQL, which has its own queue.
pub(super) type Turn = Option<OwnedMutexGuard<()>>;

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`, makes the file if there is none, and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let store = if let Some(path) = url.strip_prefix("sqlite:") {
            open_sqlite(Path::new(path.strip_prefix("//").unwrap_or(path))).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await?
        } else {
            return Err(StoreError::BadAddress {
                given: scheme_of(url),
            });
        };
        let _turn = store.turn().await?;
        let mut connection = store.connection().await?;
        if store.database == Database::Sqlite {
            check_sqlite(&mut connection).await?;
        }
        migrate(&mut connection, store.database).await?;
        drop((connection, _turn));
        Ok(store)
    }

    pub fn database(&self) -> Database {
        self.database
    }

    /// Closes every connection, so that the file can be copied or removed.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub(super) async fn connection(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    pub(super) async fn turn(&self) -> Result<Turn, StoreError> {
        match self.database {
            Database::Postgres => Ok(None),
            Database::Sqlite => tokio::time::timeout(PATIENCE, self.writer.clone().lock_owned())
                .await
                .map(Some)
                .map_err(|_| StoreError::InUse),
        }
    }

    /// Runs one statement that stands on its own: a measurement, or the bookkeeping of work.
    pub(super) async fn execute(
        &self,
        statement: Query<'_, Any, sqlx::any::AnyArguments>,
    ) -> Result<AnyQueryResult, StoreError> {
        let _turn = self.turn().await?;
        let mut connection = self.connection().await?;
        Ok(statement.execute(&mut *connection).await?)
    }
}

/// A wrong address may carry a password, so only what stands before the first colon is repeated.
fn scheme_of(url: &str) -> String {
    let scheme: String = url.chars().take_while(|c| *c != ':').take(40).collect();
    format!("{scheme}:…")
}

async fn open_sqlite(path: &Path) -> Result<Store, StoreError> {
    let unwritable = |cause: Box<dyn std::error::Error + Send + Sync>| StoreError::Unwritable {
        path: path.to_owned(),
        cause,
    };
    let path_absolute = std::path::absolute(path).map_err(|cause| unwritable(cause.into()))?;
    if let Some(folder) = path_absolute.parent() {
        std::fs::create_dir_all(folder).map_err(|cause| unwritable(cause.into()))?;
    }
    let options = sqlite_options(&path_absolute)?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS_SQLITE)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(set_sqlite_rules(connection)))
        .connect_with(options)
        .await
        .map_err(|cause| match cause {
            sqlx::Error::Database(ref inner) if cannot_write(inner.code().as_deref()) => {
                unwritable(cause.into())
            }
            other => StoreError::from(other),
        })?;
    Ok(with_pool(pool, Database::Sqlite))
}

/// SQLITE_CANTOPEN, SQLITE_READONLY and SQLITE_PERM, with their variants.
fn cannot_write(code: Option<&str>) -> bool {
    let code: u32 = code.and_then(|code| code.parse().ok()).unwrap_or_default();
    matches!(code & 0xff, 14 | 8 | 3)
}

/// The address form takes any path: every byte with a meaning in addresses is written as `%XX`.
fn sqlite_options(path: &Path) -> Result<AnyConnectOptions, StoreError> {
    let mut address = "sqlite://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            address.push(char::from(*byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address.push_str("?mode=rwc");
    address.parse().map_err(|_| StoreError::BadAddress {
        given: PathBuf::from(path).display().to_string(),
    })
}

async fn set_sqlite_rules(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for rule in [
        "PRAGMA busy_timeout = 30000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
    ] {
        connection.execute(rule).await?;
    }
    Ok(())
}

/// Asserts what the durability of every acknowledged action rests on.
async fn check_sqlite(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let found: String = sqlx::query("SELECT sqlite_version()")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if !at_least(&found, SQLITE_SAFE) {
        return Err(StoreError::SqliteTooOld { found });
    }
    let mode: String = sqlx::query("PRAGMA journal_mode")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    let synchronous = pragma_number(connection, "PRAGMA synchronous").await?;
    let foreign_keys = pragma_number(connection, "PRAGMA foreign_keys").await?;
    if mode != "wal" || synchronous != 2 || foreign_keys != 1 {
        return Err(StoreError::Corrupt {
            what: format!(
                "SQLite did not take its settings (journal_mode {mode}, synchronous {synchronous}, foreign_keys {foreign_keys})"
            ),
        });
    }
    Ok(())
}

async fn pragma_number(connection: &mut AnyConnection, pragma: &'static str) -> Result<i64, StoreError> {
    Ok(sqlx::query(pragma)
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?)
}

fn at_least(version: &str, wanted: (u32, u32, u32)) -> bool {
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or_default());
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next()) >= wanted
}

async fn open_postgres(url: &str) -> Result<Store, StoreError> {
    let options: AnyConnectOptions = url.parse().map_err(|_| StoreError::BadAddress {
        given: scheme_of(url),
    })?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS_POSTGRES)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| Box::pin(set_postgres_rules(connection)))
        .connect_with(options)
        .await
        .map_err(StoreError::Connect)?;
    Ok(with_pool(pool, Database::Postgres))
}

/// A writer that waits too long gives up; one that stopped in the middle must not hold up the others.
async fn set_postgres_rules(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    for rule in [
        "SET lock_timeout = '30s'",
        "SET idle_in_transaction_session_timeout = '60s'",
    ] {
        connection.execute(rule).await?;
    }
    Ok(())
}

fn with_pool(pool: AnyPool, database: Database) -> Store {
    Store {
        pool,
        database,
        writer: Arc::new(Mutex::new(())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(at_least("3.51.3", SQLITE_SAFE));
        assert!(at_least("3.100.0", SQLITE_SAFE));
        assert!(at_least("4.0", SQLITE_SAFE));
        assert!(!at_least("3.51.2", SQLITE_SAFE));
        assert!(!at_least("3.9.9", SQLITE_SAFE));
        assert!(!at_least("", SQLITE_SAFE));
    }

    #[tokio::test]
    async fn a_folder_with_odd_signs_in_its_name_works() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b%20?c#é/district.db");
        let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
        store.close().await;
        assert!(path.exists());
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let found = Store::open(&format!("sqlite:{}/inside.db", file.display())).await;
        assert!(matches!(found, Err(StoreError::Unwritable { .. })), "{found:?}");
    }

    #[tokio::test]
    async fn a_wrong_address_is_refused_without_repeating_its_password() {
        let found = Store::open("mysql://admin:secret@host/db").await.unwrap_err();
        assert!(!found.to_string().contains("secret"), "{found}");
    }
}
