//! A fresh database for every test, on both engines.
//!
//! PostgreSQL is used when `TEST_DATABASE_URL` names one whose user may make databases (`.ci/postgres` starts it).
//! Under `CI=true` its absence fails the test instead of leaving half of it out.

use std::future::Future;
use std::panic::resume_unwind;

use countersign::store::Store;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use tokio::task::JoinError;

/// A database of one test's own.
#[derive(Debug, Clone)]
pub struct Fresh {
    pub store: Store,
    pub url: String,
}

impl Fresh {
    /// A connection beside the store's own, for looking at the database or damaging it.
    pub async fn connection(&self) -> AnyConnection {
        AnyConnection::connect(&self.url)
            .await
            .expect("the database of this test can be reached")
    }
}

/// Runs a test on SQLite and, where there is one, on PostgreSQL.
pub fn for_each_engine<Test, Running>(test: Test)
where
    Test: Fn(Fresh) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        on_sqlite(&test).await;
        match std::env::var("TEST_DATABASE_URL") {
            Ok(server) if !server.is_empty() => on_postgres(&server, &test).await,
            _ if std::env::var("CI").as_deref() == Ok("true") => {
                panic!("TEST_DATABASE_URL is not set, so PostgreSQL would go untested; start one with .ci/postgres")
            }
            _ => eprintln!("left out on PostgreSQL: TEST_DATABASE_URL is not set"),
        }
    });
}

async fn on_sqlite<Test, Running>(test: &Test)
where
    Test: Fn(Fresh) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    let folder = TempDir::new().expect("a temporary folder");
    let ended = run(
        format!("sqlite:{}", folder.path().join("test.db").display()),
        test,
    )
    .await;
    fail_as("SQLite", ended);
}

async fn on_postgres<Test, Running>(server: &str, test: &Test)
where
    Test: Fn(Fresh) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    sqlx::any::install_default_drivers();
    let name = format!("countersign_test_{:016x}", rand::random::<u64>());
    let (address, _) = server
        .rsplit_once('/')
        .expect("TEST_DATABASE_URL ends in a database's name");
    administer(server, format!("CREATE DATABASE {name}")).await;
    let ended = run(format!("{address}/{name}"), test).await;
    administer(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
    fail_as("PostgreSQL", ended);
}

/// The test runs as a task of its own, so that a failed one still gives its database back.
async fn run<Test, Running>(url: String, test: &Test) -> Result<(), JoinError>
where
    Test: Fn(Fresh) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    let store = Store::open(&url).await.expect("a fresh database opens");
    let ended = tokio::spawn(test(Fresh {
        store: store.clone(),
        url,
    }))
    .await;
    store.close().await;
    ended
}

fn fail_as(engine: &str, ended: Result<(), JoinError>) {
    if let Err(failure) = ended {
        eprintln!("this failed on {engine}");
        resume_unwind(failure.into_panic());
    }
}

async fn administer(server: &str, statement: String) {
    let mut connection = AnyConnection::connect(server)
        .await
        .expect("TEST_DATABASE_URL can be reached");
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .expect("the user of TEST_DATABASE_URL may make and drop databases");
    connection.close().await.expect("a connection closes");
}
