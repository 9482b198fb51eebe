//! Notices: one row for each thing and person, whoever tells it and however often.

use std::sync::Arc;

use countersign::ids::{DocumentId, NoticeId, PersonId};
use countersign::store::{NewNotice, NoticeKind, Store, StoreError};
use jiff::civil::{Date, date};
use tokio::sync::Barrier;

use super::rows::{add_item, add_person, at, commit, entry, facts_of, item, revision};
use crate::engines::for_each_engine;

const TODAY: Date = date(2026, 3, 2);
const WEEK_AGO: Date = date(2026, 2, 23);

fn notice(person: &PersonId, about: &str) -> NewNotice {
    NewNotice {
        person: person.clone(),
        kind: NoticeKind::ExpiresSoon,
        about: about.into(),
        object: DocumentId::fresh().to_string(),
        title: "Bus rules".into(),
        reason: None,
        day: Some(date(2026, 3, 9)),
    }
}

/// Tells it on a day, as the upkeep does; says whether it was told.
async fn tell(store: &Store, notice: &NewNotice, not_since: Date, today: Date, second: i64) -> bool {
    let mut tx = store.write().await.unwrap();
    let told = tx.tell(notice, Some(not_since), today, at(second)).await.unwrap();
    if told {
        tx.commit(vec![entry("notice.told", &notice.object)])
            .await
            .unwrap();
    }
    told
}

#[test]
fn telling_again_changes_the_row_once_a_week_has_passed() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await.id;
        let first = notice(&person, "expires_soon:ver_1:2026-03-09");
        assert!(tell(store, &first, WEEK_AGO, TODAY, 0).await);
        assert!(
            !tell(store, &first, WEEK_AGO, TODAY, 1).await,
            "not twice on a day"
        );
        assert_eq!(store.notices_unread(&person).await.unwrap(), 1);
        let page = store.notices(&person, true, None, 10).await.unwrap();
        let id = page.entries[0].id.clone();
        assert!(store.read_notice(&person, &id, at(2)).await.unwrap());
        assert_eq!(store.notices_unread(&person).await.unwrap(), 0);
        // A clock set back tells nothing; a week later the same row is told anew and is to be read anew.
        assert!(!tell(store, &first, date(2026, 1, 1), date(2026, 1, 8), 3).await);
        let renamed = NewNotice {
            title: "Bus rules, 2026".into(),
            ..first.clone()
        };
        assert!(tell(store, &renamed, TODAY, date(2026, 3, 9), 4).await);
        let page = store.notices(&person, true, None, 10).await.unwrap();
        assert_eq!(page.total, 1);
        let row = &page.entries[0];
        assert_eq!((&row.id, row.times, row.read_at), (&id, 2, None));
        assert_eq!((row.first_at, row.told_at), (at(0), at(4)));
        assert_eq!(
            (row.told_on, row.notice.title.as_str()),
            (date(2026, 3, 9), "Bus rules, 2026")
        );
    });
}

#[test]
fn several_processes_that_find_the_same_thing_tell_it_once() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await.id;
        let found = Arc::new(notice(&person, "expired:ver_1:2026-03-01"));
        let together = Arc::new(Barrier::new(4));
        let mut processes = Vec::new();
        for number in 0..4 {
            // A store of its own is what another process has.
            let store = Store::open(&fresh.url).await.unwrap();
            let (found, together) = (found.clone(), together.clone());
            processes.push(tokio::spawn(async move {
                together.wait().await;
                let told = tell(&store, &found, WEEK_AGO, TODAY, number).await;
                store.close().await;
                told
            }));
        }
        let mut told = 0;
        for process in processes {
            told += usize::from(process.await.unwrap());
        }
        assert_eq!(told, 1);
        let page = fresh.store.notices(&person, false, None, 10).await.unwrap();
        assert_eq!((page.total, page.entries[0].times), (1, 1));
    });
}

