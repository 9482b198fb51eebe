//! A database of an earlier schema is brought up to date, and what was approved in it stays approved.

use countersign::drafting::text_sha256;
use countersign::store::{KnownBy, Store};
use sqlx::Connection;

use super::rows::{add_item, add_person, add_source, commit, facts_of, item, revision};
use crate::engines::for_each_engine;

/// Takes the fifth and sixth step back: the database is then as the fourth schema left it.
pub const BACK_TO_THE_FOURTH: &str = "DROP INDEX documents_by_title; DROP INDEX versions_by_file_name;
    ALTER TABLE versions DROP COLUMN fidelity; DROP TABLE conflict_dismissals;
    DELETE FROM schema_steps WHERE number > 4";

/// Takes the fourth step back too: the database is then as the third schema left it.
const BACK_TO_THE_THIRD: &str =
    "DROP INDEX documents_by_import_path; ALTER TABLE documents DROP COLUMN import_path;
    DROP TABLE import_files; DROP TABLE imports; DROP TABLE watched_files; DROP TABLE watched_folders;
    DELETE FROM schema_steps WHERE number > 3";

/// Takes the third step back too: the database is then as the second schema left it.
const BACK_TO_THE_SECOND: &str = "DROP TABLE notices; ALTER TABLE documents DROP COLUMN owner_person;
    ALTER TABLE documents DROP COLUMN deputy_person; ALTER TABLE documents DROP COLUMN topics;
    ALTER TABLE documents DROP COLUMN review_by; ALTER TABLE documents DROP COLUMN version;
    DELETE FROM schema_steps WHERE number > 2";

/// Takes the second step back too: the database is then as the first schema left it.
const BACK_TO_THE_FIRST: &str =
    "ALTER TABLE revisions DROP COLUMN public_question; DELETE FROM schema_steps WHERE number > 1";

#[test]
fn texts_of_the_first_schema_keep_their_hash_and_have_no_public_question() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let source = add_source(store, &person.id).await;
        let mut row = item(&person.id, "When do buses run?");
        add_item(store, &row).await;
        let mut text = revision(&row.id, 1, &source, None);
        text.public_question = None;
        text.text_sha256 = text_sha256(None, &text.sections);
        let mut tx = store.write().await.unwrap();
        tx.insert_revision(&text).await.unwrap();
        row.facts.revision = Some(facts_of(&text));
        tx.save_item(&row, 1).await.unwrap();
        commit(tx).await;
        let mut connection = fresh.connection().await;
        for step in [
            BACK_TO_THE_FOURTH,
            BACK_TO_THE_THIRD,
            BACK_TO_THE_SECOND,
            BACK_TO_THE_FIRST,
        ] {
            sqlx::raw_sql(step).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();

        let upgraded = Store::open(&fresh.url).await.unwrap();
        let read = upgraded.revision(&text.id).await.unwrap();
        assert_eq!(read, Some(text.clone()));
        // The hash that the item's decisions name is still that of the stored text.
        let mut tx = upgraded.write().await.unwrap();
        tx.save_item(&row, 2).await.unwrap();
        tx.insert_revision(&revision(&row.id, 2, &source, Some(&person.id)))
            .await
            .unwrap();
        commit(tx).await;
        let newer = upgraded.revision_by_number(&row.id, 2).await.unwrap().unwrap();
        assert_eq!(
            newer.public_question.as_deref(),
            Some(super::rows::PUBLIC_QUESTION)
        );
        upgraded.close().await;
    });
}

#[test]
fn documents_of_the_second_schema_have_nobody_and_can_be_given_somebody() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let source = add_source(store, &person.id).await;
        let mut connection = fresh.connection().await;
        for step in [BACK_TO_THE_FOURTH, BACK_TO_THE_THIRD, BACK_TO_THE_SECOND] {
            sqlx::raw_sql(step).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();

        let upgraded = Store::open(&fresh.url).await.unwrap();
        let mut row = upgraded.document(&source.document).await.unwrap().unwrap();
        assert_eq!(
            (row.owner_person.as_ref(), row.deputy_person.as_ref()),
            (None, None)
        );
        assert_eq!((row.topics.len(), row.review_by, row.version), (0, None, 1));
        assert_eq!(row.versions.len(), 1);
        row.owner_person = Some(person.id.clone());
        row.topics = vec!["buses".to_owned()];
        let mut tx = upgraded.write().await.unwrap();
        tx.update_document(&row, 1).await.unwrap();
        commit(tx).await;
        let read = upgraded.document(&source.document).await.unwrap().unwrap();
        assert_eq!((read.owner_person, read.version), (Some(person.id), 2));
        assert_eq!(read.topics, ["buses"]);
        upgraded.close().await;
    });
}

#[test]
fn documents_of_an_earlier_schema_have_no_path_and_are_known_by_their_file_names() {
    for_each_engine(|fresh| async move {
        let person = add_person(&fresh.store, "a@district.example").await;
        let source = add_source(&fresh.store, &person.id).await;
        let mut connection = fresh.connection().await;
        for step in [BACK_TO_THE_FOURTH, BACK_TO_THE_THIRD] {
            sqlx::raw_sql(step).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();

        let upgraded = Store::open(&fresh.url).await.unwrap();
        let by = KnownBy {
            file_name: Some("buses.md"),
            ..KnownBy::default()
        };
        let known = upgraded.known_documents(&by).await.unwrap();
        let [one] = known.as_slice() else {
            panic!("{known:?}")
        };
        assert_eq!((&one.document, &one.import_path), (&source.document, &None));
        assert_eq!(one.file_names, ["buses.md"]);
        assert_eq!(one.newest.as_ref().map(|newest| &newest.id), Some(&source.id));
        let mut tx = upgraded.write().await.unwrap();
        tx.set_import_path(&source.document, "north/buses.md")
            .await
            .unwrap();
        commit(tx).await;
        let row = upgraded.document(&source.document).await.unwrap().unwrap();
        assert_eq!(row.import_path.as_deref(), Some("north/buses.md"));
        assert!(upgraded.imports(10).await.unwrap().is_empty());
        upgraded.close().await;
    });
}
