//! The audit log in the database: whatever is changed in it is found, and the entry is named.
#![expect(
    clippy::unwrap_used,
    reason = "a step of a test that fails is the test failing"
)]

use countersign::audit::{Entry, NewEntry};
use countersign::store::{AuditFilter, Store};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::engines::for_each_engine;
use crate::store::rows::at;

const TEXT_COLUMNS: [&str; 10] = [
    "actor", "role", "action", "object", "content_sha256", "request_id", "result", "detail", "prev_hash",
    "hash",
];

/// Twenty entries, every other one with the fields that may be absent.
async fn write_twenty(store: &Store) {
    for n in 1..=20_u32 {
        let tx = store.write().await.unwrap();
        let entry = NewEntry {
            at: at(i64::from(n)),
            actor: if n % 3 == 0 {
                "countersign".into()
            } else {
                "per_0001".into()
            },
            role: "reviewer".into(),
            action: if n % 2 == 0 {
                "item.claimed".into()
            } else {
                "document.added".into()
            },
            object: format!("req_{n:04}"),
            content_sha256: (n % 2 == 0).then(|| format!("{n:064x}")),
            request_id: (n % 2 == 0).then(|| format!("request-{n}")),
            result: "done".into(),
            detail: serde_json::json!({"n": n, "share": 1e30, "of": "é"}),
        };
        tx.commit(vec![entry]).await.unwrap();
    }
}

async fn first_bad(store: &Store) -> Option<u64> {
    store.audit_verify().await.unwrap().first_bad.map(|bad| bad.seq)
}

async fn row(connection: &mut AnyConnection, seq: i64) -> AnyRow {
    sqlx::query("SELECT * FROM audit_entries WHERE seq = $1")
        .bind(seq)
        .fetch_one(connection)
        .await
        .unwrap()
}