#[test]
fn what_is_over_is_left_out_and_what_is_so_after_all_comes_back() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let (mine, other) = (
            add_person(store, "a@district.example").await.id,
            add_person(store, "b@district.example").await.id,
        );
        for (number, about) in ["one", "two", "three"].into_iter().enumerate() {
            assert!(tell(store, &notice(&mine, about), WEEK_AGO, TODAY, number as i64).await);
        }
        assert!(tell(store, &notice(&other, "one"), WEEK_AGO, TODAY, 9).await);
        let all = store.notices(&mine, true, None, 10).await.unwrap().entries;
        let abouts: Vec<&str> = all.iter().map(|row| row.notice.about.as_str()).collect();
        assert_eq!(abouts, ["three", "two", "one"]);
        store.settle_notice(&all[1].id, Some(at(10))).await.unwrap();
        assert_eq!(store.notices(&mine, true, None, 10).await.unwrap().total, 2);
        assert_eq!(store.notices_unread(&mine).await.unwrap(), 2);
        assert_eq!(store.notices(&mine, false, None, 10).await.unwrap().total, 3);
        store.settle_notice(&all[1].id, None).await.unwrap();
        assert_eq!(store.notices_unread(&mine).await.unwrap(), 3);
        // Page by page, and nobody reads what is another's.
        let first = store.notices(&mine, true, None, 2).await.unwrap();
        let rest = store
            .notices(&mine, true, first.next_cursor.as_deref(), 2)
            .await
            .unwrap();
        assert_eq!(rest.entries.len(), 1);
        assert_eq!((&rest.entries[0].id, rest.next_cursor), (&all[2].id, None));
        assert!(!store.read_notice(&other, &all[0].id, at(11)).await.unwrap());
        assert!(
            !store
                .read_notice(&mine, &NoticeId::fresh(), at(11))
                .await
                .unwrap()
        );
        let bad = store.notices(&mine, true, Some("1.not_0' OR 1=1"), 2).await;
        assert!(matches!(bad, Err(StoreError::BadCursor)), "{bad:?}");
        // What came after the page was made is not read with it.
        assert_eq!(store.read_notices_until(&mine, at(1), at(12)).await.unwrap(), 2);
        assert_eq!(store.notices_unread(&mine).await.unwrap(), 1);
    });
}

#[test]
fn what_was_told_of_an_item_is_over_once_it_moved_on() {
    use countersign::review::State::{Approved, ChangesRequested, PendingReview, Stale};
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await.id;
        let source = super::rows::add_source(store, &person).await;
        for (kind, state, over) in [
            (NoticeKind::ApprovalLost, Stale, false),
            (NoticeKind::ApprovalLost, ChangesRequested, true),
            (NoticeKind::SentBack, ChangesRequested, false),
            (NoticeKind::SentBack, PendingReview, true),
            // Nothing of it is public, so there is nothing to correct.
            (NoticeKind::ToCorrect, Approved, true),
        ] {
            let mut row = item(&person, "When do buses run?");
            add_item(store, &row).await;
            let text = revision(&row.id, 1, &source, None);
            row.facts.revision = Some(facts_of(&text));
            row.facts.state = state;
            let mut tx = store.write().await.unwrap();
            tx.insert_revision(&text).await.unwrap();
            tx.save_item(&row, 1).await.unwrap();
            let about = NewNotice {
                kind,
                object: row.id.to_string(),
                ..notice(&person, &format!("{kind:?}:{}", row.id))
            };
            tx.tell(&about, None, TODAY, at(0)).await.unwrap();
            commit(tx).await;
            let before = store.notices(&person, true, None, 10).await.unwrap().total;
            store.settle_notices_of_items(at(1)).await.unwrap();
            let after = store.notices(&person, true, None, 10).await.unwrap().total;
            assert_eq!(
                before - after,
                u64::from(over),
                "{kind:?} of an item that is {state:?}"
            );
        }
    });
}
