//! The same assertions on PostgreSQL, where transactions fail in other ways. They run where `TEST_DATABASE_URL` names one.

use std::sync::OnceLock;

use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use super::home::{Home, Weights};
use super::server::Server;
use super::{at_once, bad_calls, bad_questions, path};

/// A server on a database of its own, or none where there is no PostgreSQL.
///
/// Each test has its own: PostgreSQL answers faster than a shared server would be worth.
async fn server() -> Option<(Home, Server)> {
    let Ok(given) = std::env::var("TEST_DATABASE_URL") else {
        eprintln!("SKIPPED: TEST_DATABASE_URL names no PostgreSQL");
        return None;
    };
    static DRIVERS: OnceLock<()> = OnceLock::new();
    DRIVERS.get_or_init(sqlx::any::install_default_drivers);
    let name = format!("countersign_product_{:016x}", rand::random::<u64>());
    let mut connection = AnyConnection::connect(&given).await.expect("PostgreSQL answers");
    let made = sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await;
    made.expect("a database can be made");
    let (start, _) = given.rsplit_once('/').expect("the address ends in a database");
    let home = Home::fresh(Weights::Absent).with("COUNTERSIGN_DATABASE_URL", format!("{start}/{name}"));
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "0"]);
    server.set_passwords(team).await;
    Some((home, server))
}

#[tokio::test]
async fn on_postgresql_an_answer_by_hand_is_reviewed_by_two_people_and_published() {
    let Some((home, server)) = server().await else {
        return;
    };
    path::by_hand(&server).await;
    path::revoke(&server).await;
    assert_eq!(home.run(["audit", "verify", "--json"]).json()["ok"], true);
}

#[tokio::test]
async fn on_postgresql_one_of_many_at_once_succeeds() {
    let Some((_home, server)) = server().await else {
        return;
    };
    at_once::claims(&server).await;
    at_once::edits(&server).await;
}

#[tokio::test]
async fn on_postgresql_bad_input_gets_the_same_answers() {
    let Some((_home, server)) = server().await else {
        return;
    };
    bad_questions::control_characters(&server).await;
    bad_questions::too_long(&server).await;
    bad_calls::unknown_ids(&server).await;
    bad_calls::stale_version(&server).await;
    bad_calls::control_characters_in_fields(&server).await;
}
