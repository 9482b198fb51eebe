//! What holds for every write: an entry with each, all or nothing, one writer at a time.

use countersign::store::{Store, StoreError};
use sqlx::{AnyConnection, Connection};

use super::rows::{add_item, add_person, at, entry, item, person};
use crate::engines::for_each_engine;

#[test]
fn nothing_is_saved_without_an_entry() {
    for_each_engine(|fresh| async move {
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_person(&person("a@district.example")).await.unwrap();
        assert!(matches!(tx.commit(Vec::new()).await, Err(StoreError::NoEntry)));
        assert_eq!(fresh.store.people_count().await.unwrap(), 0);
        assert_eq!(fresh.store.audit_length().await.unwrap(), 0);
    });
}

#[test]
fn a_transaction_that_is_dropped_leaves_nothing_and_lets_the_next_writer_in() {
    for_each_engine(|fresh| async move {
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_person(&person("a@district.example")).await.unwrap();
        drop(tx);
        add_person(&fresh.store, "b@district.example").await;
        let people = fresh.store.people().await.unwrap();
        let emails: Vec<&str> = people.iter().map(|person| person.email.as_str()).collect();
        assert_eq!(emails, ["b@district.example"]);
        assert_eq!(fresh.store.audit_length().await.unwrap(), 1);
    });
}

#[test]
fn entries_are_numbered_without_gaps() {
    for_each_engine(|fresh| async move {
        let tx = fresh.store.write().await.unwrap();
        let two = vec![entry("a", "x"), entry("b", "x")];
        assert_eq!(tx.commit(two).await.unwrap(), [1, 2]);
        let tx = fresh.store.write().await.unwrap();
        assert_eq!(tx.commit(vec![entry("c", "x")]).await.unwrap(), [3]);
    });
}

/// Twenty writers, each reading a number and writing the next one twenty times: none of the four hundred is lost,
/// and neither is an audit entry.
#[test]
fn writers_at_the_same_time_lose_nothing() {
    for_each_engine(|fresh| async move {
        let requester = add_person(&fresh.store, "a@district.example").await;
        let mut row = item(&requester.id, "0");
        row.title = "0".into();
        add_item(&fresh.store, &row).await;
        let before = fresh.store.audit_length().await.unwrap();
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let (store, id) = (fresh.store.clone(), row.id.clone());
                tokio::spawn(async move {
                    for _ in 0..20 {
                        let mut tx = store.write().await.unwrap();
                        let mut row = tx.item(&id).await.unwrap().unwrap();
                        let count: u32 = row.title.parse().unwrap();
                        row.title = (count + 1).to_string();
                        tx.save_item(&row, row.version).await.unwrap();
                        tx.commit(vec![entry("item.counted", id.as_str())]).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let counted = fresh.store.item(&row.id).await.unwrap().unwrap();
        assert_eq!((counted.title.as_str(), counted.version), ("400", 401));
        assert_eq!(fresh.store.audit_length().await.unwrap(), before + 400);
        let found = fresh.store.audit_verify().await.unwrap();
        assert!(found.ok(), "{found:?}");
    });
}

/// Two processes on one database are two stores: the turns must be taken in the database, not only in memory.
#[test]
fn writers_of_two_stores_take_turns() {
    for_each_engine(|fresh| async move {
        let second = Store::open(&fresh.url).await.unwrap();
        let writers: Vec<_> = (0..40)
            .map(|n| {
                let store = if n % 2 == 0 { &fresh.store } else { &second }.clone();
                tokio::spawn(async move {
                    let tx = store.write().await.unwrap();
                    tx.commit(vec![entry("test.done", "x")]).await.unwrap();
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(second.audit_length().await.unwrap(), 40);
        assert!(second.audit_verify().await.unwrap().ok());
        second.close().await;
    });
}

#[test]
fn a_database_of_a_newer_countersign_is_refused_and_left_alone() {
    for_each_engine(|fresh| async move {
        let mut connection = fresh.connection().await;
        sqlx::query("INSERT INTO schema_steps (number, applied_at) VALUES (99, 0)")
            .execute(&mut connection)
            .await
            .unwrap();
        let found = Store::open(&fresh.url).await;
        assert!(
            matches!(found, Err(StoreError::NewerSchema { found: 99, known: 6 })),
            "{found:?}"
        );
    });
}

#[test]
fn opening_again_keeps_what_is_there() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let again = Store::open(&fresh.url).await.unwrap();
        assert_eq!(again.person(&person.id).await.unwrap(), Some(person));
        again.close().await;
    });
}

/// A process that ends without closing anything leaves its committed writes and none of the others.
#[test]
fn a_connection_lost_in_the_middle_leaves_what_was_committed() {
    for_each_engine(|fresh| async move {
        add_person(&fresh.store, "a@district.example").await;
        let mut lost = fresh.connection().await;
        let mut halfway = lost.begin().await.unwrap();
        sqlx::query("UPDATE people SET name = 'Somebody else'")
            .execute(&mut *halfway)
            .await
            .unwrap();
        drop(halfway);
        AnyConnection::close_hard(lost).await.unwrap();
        let people = fresh.store.people().await.unwrap();
        assert_eq!(people[0].name, "Dana Ruiz");
        assert_eq!(people[0].created_at, at(0));
    });
}
