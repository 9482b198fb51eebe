//! Items, their revisions and the decisions on them.

use countersign::drafting::{Nearest, Refusal, RefusalKind, Timing, Tokens};
use countersign::ids::DecisionId;
use countersign::review::{Approval, Lease, ReasonCode, State};
use countersign::store::{
    Checks, DecisionKind, DecisionRow, Issue, IssueSection, ItemKind, RevisionSummary, StoreError, VersionRow,
};
use jiff::civil::date;

use super::rows::{add_item, add_person, add_source, at, commit, entry, facts_of, item, revision};
use crate::engines::for_each_engine;

fn refusal(source: &VersionRow) -> Refusal {
    Refusal {
        kind: RefusalKind::SourceDoesNotAnswer,
        reason: "The documents do not say.".into(),
        nearest: vec![Nearest {
            document: source.document.clone(),
            version: source.id.clone(),
            title: "Bus times".into(),
            owner: "Transportation office".into(),
            heading: vec![],
            page: None,
            quote: "Buses run from 7:10.".into(),
        }],
        answerability: None,
        signals: None,
        record: None,
        timing_ms: Timing::default(),
        tokens: Tokens::default(),
    }
}

#[test]
fn an_item_comes_back_as_it_was_saved() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let source = add_source(&fresh.store, &person.id).await;
        let mut row = item(&person.id, "When do buses run?");
        row.kind = ItemKind::Newsletter;
        row.newsletter = Some(Issue {
            template: "weekly".into(),
            from: date(2026, 3, 2),
            to: date(2026, 3, 8),
            topics: vec!["buses".into()],
            sections: vec![IssueSection {
                heading: "Getting to school".into(),
                topics: "buses".into(),
            }],
        });
        add_item(&fresh.store, &row).await;
        assert_eq!(fresh.store.item(&row.id).await.unwrap(), Some(row.clone()));

        let text = revision(&row.id, 1, &source, Some(&person.id));
        row.facts.state = State::Approved;
        row.facts.lease = Some(Lease {
            person: person.id.clone(),
            until: at(900),
        });
        row.facts.revision = Some(facts_of(&text));
        row.facts.authors = [person.id.clone()].into();
        row.facts.approval = Some(Approval {
            by: person.id.clone(),
            at: at(5),
            revision: text.id.clone(),
            text_sha256: text.text_sha256.clone(),
            source_set_sha256: text.source_set_sha256.clone(),
        });
        row.refusal = Some(refusal(&source));
        row.record = Some(Default::default());
        row.timing_ms = Some(Timing {
            total: 1200,
            ..Timing::default()
        });
        row.tokens = Some(Tokens {
            prompt: 900,
            ..Tokens::default()
        });
        row.stale_reason = Some("a source left force".into());
        row.updated_at = at(6);
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_revision(&text).await.unwrap();
        tx.save_item(&row, 1).await.unwrap();
        commit(tx).await;
        row.version = 2;
        row.checks = Some(Checks {
            supported: 1,
            person_written: 1,
            sections: 1,
            ..Checks::default()
        });
        assert_eq!(fresh.store.item(&row.id).await.unwrap(), Some(row));
    });
}

#[test]
fn a_save_on_what_has_changed_since_is_refused() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let mut row = item(&person.id, "When do buses run?");
        add_item(&fresh.store, &row).await;
        let mut tx = fresh.store.write().await.unwrap();
        row.title = "First".into();
        tx.save_item(&row, 1).await.unwrap();
        commit(tx).await;
        let mut tx = fresh.store.write().await.unwrap();
        row.title = "Second".into();
        let stale = tx.save_item(&row, 1).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
        drop(tx);
        let saved = fresh.store.item(&row.id).await.unwrap().unwrap();
        assert_eq!((saved.title.as_str(), saved.version), ("First", 2));
    });
}

#[test]
fn an_item_cannot_name_a_revision_with_other_hashes_than_the_stored_one() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let source = add_source(&fresh.store, &person.id).await;
        let mut row = item(&person.id, "When do buses run?");
        add_item(&fresh.store, &row).await;
        let text = revision(&row.id, 1, &source, None);
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_revision(&text).await.unwrap();
        let mut facts = facts_of(&text);
        facts.text_sha256 = "00".repeat(32);
        row.facts.revision = Some(facts);
        let refused = tx.save_item(&row, 1).await;
        assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
    });
}

