//! The same files once more: what has not changed adds nothing, whoever adds it and whenever.

use countersign::corpus::imports::Facts;
use countersign::store::{AuditFilter, ImportFileRow, ImportOrigin, ImportState, Outcome};
use countersign::workflow::{
    How, ImportOrder, NewDocument, add_document, begin_import, cancel_import, import_view, run_import,
};

use super::{Office, about, archive, folder, zipped};
use crate::engines::for_each_engine;

#[test]
fn a_folder_and_a_zip_of_it_are_the_same_import() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let files = [
            ("buses.md", about("Buses", "Seven")),
            ("meals/lunch.md", about("Lunch", "Noon")),
        ];
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let handbooks = office.files("handbooks", &texts);
        let first = office.import(folder(&handbooks)).await;
        assert_eq!((first.state, first.counts.new_documents), (ImportState::Done, 2));
        assert_eq!(office.held().await, (2, 2));

        let within: Vec<(String, &str)> = texts
            .iter()
            .map(|(name, text)| (format!("Handbooks 2026/{name}"), *text))
            .collect();
        let within: Vec<(&str, &str)> = within.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        let again = office.import_as(&office.ben, archive(&zipped(&within))).await;
        assert_eq!(again.counts.unchanged, 2, "{:?}", again.files);
        let said = &again.file("buses.md").detail;
        assert!(said.contains("version 1") && said.contains("Ana Ruiz"), "{said}");
        assert_eq!(office.held().await, (2, 2));

        std::fs::write(handbooks.join("buses.md"), about("Buses", "Eight")).unwrap();
        let changed = office.import(folder(&handbooks)).await;
        assert_eq!(
            changed.outcomes(),
            [
                ("buses.md", Outcome::NewVersion),
                ("meals/lunch.md", Outcome::Unchanged)
            ]
        );
        assert!(
            changed.file("buses.md").detail.contains("its path"),
            "{:?}",
            changed.files
        );
        assert_eq!(office.held().await, (2, 3));

        // A file that went back to an older text has changed.
        std::fs::write(handbooks.join("buses.md"), &files[0].1).unwrap();
        let back = office.import(folder(&handbooks)).await;
        assert_eq!(back.file("buses.md").outcome, Outcome::NewVersion);
    });
}

#[test]
fn a_file_that_was_renamed_is_known_by_its_bytes_and_then_by_its_new_path() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let root = office.files("f", &[("old.md", &about("Buses", "Seven"))]);
        office.import(folder(&root)).await;
        std::fs::rename(root.join("old.md"), root.join("new.md")).unwrap();
        let renamed = office.import(folder(&root)).await;
        assert_eq!(renamed.file("new.md").outcome, Outcome::Unchanged);
        std::fs::write(root.join("new.md"), about("Bus times", "Eight")).unwrap();
        let changed = office.import(folder(&root)).await;
        assert_eq!(
            changed.file("new.md").outcome,
            Outcome::NewVersion,
            "{:?}",
            changed.files
        );
        assert_eq!(office.held().await, (1, 2));
    });
}

#[test]
fn two_people_who_add_the_same_file_at_once_get_one_version_and_are_both_told() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let new = NewDocument {
            bytes: about("Buses", "Seven").into_bytes(),
            file_name: "buses.md".into(),
            ..NewDocument::default()
        };
        let (one, two) = tokio::join!(
            add_document(&office.app, &office.ana, new.clone()),
            add_document(&office.app, &office.ben, new.clone())
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((&one.document, &one.version), (&two.document, &two.version));
        let mut hows = [one.how, two.how];
        hows.sort_by_key(|how| *how != How::NewDocument);
        assert_eq!(hows, [How::NewDocument, How::Unchanged]);
        let told = if one.how == How::Unchanged {
            one.said
        } else {
            two.said
        };
        assert!(told.contains("here already as version 1"), "{told}");
        assert_eq!(office.held().await, (1, 1));

        // The same for a new version of a document, and for a whole import.
        let zip = zipped(&[
            ("a.md", about("A", "One")),
            ("b.md", about("B", "Two")),
            ("c.md", about("C", "Three")),
        ]);
        let (one, two) = tokio::join!(
            office.import_as(&office.ana, archive(&zip)),
            office.import_as(&office.ben, archive(&zip))
        );
        assert_eq!(one.counts.new_documents + two.counts.new_documents, 3);
        assert_eq!(one.counts.unchanged + two.counts.unchanged, 3);
        assert_eq!(office.held().await, (4, 4));
    });
}

#[test]
fn an_import_that_is_stopped_keeps_what_was_done_and_goes_on_when_it_is_added_again() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let zip = zipped(&[
            ("a.md", about("A", "One")),
            ("b.md", about("B", "Two")),
            ("c.md", about("C", "Three")),
        ]);
        let order = ImportOrder {
            material: archive(&zip),
            given: Facts::default(),
            only: None,
        };
        let begun = begin_import(&office.app, &office.ana, "x.zip", ImportOrigin::Upload).await;
        let import = begun.unwrap();
        let (first, done) = tokio::sync::oneshot::channel();
        let first = std::sync::Mutex::new(Some(first));
        let told = |_: &ImportFileRow| {
            if let Some(first) = first.lock().unwrap().take() {
                first.send(()).unwrap();
            }
        };
        let stop = async {
            done.await.unwrap();
            cancel_import(&office.app, &office.ben, &import.id).await.unwrap();
        };
        let (ended, ()) = tokio::join!(
            run_import(&office.app, &office.ana, &import.id, &order, &told),
            stop
        );
        let (state, counts) = ended.unwrap();
        assert_eq!(state, ImportState::Cancelled);
        assert!(counts.new_documents >= 1 && counts.not_reached >= 1, "{counts:?}");
        assert_eq!(counts.new_documents + counts.not_reached, 3);
        let view = import_view(&office.app, &office.ana, &import.id).await.unwrap();
        assert!(
            view.files[0].file.detail.contains("Add the same again"),
            "{:?}",
            view.files[0]
        );
        let twice = cancel_import(&office.app, &office.ben, &import.id).await;
        assert!(twice.is_err_and(|error| error.to_string().contains("ended already")));

        let again = office.import(archive(&zip)).await;
        assert_eq!(again.counts.new_documents, counts.not_reached);
        assert_eq!(again.counts.unchanged, counts.new_documents);
        let log = office
            .app
            .store
            .audit_page(&AuditFilter::default(), None, 100)
            .await
            .unwrap();
        let log: Vec<String> = log.into_iter().map(|entry| entry.action).collect();
        for action in [
            "import.started",
            "import.stop_asked",
            "import.ended",
            "version.added",
        ] {
            assert!(
                log.iter().any(|logged| logged == action),
                "{action} is not in {log:?}"
            );
        }
    });
}