async fn set_text(connection: &mut AnyConnection, column: &str, seq: i64, value: Option<String>) {
    let sql = format!("UPDATE audit_entries SET {column} = $1 WHERE seq = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(value)
        .bind(seq)
        .execute(connection)
        .await
        .unwrap();
}

/// The text with its middle byte changed; where that byte is part of a longer character, the first byte.
fn flipped(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    let place = if bytes[middle].is_ascii() { middle } else { 0 };
    bytes[place] ^= 0x20;
    if bytes[place] == 0 {
        bytes[place] = b'x';
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_changed_byte_in_any_column_of_any_entry_is_found_and_named() {
    for_each_engine(|fresh| async move {
        write_twenty(&fresh.store).await;
        let mut connection = fresh.connection().await;
        let mut changes = 0;
        for seq in 1..=20_i64 {
            let before = row(&mut connection, seq).await;
            for column in TEXT_COLUMNS {
                let value: Option<String> = before.get(column);
                let changed = value.as_deref().map_or(String::new(), flipped);
                set_text(&mut connection, column, seq, Some(changed)).await;
                assert_eq!(
                    first_bad(&fresh.store).await,
                    Some(seq as u64),
                    "{column} of {seq}"
                );
                set_text(&mut connection, column, seq, value).await;
                changes += 1;
            }
            let micros: i64 = before.get("at");
            for changed in [micros ^ 1, micros ^ (1 << 40), i64::MAX] {
                set_number(&mut connection, "at", seq, changed).await;
                assert_eq!(first_bad(&fresh.store).await, Some(seq as u64), "time of {seq}");
                changes += 1;
            }
            set_number(&mut connection, "at", seq, micros).await;
        }
        assert_eq!(changes, 20 * 13);
        assert_eq!(first_bad(&fresh.store).await, None, "all is as it was");
    });
}

async fn set_number(connection: &mut AnyConnection, column: &str, seq: i64, value: i64) {
    let sql = format!("UPDATE audit_entries SET {column} = $1 WHERE seq = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(value)
        .bind(seq)
        .execute(connection)
        .await
        .unwrap();
}

#[test]
fn a_changed_number_is_found_as_the_entry_that_is_missing() {
    for_each_engine(|fresh| async move {
        write_twenty(&fresh.store).await;
        let mut connection = fresh.connection().await;
        for seq in 1..=20_i64 {
            set_number(&mut connection, "seq", seq, seq ^ 64).await;
            assert_eq!(first_bad(&fresh.store).await, Some(seq as u64));
            set_number(&mut connection, "seq", seq ^ 64, seq).await;
        }
        assert_eq!(first_bad(&fresh.store).await, None);
    });
}

#[test]
fn deleted_inserted_and_cut_off_entries_are_found() {
    for_each_engine(|fresh| async move {
        write_twenty(&fresh.store).await;
        let mut connection = fresh.connection().await;
        let statements = [
            ("DELETE FROM audit_entries WHERE seq = 7", 7),
            ("UPDATE audit_entries SET prev_hash = hash WHERE seq = 5", 5),
            (
                "INSERT INTO audit_entries SELECT 4, at, actor, role, action, object, content_sha256, request_id,
                 result, detail, prev_hash, hash FROM audit_entries WHERE seq = 6",
                4,
            ),
            ("DELETE FROM audit_entries WHERE seq > 3", 3),
            ("DELETE FROM audit_entries WHERE seq <= 3", 1),
        ];
        sqlx::query("DELETE FROM audit_entries WHERE seq = 4")
            .execute(&mut connection)
            .await
            .unwrap();
        assert_eq!(first_bad(&fresh.store).await, Some(4));
        for (statement, named) in statements {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
            assert_eq!(
                first_bad(&fresh.store).await,
                Some(4.min(named)),
                "after {statement}"
            );
        }
    });
}

#[test]
fn a_head_that_is_not_the_last_entrys_is_found() {
    for_each_engine(|fresh| async move {
        write_twenty(&fresh.store).await;
        let mut connection = fresh.connection().await;
        for statement in [
            "UPDATE audit_head SET seq = 21",
            "UPDATE audit_head SET seq = 19",
            "UPDATE audit_head SET seq = 20, hash = (SELECT hash FROM audit_entries WHERE seq = 19)",
        ] {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
            assert_eq!(first_bad(&fresh.store).await, Some(20), "after {statement}");
        }
    });
}

#[test]
fn bytes_that_are_no_text_are_found_too() {
    for_each_engine(|fresh| async move {
        // Only SQLite lets such bytes into a column of text; PostgreSQL refuses them itself.
        if fresh.store.database() == countersign::store::Database::Postgres {
            return;
        }
        write_twenty(&fresh.store).await;
        let mut connection = fresh.connection().await;
        for damaged in ["CAST(X'70ff72' AS TEXT)", "X'706572'", "5"] {
            let sql = format!("UPDATE audit_entries SET actor = {damaged} WHERE seq = 9");
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .unwrap();
            assert_eq!(first_bad(&fresh.store).await, Some(9), "{damaged}");
        }
    });
}

#[test]
fn the_log_is_shown_newest_first_in_pages_and_by_filter() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        write_twenty(store).await;
        let all = AuditFilter::default();
        let numbers = |entries: Vec<Entry>| entries.iter().map(|entry| entry.seq).collect::<Vec<_>>();
        let first = store.audit_page(&all, None, 8).await.unwrap();
        assert_eq!(numbers(first), (13..=20).rev().collect::<Vec<_>>());
        let second = store.audit_page(&all, Some(13), 100).await.unwrap();
        assert_eq!(numbers(second.clone()), (1..=12).rev().collect::<Vec<_>>());
        assert_eq!(second[0].detail_value()["n"], 12);
        assert!(store.audit_contains(&second[0].hash).await.unwrap());
        assert!(!store.audit_contains(&"0".repeat(64)).await.unwrap());
        let cases = [
            (
                AuditFilter {
                    object: "req_0004".into(),
                    ..all.clone()
                },
                vec![4],
            ),
            (
                AuditFilter {
                    actor: "countersign".into(),
                    ..all.clone()
                },
                vec![18, 15, 12, 9, 6, 3],
            ),
            (
                AuditFilter {
                    action: "item.".into(),
                    actor: "countersign".into(),
                    ..all.clone()
                },
                vec![18, 12, 6],
            ),
            (
                AuditFilter {
                    action: "%".into(),
                    ..all.clone()
                },
                vec![],
            ),
        ];
        for (filter, wanted) in cases {
            let found = store.audit_page(&filter, None, 100).await.unwrap();
            assert_eq!(numbers(found), wanted, "{filter:?}");
        }
    });
}
