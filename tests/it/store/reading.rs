//! What the figure check found, words in versions out of force, and pairs that are no conflict.

use countersign::corpus::lifecycle::VersionState;
use countersign::corpus::{Fidelity, FidelityVerdict, MissingFigure};
use countersign::ids::ConflictId;
use countersign::store::{DismissalRow, Store, StoreError};
use sqlx::Connection;

use super::rows::{add_person, add_source, at, commit, document, version};
use super::upgrade::BACK_TO_THE_FOURTH;
use crate::engines::for_each_engine;

#[test]
fn what_the_figure_check_found_comes_back_and_low_fidelity_is_a_fact() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let buses = document("Bus times");
        let mut new = version(&buses.id, 1, &owner.id);
        new.row.fidelity = Some(Fidelity {
            verdict: FidelityVerdict::Low,
            figures: 12,
            missing: 6,
            named: vec![MissingFigure {
                figure: "8:05 a.m.".into(),
                page: Some(2),
                context: "Bus 7 leaves \"at\" 8:05 a.m.".into(),
            }],
        });
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_document(&buses).await.unwrap();
        tx.insert_version(&new).await.unwrap();
        commit(tx).await;
        let found = fresh.store.version(&new.row.id).await.unwrap().unwrap();
        assert_eq!(found.row, new.row);
        assert!(found.row.facts().low_fidelity);
    });
}

#[test]
fn versions_from_before_the_figure_check_have_no_verdict_and_stay_in_force() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let source = add_source(&fresh.store, &owner.id).await;
        let mut connection = fresh.connection().await;
        sqlx::raw_sql(BACK_TO_THE_FOURTH)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let upgraded = Store::open(&fresh.url).await.unwrap();
        let found = upgraded.version(&source.id).await.unwrap().unwrap();
        assert_eq!(found.row, source);
        assert!(!found.row.facts().low_fidelity);
        assert!(upgraded.conflict_dismissals().await.unwrap().is_empty());
        upgraded.close().await;
    });
}

#[test]
fn words_are_found_in_every_version_ever_approved_and_in_no_other() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let (buses, meals) = (document("Bus times"), document("Meals"));
        let states = [
            (&buses, 1, VersionState::Approved, "The LATE bus leaves at 4:25."),
            (&buses, 2, VersionState::Revoked, "The late bus costs 100% more."),
            (&buses, 3, VersionState::Pending, "The late bus is pending."),
            (&buses, 4, VersionState::Rejected, "The late bus was rejected."),
            (&meals, 1, VersionState::Approved, "Lunch is free."),
        ];
        let mut tx = fresh.store.write().await.unwrap();
        let mut ids = Vec::new();
        for row in [&buses, &meals] {
            let mut row = row.clone();
            row.owner = format!("{} office", row.title);
            tx.insert_document(&row).await.unwrap();
        }
        for (document, number, state, text) in states {
            let mut new = version(&document.id, number, &owner.id);
            new.row.state = state;
            new.row.uploaded_at = at(i64::from(number));
            new.text = text.into();
            tx.insert_version(&new).await.unwrap();
            ids.push(new.row.id);
        }
        commit(tx).await;
        let store = &fresh.store;
        let found = async |words: &[&str], owner: Option<&str>, limit: u32| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            store
                .versions_ever_approved_with(&words, owner, limit)
                .await
                .unwrap()
        };
        assert_eq!(
            found(&["late", "cost"], None, 9).await,
            [ids[1].clone(), ids[0].clone()]
        );
        assert_eq!(found(&["late", "leav"], None, 1).await, [ids[0].clone()]);
        assert_eq!(
            found(&["lunch", "late"], Some("Meals office"), 9).await,
            [ids[4].clone()]
        );
        // Signs that stand for others in a pattern stand for nothing here.
        assert!(found(&["l_te%"], None, 9).await.is_empty());
        assert!(found(&[], None, 9).await.is_empty());
        assert!(found(&["'; --"], None, 9).await.len() <= 3);
    });
}

#[test]
fn a_pair_is_dismissed_once_and_can_be_a_conflict_again() {
    for_each_engine(|fresh| async move {
        let owner = add_person(&fresh.store, "owner@district.example").await;
        let row = DismissalRow {
            id: format!("cfl_{}", "0a".repeat(20)).parse::<ConflictId>().unwrap(),
            left_text: "Fee: $45.".into(),
            right_text: "Fee: $50.".into(),
            reason: "Different years".into(),
            by: owner.id.clone(),
            at: at(5),
        };
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_conflict_dismissal(&row).await.unwrap();
        commit(tx).await;
        let known = fresh.store.conflict_dismissals().await.unwrap();
        assert_eq!(known, std::slice::from_ref(&row));
        let mut tx = fresh.store.write().await.unwrap();
        let again = tx.insert_conflict_dismissal(&row).await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
        drop(tx);
        let mut tx = fresh.store.write().await.unwrap();
        assert!(tx.delete_conflict_dismissal(&row.id).await.unwrap());
        assert!(!tx.delete_conflict_dismissal(&row.id).await.unwrap());
        commit(tx).await;
        assert!(fresh.store.conflict_dismissals().await.unwrap().is_empty());
    });
}
