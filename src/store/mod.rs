//! The database: SQL, migrations, rows. The only user of sqlx.
