//! People, set-up links and sessions.

use countersign::accounts::Role;
use countersign::store::{PersonRow, SetupLinkRow, StoreError};

use super::rows::{add_person, at, commit, person};
use crate::engines::for_each_engine;

#[test]
fn a_person_is_found_by_id_and_by_address_however_it_is_typed() {
    for_each_engine(|fresh| async move {
        let mut row = person("Dana.Ruiz@District.example");
        row.name = "Dána Ruiz 🚌".into();
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_person(&row).await.unwrap();
        commit(tx).await;
        row.email = "dana.ruiz@district.example".into();
        assert_eq!(fresh.store.person(&row.id).await.unwrap(), Some(row.clone()));
        let found = fresh
            .store
            .person_by_email("DANA.RUIZ@district.EXAMPLE")
            .await
            .unwrap();
        assert_eq!(found, Some(row));
        assert_eq!(
            fresh
                .store
                .person_by_email("nobody@district.example")
                .await
                .unwrap(),
            None
        );
    });
}

#[test]
fn an_address_belongs_to_one_person() {
    for_each_engine(|fresh| async move {
        add_person(&fresh.store, "dana@district.example").await;
        let mut tx = fresh.store.write().await.unwrap();
        let again = tx.insert_person(&person("DANA@district.example")).await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
    });
}

type Change = fn(&mut PersonRow);

#[test]
fn sessions_end_when_password_roles_or_access_change_and_only_then() {
    for_each_engine(|fresh| async move {
        let mut row = add_person(&fresh.store, "dana@district.example").await;
        let mut expected = row.session_epoch;
        let changes: [(Change, i64); 5] = [
            (|row| row.name = "Dana R.".into(), 0),
            (|row| row.password_hash = Some("hash".into()), 1),
            (|row| row.roles = [Role::Auditor].into(), 1),
            (|row| row.disabled = true, 1),
            (|row| row.email = "ruiz@district.example".into(), 0),
        ];
        for (place, (change, more)) in changes.into_iter().enumerate() {
            change(&mut row);
            let mut tx = fresh.store.write().await.unwrap();
            tx.update_person(&row, expected).await.unwrap();
            commit(tx).await;
            expected += more;
            row.session_epoch = expected;
            let saved = fresh.store.person(&row.id).await.unwrap();
            assert_eq!(saved.as_ref(), Some(&row), "after change {place}");
        }
        let mut tx = fresh.store.write().await.unwrap();
        let stale = tx.update_person(&row, expected - 1).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    });
}

#[test]
fn a_setup_link_works_once_in_its_time_and_a_newer_one_ends_it() {
    for_each_engine(|fresh| async move {
        let row = add_person(&fresh.store, "dana@district.example").await;
        for token in ["older", "newer"] {
            let link = SetupLinkRow {
                token_sha256: token.into(),
                person: row.id.clone(),
                expires_at: at(100),
                used_at: None,
            };
            let mut tx = fresh.store.write().await.unwrap();
            tx.insert_setup_link(&link).await.unwrap();
            commit(tx).await;
        }
        let mut tx = fresh.store.write().await.unwrap();
        let ended = tx.use_setup_link("older", at(50)).await;
        assert!(matches!(ended, Err(StoreError::NotFound(_))), "{ended:?}");
        let late = tx.use_setup_link("newer", at(100)).await;
        assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
        assert_eq!(tx.use_setup_link("newer", at(99)).await.unwrap(), row.id);
        let twice = tx.use_setup_link("newer", at(99)).await;
        assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
        commit(tx).await;
        let link = fresh.store.setup_link("newer").await.unwrap().unwrap();
        assert_eq!(link.used_at, Some(at(99)));
    });
}

#[test]
fn a_session_lives_until_its_end_and_its_id_is_never_given_twice() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        assert!(store.session_create("s1", "{}", at(10)).await.unwrap());
        assert!(!store.session_create("s1", "other", at(10)).await.unwrap());
        assert_eq!(
            store.session_load("s1", at(9)).await.unwrap(),
            Some(("{}".into(), at(10)))
        );
        store.session_save("s1", "changed", at(20)).await.unwrap();
        store.session_save("s2", "second", at(15)).await.unwrap();
        assert_eq!(
            store.session_load("s1", at(19)).await.unwrap(),
            Some(("changed".into(), at(20)))
        );
        assert_eq!(store.session_load("s1", at(20)).await.unwrap(), None);
        assert_eq!(store.session_purge(at(15)).await.unwrap(), 1);
        assert_eq!(store.session_load("s2", at(0)).await.unwrap(), None);
        store.session_delete("s1").await.unwrap();
        assert_eq!(store.session_load("s1", at(0)).await.unwrap(), None);
    });
}