#[test]
fn a_claim_is_renewed_by_its_holder_only_and_a_save_does_not_shorten_it() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let other = add_person(&fresh.store, "b@district.example").await;
        let mut row = item(&person.id, "When do buses run?");
        add_item(&fresh.store, &row).await;
        row.facts.state = State::InReview;
        row.facts.lease = Some(Lease {
            person: person.id.clone(),
            until: at(900),
        });
        let mut tx = fresh.store.write().await.unwrap();
        tx.save_item(&row, 1).await.unwrap();
        commit(tx).await;

        let store = &fresh.store;
        assert!(
            !store
                .renew_lease(&row.id, &other.id, at(10), at(1000))
                .await
                .unwrap()
        );
        assert!(
            !store
                .renew_lease(&row.id, &person.id, at(900), at(1800))
                .await
                .unwrap()
        );
        assert!(
            store
                .renew_lease(&row.id, &person.id, at(10), at(910))
                .await
                .unwrap()
        );

        row.title = "saved with the lease as it was read".into();
        let mut tx = store.write().await.unwrap();
        tx.save_item(&row, 2).await.unwrap();
        commit(tx).await;
        let saved = store.item(&row.id).await.unwrap().unwrap();
        assert_eq!(saved.facts.lease.map(|lease| lease.until), Some(at(910)));

        row.facts.lease = Some(Lease {
            person: other.id.clone(),
            until: at(905),
        });
        let mut tx = store.write().await.unwrap();
        tx.save_item(&row, 3).await.unwrap();
        commit(tx).await;
        let taken_over = store.item(&row.id).await.unwrap().unwrap();
        assert_eq!(taken_over.facts.lease, row.facts.lease);

        row.facts.lease = None;
        let mut tx = store.write().await.unwrap();
        tx.save_item(&row, 4).await.unwrap();
        commit(tx).await;
        assert_eq!(store.item(&row.id).await.unwrap().unwrap().facts.lease, None);
    });
}

#[test]
fn revisions_and_decisions_are_kept_in_order() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let source = add_source(&fresh.store, &person.id).await;
        let row = item(&person.id, "When do buses run?");
        add_item(&fresh.store, &row).await;
        let machine = revision(&row.id, 1, &source, None);
        let mut edited = revision(&row.id, 2, &source, Some(&person.id));
        edited.note = Some("shorter".into());
        edited.reading_grade = None;
        edited.public_question = None;
        let decision = DecisionRow {
            id: DecisionId::fresh(),
            item: row.id.clone(),
            revision: edited.id.clone(),
            revision_number: 2,
            decision: DecisionKind::RequestChanges,
            reason: Some(ReasonCode::PolicyLegal),
            note: Some("ask the board office".into()),
            by: person.id.clone(),
            at: at(30),
        };
        let mut tx = fresh.store.write().await.unwrap();
        for text in [&machine, &edited] {
            assert_eq!(tx.next_revision_number(&row.id).await.unwrap(), text.number);
            tx.insert_revision(text).await.unwrap();
        }
        tx.insert_decision(&decision).await.unwrap();
        commit(tx).await;

        let store = &fresh.store;
        assert_eq!(store.revision(&machine.id).await.unwrap(), Some(machine.clone()));
        assert_eq!(
            store.revision_by_number(&row.id, 2).await.unwrap(),
            Some(edited.clone())
        );
        assert_eq!(store.revision_by_number(&row.id, 3).await.unwrap(), None);
        assert_eq!(store.decisions(&row.id).await.unwrap(), [decision]);
        let listed = store.revisions(&row.id).await.unwrap();
        let summary = RevisionSummary {
            id: edited.id.clone(),
            number: 2,
            author: Some(person.id.clone()),
            created_at: at(2),
            note: Some("shorter".into()),
        };
        assert_eq!((listed.len(), &listed[1]), (2, &summary));

        let mut tx = store.write().await.unwrap();
        let mut again = revision(&row.id, 2, &source, None);
        again.note = None;
        let taken = tx.insert_revision(&again).await;
        assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    });
}

#[test]
fn the_history_of_an_item_is_its_entries() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let row = item(&person.id, "When do buses run?");
        let mut tx = fresh.store.write().await.unwrap();
        tx.insert_item(&row).await.unwrap();
        tx.commit(vec![
            entry("item.requested", row.id.as_str()),
            entry("other", "req_0"),
        ])
        .await
        .unwrap();
        let tx = fresh.store.write().await.unwrap();
        tx.commit(vec![entry("item.cancelled", row.id.as_str())])
            .await
            .unwrap();
        let history = fresh.store.history(&row.id).await.unwrap();
        let actions: Vec<&str> = history.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["item.requested", "item.cancelled"]);
    });
}
