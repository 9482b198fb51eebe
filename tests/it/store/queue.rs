//! The queue: what it shows, in which order, page by page, and how long that takes.

use std::time::{Duration, Instant};

use countersign::review::{Lease, State};
use countersign::store::{
    Held, ItemKind, ItemRow, Page, PersonRow, QueueFilter, QueueRow, QueueSort, Store, StoreError,
};

use super::rows::{add_item, add_person, add_source, at, commit, facts_of, item, revision};
use crate::engines::for_each_engine;

async fn titles(store: &Store, filter: &QueueFilter) -> Vec<String> {
    let page = store.queue(filter, None, 50).await.unwrap();
    assert_eq!(page.total as usize, page.entries.len(), "all fit on one page");
    page.entries.into_iter().map(|row| row.title).collect()
}

async fn change(store: &Store, row: &ItemRow) {
    let mut tx = store.write().await.unwrap();
    tx.save_item(row, row.version).await.unwrap();
    commit(tx).await;
}

/// Three items: one that Alex holds, one that he held until second 5, and a newsletter that nobody held.
struct Three {
    dana: PersonRow,
    alex: PersonRow,
    held: ItemRow,
    over: ItemRow,
    letter: ItemRow,
}

async fn three(store: &Store) -> Three {
    let dana = add_person(store, "dana@district.example").await;
    let alex = add_person(store, "alex@district.example").await;
    let mut held = item(&dana.id, "Élèves and 100% of buses");
    let mut over = item(&dana.id, "Meal prices_2026");
    let mut letter = item(&alex.id, "Spring letter");
    (held.due_at, over.due_at, letter.due_at) = (at(30), at(10), at(20));
    letter.kind = ItemKind::Newsletter;
    for row in [&held, &over, &letter] {
        add_item(store, row).await;
    }
    for (row, until) in [(&mut held, at(900)), (&mut over, at(5))] {
        row.facts.state = State::InReview;
        row.facts.lease = Some(Lease {
            person: alex.id.clone(),
            until,
        });
        change(store, row).await;
    }
    Three {
        dana,
        alex,
        held,
        over,
        letter,
    }
}

/// A filter that narrows by what `set` sets.
fn by(set: impl FnOnce(&mut QueueFilter)) -> QueueFilter {
    let mut filter = QueueFilter::default();
    set(&mut filter);
    filter
}

#[test]
fn each_filter_narrows_the_queue_to_what_it_says() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let Three {
            dana,
            alex,
            held,
            over,
            letter,
        } = &three(store).await;
        let (dana, alex) = (dana.id.clone(), alex.id.clone());
        let cases: [(QueueFilter, &[&ItemRow]); 11] = [
            (by(|_| ()), &[over, letter, held]),
            (by(|f| f.states = vec![State::InReview]), &[over, held]),
            (
                by(|f| f.states = vec![State::InReview, State::Requested]),
                &[over, letter, held],
            ),
            (by(|f| f.kind = Some(ItemKind::Newsletter)), &[letter]),
            (by(|f| f.requester = Some(dana)), &[over, held]),
            (by(|f| f.held = Some(Held::By(alex))), &[over, held]),
            (by(|f| f.held = Some(Held::FreeAt(at(5)))), &[over, letter]),
            (by(|f| f.q = "ÉLÈVES".into()), &[held]),
            (by(|f| f.q = "100%".into()), &[held]),
            (by(|f| f.q = "s_2".into()), &[over]),
            (by(|f| f.q = "0%o".into()), &[]),
        ];
        for (filter, wanted) in cases {
            let wanted: Vec<&str> = wanted.iter().map(|row| row.title.as_str()).collect();
            assert_eq!(titles(store, &filter).await, wanted, "{filter:?}");
        }
    });
}

