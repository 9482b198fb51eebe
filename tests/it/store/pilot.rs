//! Measurements: attention, baselines, the lock, and the records the figures are made from.

use countersign::ids::BaselineId;
use countersign::pilot::{BaselineSample, Task};
use countersign::store::{BaselineRow, Capacity, DecisionKind, SourceOpenRow, StoreError};
use jiff::civil::date;

use super::rows::{add_item, add_person, add_source, at, commit, decision, item, publication, revision};
use crate::engines::for_each_engine;

#[test]
fn heartbeats_become_stretches() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let (dana, alex) = (
            add_person(store, "dana@district.example").await,
            add_person(store, "alex@district.example").await,
        );
        let row = item(&dana.id, "When do buses run?");
        add_item(store, &row).await;
        let beats = [
            (&dana, Capacity::Requester, 30, 30),
            // It overlaps the first and lengthens it.
            (&dana, Capacity::Requester, 20, 45),
            // It is a second tab that was earlier; it adds nothing.
            (&dana, Capacity::Requester, 10, 40),
            // It began 40 seconds after the stretch ended.
            (&dana, Capacity::Requester, 15, 100),
            // It began a full minute after the stretch ended, and claims more than a heartbeat can have seen.
            (&dana, Capacity::Requester, 600, 220),
            (&dana, Capacity::Reviewer, 5, 222),
            (&alex, Capacity::Requester, 5, 222),
        ];
        for (person, capacity, seconds, now) in beats {
            store
                .activity_extend(&row.id, &person.id, capacity, seconds, at(now))
                .await
                .unwrap();
        }
        let mut found: Vec<_> = store
            .activity(&row.id)
            .await
            .unwrap()
            .into_iter()
            .map(|a| (a.person == dana.id, a.capacity, a.started_at, a.ended_at))
            .collect();
        found.sort_by_key(|a| (a.2, !a.0, a.1 == Capacity::Reviewer));
        assert_eq!(
            found,
            [
                (true, Capacity::Requester, at(0), at(100)),
                (true, Capacity::Requester, at(160), at(220)),
                (true, Capacity::Reviewer, at(217), at(222)),
                (false, Capacity::Requester, at(217), at(222)),
            ]
        );
    });
}

#[test]
fn opened_sources_are_kept() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let source = add_source(store, &dana.id).await;
        let row = item(&dana.id, "When do buses run?");
        add_item(store, &row).await;
        let opened = SourceOpenRow {
            item: row.id.clone(),
            person: dana.id,
            version: source.id,
            at: at(3),
            seconds: 12,
        };
        store.source_open(&opened).await.unwrap();
        assert_eq!(store.source_opens(&row.id).await.unwrap(), [opened]);
    });
}

#[test]
fn the_pilot_is_locked_once() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let pilot = store.pilot().await.unwrap();
        assert_eq!((pilot.start_date, pilot.locked_at), (None, None));
        let mut tx = store.write().await.unwrap();
        tx.lock_pilot(date(2026, 3, 9), &dana.id, at(1), pilot.version)
            .await
            .unwrap();
        let version = tx.pilot().await.unwrap().version;
        let twice = tx.lock_pilot(date(2026, 4, 9), &dana.id, at(2), version).await;
        assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
        commit(tx).await;
        let locked = store.pilot().await.unwrap();
        assert_eq!(locked.start_date, Some(date(2026, 3, 9)));
        assert_eq!((locked.locked_at, locked.locked_by), (Some(at(1)), Some(dana.id)));
    });
}

#[test]
fn baselines_come_and_go() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let full = BaselineRow {
            id: BaselineId::fresh(),
            sample: BaselineSample {
                task: Task::Newsletter,
                minutes: 42.25,
                revision_rounds: Some(2.0),
                turnaround_hours: Some(30.5),
            },
            note: Some("March issue".into()),
            entered_by: dana.id.clone(),
            entered_at: at(1),
        };
        let mut bare = full.clone();
        bare.id = BaselineId::fresh();
        bare.entered_at = at(2);
        bare.note = None;
        bare.sample.revision_rounds = None;
        bare.sample.turnaround_hours = None;
        let mut tx = store.write().await.unwrap();
        tx.insert_baseline(&full).await.unwrap();
        tx.insert_baseline(&bare).await.unwrap();
        commit(tx).await;
        assert_eq!(store.baselines().await.unwrap(), [full.clone(), bare.clone()]);
        let mut tx = store.write().await.unwrap();
        tx.delete_baseline(&full.id).await.unwrap();
        let twice = tx.delete_baseline(&full.id).await;
        assert!(matches!(twice, Err(StoreError::NotFound(_))), "{twice:?}");
        commit(tx).await;
        assert_eq!(store.baselines().await.unwrap(), [bare]);
    });
}

#[test]
fn the_record_of_an_item_tells_what_happened_to_it() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let dana = add_person(store, "dana@district.example").await;
        let source = add_source(store, &dana.id).await;
        let (mut early, mut row) = (item(&dana.id, "Too early?"), item(&dana.id, "When do buses run?"));
        (early.created_at, row.created_at) = (at(0), at(10));
        add_item(store, &early).await;
        add_item(store, &row).await;
        let (machine, edited) = (
            revision(&row.id, 1, &source, None),
            revision(&row.id, 2, &source, Some(&dana.id)),
        );
        let mut tx = store.write().await.unwrap();
        for text in [&machine, &edited] {
            tx.insert_revision(text).await.unwrap();
        }
        for made in [
            DecisionKind::RequestChanges,
            DecisionKind::RequestChanges,
            DecisionKind::Approve,
        ] {
            tx.insert_decision(&decision(&edited, &dana.id, made))
                .await
                .unwrap();
        }
        let published = publication(&edited, &dana.id, "buses", 200);
        tx.insert_publication(&published).await.unwrap();
        commit(tx).await;
        for (seconds, now) in [(30, 40), (30, 400)] {
            store
                .activity_extend(&row.id, &dana.id, Capacity::Reviewer, seconds, at(now))
                .await
                .unwrap();
        }

        let records = store.pilot_items(at(10)).await.unwrap();
        assert_eq!(records.len(), 1, "only what was asked for since then");
        let record = &records[0];
        assert_eq!((record.item.as_str(), record.task), (row.id.as_str(), Task::Faq));
        assert_eq!(
            (record.requested_at, record.published_at),
            (at(10), Some(at(200)))
        );
        assert!(record.drafted && record.approved);
        assert_eq!((record.requester_seconds, record.reviewer_seconds), (0.0, 60.0));
        assert_eq!(record.revision_rounds, 2);
        // One of the nine words, the number of the text, differs.
        let distance = record.edit_distance.unwrap();
        assert!((distance - 1.0 / 9.0).abs() < 1e-9, "{distance}");
        assert_eq!(store.pilot_items(at(0)).await.unwrap().len(), 2);
    });
}
