//! Documents, versions, what is in force, and what rests on it.

use std::collections::BTreeSet;

use countersign::corpus::lifecycle::VersionState;
use countersign::corpus::{ExtractionWarning, Span, WarningKind};
use countersign::ids::DocumentId;
use countersign::review::State;
use countersign::store::{DocumentRow, KnownBy, Resting, Store, StoreError, VersionDecision};
use jiff::civil::{Date, date};

use super::rows::{
    TEXT, add_item, add_person, add_source, at, commit, document, facts_of, item, revision, version,
};
use crate::engines::for_each_engine;

const TODAY: Date = date(2026, 3, 2);

#[test]
fn a_version_comes_back_with_its_text_passages_and_file() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let document = document("Bus times");
        let mut new = version(&document.id, 1, &owner.id);
        new.row.effective = Some(date(2026, 1, 5));
        new.row.expires = Some(date(2026, 6, 30));
        new.row.warnings = vec![ExtractionWarning {
            kind: WarningKind::HiddenText,
            detail: "one hidden sentence".into(),
            span: Some(Span { start: 1, end: 2 }),
        }];
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_document(&document).await.unwrap();
        tx.insert_version(&new).await.unwrap();
        commit(tx).await;

        let found = fresh.store.version(&new.row.id).await.unwrap().unwrap();
        assert_eq!(found.row, new.row);
        assert_eq!(
            (found.title.as_str(), found.owner.as_str()),
            ("Bus times", "Transportation office")
        );
        assert_eq!((found.text.as_str(), &found.passages), (TEXT, &new.passages));
        let file = fresh.store.version_bytes(&new.row.id).await.unwrap();
        assert_eq!(file.as_deref(), Some(new.original.as_slice()));
        let same = fresh.store.find_version_by_sha256(&new.row.sha256).await.unwrap();
        assert_eq!(same, Some(new.row.clone()));
        let whole = fresh
            .store
            .find_document_by_title("Bus times")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((whole.id, whole.versions), (document.id, vec![new.row]));
    });
}

#[test]
fn versions_are_listed_newest_first_under_their_document() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let (calendar, buses) = (document("Calendar"), document("Bus times"));
        let mut tx = fresh.store.write().await.unwrap();
        for row in [&calendar, &buses] {
            tx.insert_document(row).await.unwrap();
        }
        for number in 1..=3 {
            tx.insert_version(&version(&buses.id, number, &owner.id))
                .await
                .unwrap();
        }
        commit(tx).await;
        let listed: Vec<(String, Vec<u32>)> = fresh
            .store
            .documents()
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.title, row.versions.iter().map(|v| v.number).collect()))
            .collect();
        assert_eq!(
            listed,
            [("Bus times".into(), vec![3, 2, 1]), ("Calendar".into(), vec![])]
        );
        let one = fresh.store.document(&buses.id).await.unwrap().unwrap();
        assert_eq!(one.versions.len(), 3);
        let mut tx = fresh.store.write().await.unwrap();
        let again = tx.insert_version(&version(&buses.id, 3, &owner.id)).await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
    });
}

#[test]
fn a_decision_counts_only_on_the_version_as_it_was_read() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let source = add_source(&fresh.store, &owner.id).await;
        let revoked = VersionDecision {
            state: VersionState::Revoked,
            by: owner.id.clone(),
            at: at(60),
            reason: Some("a new timetable".into()),
        };
        let mut tx = fresh.store.write().await.unwrap();
        tx.set_version_state(&source.id, 1, &revoked).await.unwrap();
        let twice = tx.set_version_state(&source.id, 1, &revoked).await;
        assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
        commit(tx).await;
        let found = fresh.store.version(&source.id).await.unwrap().unwrap().row;
        assert_eq!((found.state, found.version), (VersionState::Revoked, 2));
        assert_eq!(found.reason.as_deref(), Some("a new timetable"));
        assert_eq!(
            (found.decided_by, found.decided_at),
            (Some(owner.id), Some(at(60)))
        );
    });
}

#[test]
fn only_versions_in_force_on_the_day_are_sources() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let buses = document("Bus times");
        let cases = [
            (VersionState::Approved, None, None, true),
            (VersionState::Pending, None, None, false),
            (VersionState::Revoked, None, None, false),
            (VersionState::Approved, Some(date(2026, 3, 3)), None, false),
            (VersionState::Approved, Some(TODAY), Some(TODAY), true),
            (VersionState::Approved, None, Some(date(2026, 3, 1)), false),
        ];
        let mut wanted = Vec::new();
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_document(&buses).await.unwrap();
        for (place, (state, effective, expires, in_force)) in cases.into_iter().enumerate() {
            let mut new = version(&buses.id, place as u32 + 1, &owner.id);
            (new.row.state, new.row.effective, new.row.expires) = (state, effective, expires);
            tx.insert_version(&new).await.unwrap();
            if in_force {
                wanted.push(new.row.id);
            }
        }
        commit(tx).await;
        let found = fresh.store.versions_in_force(TODAY).await.unwrap();
        let ids: Vec<_> = found.iter().map(|source| source.version.clone()).collect();
        assert_eq!(ids, wanted);
        assert_eq!(found[0].content_sha256, "7e".repeat(32));
    });
}