#[test]
fn a_row_names_people_and_counts_verdicts() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let source = add_source(store, &dana.id).await;
        let mut row = item(&dana.id, "When do buses run?");
        add_item(store, &row).await;
        let text = revision(&row.id, 1, &source, None);
        row.facts.state = State::InReview;
        row.facts.lease = Some(Lease {
            person: dana.id.clone(),
            until: at(900),
        });
        row.facts.revision = Some(facts_of(&text));
        let mut tx = store.write().await.unwrap();
        tx.insert_revision(&text).await.unwrap();
        tx.save_item(&row, 1).await.unwrap();
        commit(tx).await;
        let page = store.queue(&QueueFilter::default(), None, 10).await.unwrap();
        let shown = &page.entries[0];
        assert_eq!(
            (shown.requester_name.as_str(), shown.holder_name.as_deref()),
            ("Dana Ruiz", Some("Dana Ruiz"))
        );
        assert_eq!(shown.lease, row.facts.lease);
        assert_eq!(
            (shown.risk.as_slice(), shown.version),
            (["safety".to_owned()].as_slice(), 2)
        );
        let checks = shown.checks.unwrap();
        assert_eq!(
            (
                checks.supported,
                checks.person_written,
                checks.doubtful,
                checks.sections
            ),
            (1, 1, 0, 1)
        );
    });
}

/// Follows the cursors from the first page to the last.
async fn walk(store: &Store, filter: &QueueFilter, limit: u32) -> Vec<QueueRow> {
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page: Page<QueueRow> = store.queue(filter, cursor.as_deref(), limit).await.unwrap();
        assert_eq!(page.total, 25);
        assert!(page.entries.len() <= limit as usize);
        seen.extend(page.entries);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return seen;
        }
    }
}

#[test]
fn the_pages_together_are_the_queue_in_order() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        for n in 0..25 {
            let mut row = item(&dana.id, &format!("Question {n}"));
            // Several fall due at once, so that the cursor has to tell them apart.
            (row.due_at, row.created_at, row.updated_at) = (at(n / 4), at(n % 3), at(n % 5));
            add_item(store, &row).await;
        }
        for sort in [QueueSort::Due, QueueSort::Newest, QueueSort::Updated] {
            let filter = QueueFilter {
                sort,
                ..QueueFilter::default()
            };
            let whole = walk(store, &filter, 25).await;
            assert_eq!(whole.len(), 25);
            assert!(whole.is_sorted_by(|a, b| match sort {
                QueueSort::Due => a.due_at <= b.due_at,
                QueueSort::Newest => a.created_at >= b.created_at,
                QueueSort::Updated => a.updated_at >= b.updated_at,
            }));
            for limit in [1, 4, 24] {
                assert_eq!(walk(store, &filter, limit).await, whole, "{sort:?} by {limit}");
            }
        }
        let wrong = store.queue(&QueueFilter::default(), Some("12.per_0"), 5).await;
        assert!(matches!(wrong, Err(StoreError::BadCursor)), "{wrong:?}");
    });
}

#[test]
fn a_page_of_a_thousand_items_takes_less_than_a_tenth_of_a_second() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let source = add_source(store, &dana.id).await;
        let mut tx = store.write().await.unwrap();
        for n in 0..1000 {
            let mut row = item(&dana.id, &format!("Question {n} about buses"));
            row.due_at = at(n % 100);
            tx.insert_item(&row).await.unwrap();
            let text = revision(&row.id, 1, &source, None);
            tx.insert_revision(&text).await.unwrap();
            row.facts.state = State::PendingReview;
            row.facts.revision = Some(facts_of(&text));
            tx.save_item(&row, 1).await.unwrap();
        }
        commit(tx).await;
        let filter = QueueFilter {
            states: vec![State::PendingReview],
            q: "buses".into(),
            ..QueueFilter::default()
        };
        let mut fastest = Duration::MAX;
        for _ in 0..5 {
            let begun = Instant::now();
            let page = store.queue(&filter, None, 100).await.unwrap();
            fastest = fastest.min(begun.elapsed());
            assert_eq!((page.entries.len(), page.total), (100, 1000));
        }
        eprintln!("queue of 1,000 items on {:?}: {fastest:?}", store.database());
        assert!(fastest < Duration::from_millis(100), "{fastest:?}");
    });
}
