//! Publications: their addresses, their withdrawal, and what happens when a source leaves force.

use countersign::ids::PublicationId;
use countersign::review::State;
use countersign::store::{
    ItemKind, PublicationRow, QueueFilter, StalePublication, Store, StoreError, VersionRow,
};

use super::rows::{add_item, add_person, add_source, at, commit, facts_of, item, publication, revision};
use crate::engines::for_each_engine;

/// An item published at `slug`, resting on the source.
async fn publish(store: &Store, source: &VersionRow, slug: &str, seconds: i64) -> PublicationRow {
    let by = &source.uploaded_by;
    let mut row = item(by, "When do buses run?");
    add_item(store, &row).await;
    let text = revision(&row.id, 1, source, None);
    let publication = publication(&text, by, slug, seconds);
    let mut tx = store.write().await.unwrap();
    tx.insert_revision(&text).await.unwrap();
    row.facts.revision = Some(facts_of(&text));
    row.facts.state = State::Published;
    tx.save_item(&row, 1).await.unwrap();
    assert!(tx.slug_is_free(slug).await.unwrap());
    tx.insert_publication(&publication).await.unwrap();
    commit(tx).await;
    publication
}

#[test]
fn a_publication_is_found_by_address_item_and_words() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let source = add_source(store, &person.id).await;
        let (older, newer) = (
            publish(store, &source, "older", 1).await,
            publish(store, &source, "newer", 2).await,
        );
        assert_eq!(
            store.publication_by_slug("older").await.unwrap(),
            Some(older.clone())
        );
        assert_eq!(store.publication_by_slug("none").await.unwrap(), None);
        assert_eq!(
            store.publication_of_item(&newer.item).await.unwrap(),
            Some(newer.clone())
        );
        assert_eq!(
            store.published(ItemKind::Faq, "").await.unwrap(),
            [newer.clone(), older.clone()]
        );
        assert_eq!(store.published(ItemKind::Faq, "OLDER").await.unwrap(), [older]);
        assert_eq!(store.published(ItemKind::Faq, "élan").await.unwrap().len(), 2);
        assert_eq!(store.published(ItemKind::Newsletter, "").await.unwrap(), []);
        let mut tx = store.write().await.unwrap();
        assert!(!tx.slug_is_free("newer").await.unwrap());
        let again = tx
            .insert_publication(&PublicationRow {
                id: PublicationId::fresh(),
                ..newer
            })
            .await;
        assert!(matches!(again, Err(StoreError::Taken(_))), "{again:?}");
    });
}

#[test]
fn a_withdrawal_keeps_the_address_and_happens_once() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let source = add_source(store, &person.id).await;
        let published = publish(store, &source, "buses", 1).await;
        let mut tx = store.write().await.unwrap();
        tx.withdraw_publication(&published.id, "out of date", at(9))
            .await
            .unwrap();
        let twice = tx.withdraw_publication(&published.id, "again", at(10)).await;
        assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
        commit(tx).await;
        assert_eq!(store.published(ItemKind::Faq, "").await.unwrap(), []);
        let kept = store.publication_by_slug("buses").await.unwrap().unwrap();
        assert_eq!(
            (kept.withdrawn_at, kept.withdrawn_reason.as_deref()),
            (Some(at(9)), Some("out of date"))
        );
    });
}

#[test]
fn losing_a_source_marks_what_cites_it_until_it_is_corrected() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let (lost, kept) = (
            add_source(store, &person.id).await,
            add_source(store, &person.id).await,
        );
        let (stale, fine) = (
            publish(store, &lost, "stale", 1).await,
            publish(store, &kept, "fine", 2).await,
        );
        let mut tx = store.write().await.unwrap();
        let marked = tx
            .mark_publications_stale(&lost.id, "the source was revoked")
            .await
            .unwrap();
        let expected = StalePublication {
            id: stale.id.clone(),
            item: stale.item.clone(),
            title: stale.title.clone(),
            published_by: stale.published_by.clone(),
        };
        assert_eq!(marked, [expected]);
        assert_eq!(tx.mark_publications_stale(&lost.id, "again").await.unwrap(), []);
        commit(tx).await;
        let found = store.publication_by_slug("stale").await.unwrap().unwrap();
        assert_eq!(found.stale_reason.as_deref(), Some("the source was revoked"));
        assert_eq!(store.publication_by_slug("fine").await.unwrap(), Some(fine));

        let to_correct = QueueFilter {
            to_correct: true,
            ..QueueFilter::default()
        };
        let listed = store.queue(&to_correct, None, 10).await.unwrap();
        let listed: Vec<_> = listed.entries.into_iter().map(|row| row.id).collect();
        assert_eq!(listed, std::slice::from_ref(&stale.item));
        let resting = store.citing_texts(&lost.id).await.unwrap();
        assert_eq!(resting.len(), 1);
        assert_eq!((&resting[0].item, resting[0].stands), (&stale.item, true));
        let public = resting[0].public.clone().unwrap();
        assert_eq!(
            (public.slug.as_str(), public.stale_reason),
            ("stale", found.stale_reason)
        );
        // Its text moves on to another source; what is public still rests on the lost one.
        let mut row = store.item(&stale.item).await.unwrap().unwrap();
        let moved = revision(&stale.item, 2, &kept, Some(&person.id));
        row.facts.revision = Some(facts_of(&moved));
        let mut tx = store.write().await.unwrap();
        tx.insert_revision(&moved).await.unwrap();
        let expected = row.version;
        tx.save_item(&row, expected).await.unwrap();
        commit(tx).await;
        let resting = store.citing_texts(&lost.id).await.unwrap();
        assert_eq!((resting.len(), resting[0].stands), (1, false));
        assert_eq!(store.citing_texts(&kept.id).await.unwrap().len(), 2);
        assert_eq!(store.rests_on(&lost.id).await.unwrap(), []);

        let mut corrected = stale.clone();
        corrected.markdown = "Buses run from 7:20.".into();
        corrected.published_at = at(50);
        let mut tx = store.write().await.unwrap();
        tx.replace_publication(&corrected).await.unwrap();
        commit(tx).await;
        assert_eq!(store.publication_by_slug("stale").await.unwrap(), Some(corrected));
        assert_eq!(store.published(ItemKind::Faq, "7:20").await.unwrap().len(), 1);
    });
}