#[test]
fn superseding_marks_the_approved_versions_but_the_new_one() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let buses = document("Bus times");
        let (mut old, mut new) = (version(&buses.id, 1, &owner.id), version(&buses.id, 2, &owner.id));
        old.row.state = VersionState::Approved;
        new.row.state = VersionState::Approved;
        let pending = version(&buses.id, 3, &owner.id);
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_document(&buses).await.unwrap();
        for each in [&old, &new, &pending] {
            tx.insert_version(each).await.unwrap();
        }
        let marked = tx
            .set_superseded(&buses.id, Some(&new.row.id), TODAY)
            .await
            .unwrap();
        assert_eq!(marked, [old.row.id.clone()]);
        let later = tx
            .set_superseded(&buses.id, Some(&new.row.id), date(2026, 4, 1))
            .await
            .unwrap();
        assert_eq!(later, [], "an earlier day stays");
        commit(tx).await;
        let sources = fresh.store.versions_in_force(TODAY).await.unwrap();
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].version, new.row.id);
        let before = fresh.store.versions_in_force(date(2026, 3, 1)).await.unwrap();
        assert_eq!(before.len(), 2);
    });
}

#[test]
fn what_rests_on_a_version_is_what_cites_it_now() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let (first, second) = (
            add_source(&fresh.store, &person.id).await,
            add_source(&fresh.store, &person.id).await,
        );
        let mut row = item(&person.id, "When do buses run?");
        add_item(&fresh.store, &row).await;
        for (number, source) in [(1, &first), (2, &second)] {
            let text = revision(&row.id, number, source, None);
            row.facts.revision = Some(facts_of(&text));
            row.facts.state = State::PendingReview;
            let mut tx = fresh.store.write().await.unwrap();
            tx.insert_revision(&text).await.unwrap();
            tx.save_item(&row, i64::from(number)).await.unwrap();
            commit(tx).await;
        }
        assert_eq!(fresh.store.rests_on(&first.id).await.unwrap(), []);
        let resting = Resting {
            item: row.id,
            title: "When do buses run?".into(),
            state: State::PendingReview,
        };
        assert_eq!(fresh.store.rests_on(&second.id).await.unwrap(), [resting]);
    });
}

#[test]
fn what_is_said_of_a_document_changes_only_as_it_was_read() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let deputy = add_person(&fresh.store, "deputy@district.example").await;
        let mut buses = document("Bus times");
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_document(&buses).await.unwrap();
        commit(tx).await;
        buses.title = "Bus times and stops".into();
        buses.owner = "Bus office".into();
        buses.audience = "staff".into();
        buses.owner_person = Some(owner.id);
        buses.deputy_person = Some(deputy.id);
        buses.topics = vec!["buses".into(), "élèves".into()];
        buses.review_by = Some(date(2027, 1, 5));
        // What this can't change stays, whatever the row says.
        let asked = DocumentRow {
            import_path: Some("another/file.pdf".into()),
            ..buses.clone()
        };
        let mut tx = fresh.store.write().await.unwrap();
        tx.update_document(&asked, 1).await.unwrap();
        let twice = tx.update_document(&asked, 1).await;
        assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
        commit(tx).await;
        let read = fresh.store.document(&buses.id).await.unwrap().unwrap();
        assert_eq!(read, DocumentRow { version: 2, ..buses });
    });
}

/// Four documents with two versions each, whose files have different names and hashes.
async fn four_documents(store: &Store) -> Vec<DocumentId> {
    let by = add_person(store, "a@district.example").await;
    let mut ids = Vec::new();
    for (title, path, file_name) in [
        ("Bus rules", None, "rules.md"),
        ("Meals", Some("north/meals.md"), "meals.md"),
        ("Meals", None, "menu.md"),
        ("Doors", None, "doors.md"),
    ] {
        let mut row = document(title);
        row.import_path = path.map(str::to_owned);
        let mut tx = store.write().await.unwrap();
        tx.insert_document(&row).await.unwrap();
        for number in [1, 2] {
            let mut new = version(&row.id, number, &by.id);
            new.row.file_name = format!("{number}-{file_name}");
            new.row.sha256 = format!("{number}-{title}-{file_name}");
            tx.insert_version(&new).await.unwrap();
        }
        commit(tx).await;
        ids.push(row.id);
    }
    ids
}

#[test]
fn a_file_is_compared_with_the_documents_it_could_belong_to_and_no_others() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let ids = four_documents(store).await;
        let (id, none) = (Some(ids[3].as_str()), KnownBy::default());
        let titles = [Some("Meals"), Some("Bus rules")];
        let hostile = [Some("meals' OR '1'='1"), None];
        let (path, file_name, sha256) = (
            Some("north/meals.md"),
            Some("1-doors.md"),
            Some("2-Meals-menu.md"),
        );
        #[rustfmt::skip]
        let cases = [
            (none, vec![]),
            (KnownBy { ids: [None, id], ..none }, vec![3]),
            (KnownBy { titles, ..none }, vec![0, 1, 2]),
            (KnownBy { titles: hostile, ..none }, vec![]),
            (KnownBy { import_path: path, ..none }, vec![1]),
            (KnownBy { file_name, ..none }, vec![3]),
            (KnownBy { sha256, ..none }, vec![2]),
            (KnownBy { file_name, sha256, ..none }, vec![2, 3]),
        ];
        for (by, expected) in cases {
            let known = store.known_documents(&by).await.unwrap();
            let found: BTreeSet<_> = known.iter().map(|one| one.document.clone()).collect();
            let expected: BTreeSet<_> = expected.into_iter().map(|at: usize| ids[at].clone()).collect();
            assert_eq!(found, expected, "{by:?}");
            assert!(
                known.iter().all(|one| one.file_names.len() == 2),
                "with all of its files"
            );
            let in_transaction = store.write().await.unwrap().known_documents(&by).await.unwrap();
            assert_eq!(in_transaction, known);
        }
    });
}
