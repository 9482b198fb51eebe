//! Brings the schema up to date, one transaction a step, and refuses a database from a newer Countersign.

use sqlx::{AnyConnection, Connection, Row};

use super::connect::Database;
use super::error::StoreError;

/// The steps in order; a step's number is its place, counted from one. A released step is never changed.
const SQLITE: [&str; 6] = [
    include_str!("migrations/sqlite/0001_start.sql"),
    include_str!("migrations/sqlite/0002_public_question.sql"),
    include_str!("migrations/sqlite/0003_life.sql"),
    include_str!("migrations/sqlite/0004_imports.sql"),
    include_str!("migrations/sqlite/0005_reading.sql"),
    include_str!("migrations/sqlite/0006_known.sql"),
];
const POSTGRES: [&str; 6] = [
    include_str!("migrations/postgres/0001_start.sql"),
    include_str!("migrations/postgres/0002_public_question.sql"),
    include_str!("migrations/postgres/0003_life.sql"),
    include_str!("migrations/postgres/0004_imports.sql"),
    include_str!("migrations/postgres/0005_reading.sql"),
    include_str!("migrations/postgres/0006_known.sql"),
];

/// An arbitrary number that names our migration lock on PostgreSQL.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7221604185)";

pub(super) async fn migrate(connection: &mut AnyConnection, database: Database) -> Result<(), StoreError> {
    let steps: &[&'static str] = match database {
        Database::Sqlite => &SQLITE,
        Database::Postgres => &POSTGRES,
    };
    let known = steps.len() as i64;
    let mut transaction = match database {
        Database::Sqlite => connection.begin_with("BEGIN IMMEDIATE").await?,
        Database::Postgres => connection.begin().await?,
    };
    if database == Database::Postgres {
        sqlx::query(LOCK).execute(&mut *transaction).await?;
    }
    let found = version(&mut transaction).await?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for (place, step) in steps.iter().enumerate().skip(found as usize) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        sqlx::query("INSERT INTO schema_steps (number, applied_at) VALUES ($1, $2)")
            .bind(place as i64 + 1)
            .bind(jiff::Timestamp::now().as_microsecond())
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

async fn version(connection: &mut AnyConnection) -> Result<i64, StoreError> {
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS schema_steps (number BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)",
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query("SELECT COALESCE(MAX(number), 0) AS number FROM schema_steps")
        .fetch_one(&mut *connection)
        .await?;
    let found: i64 = row.try_get("number")?;
    if found < 0 {
        return Err(StoreError::Corrupt {
            what: "a schema step with a negative number".to_owned(),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_have_the_same_schema() {
        assert_eq!(SQLITE.len(), POSTGRES.len());
        for (sqlite, postgres) in SQLITE.iter().zip(POSTGRES) {
            assert_eq!(sqlite.replace(" BLOB", " BYTEA"), postgres);
        }
    }
}
