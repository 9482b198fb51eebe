//! Files with a manifest beside them.

use countersign::accounts::{Role, Roles};
use countersign::store::{ImportState, Outcome};
use countersign::workflow::ensure_person;
use jiff::civil::date;

use super::{Office, about, archive, folder, zipped};
use crate::engines::for_each_engine;

#[test]
fn a_manifest_describes_its_files_and_wrong_lines_cost_only_their_own() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        // The document that replaces comes before the one that it replaces.
        let manifest = "file,title,owner,audience,effective,expires,supersedes\n\
                        2026/bus.md,Bus Rules 2026,Transportation,staff,2026-08-01,2027-07-31,2025/bus.md\n\
                        2025/bus.md,Bus Rules 2025,Transportation,staff,2025-08-01,,\n\
                        wrong.md,Wrong,Office,families,soon,,\n\
                        missing.md,Missing,Office,families,,,\n\
                        orphan.md,Orphan,Office,families,,,nowhere.md\n";
        let files = [
            ("manifest.csv", manifest.to_owned()),
            ("2026/bus.md", about("Buses", "Eight")),
            ("2025/bus.md", about("Buses", "Seven")),
            ("wrong.md", about("Wrong", "Nothing")),
            ("orphan.md", about("Orphan", "Nothing")),
            ("undescribed.md", about("Undescribed", "Nothing")),
        ];
        let imported = office.import(archive(&zipped(&files))).await;
        let wrong = imported.file("wrong.md");
        assert!(
            wrong.outcome == Outcome::Failed && wrong.detail.contains("manifest.csv, line 4"),
            "{wrong:?}"
        );
        let missing = imported.file("missing.md");
        assert!(
            missing.outcome == Outcome::Failed && missing.detail.contains("line 5"),
            "{missing:?}"
        );
        assert_eq!(imported.file("undescribed.md").outcome, Outcome::NewDocument);
        assert_eq!(imported.file("manifest.csv").outcome, Outcome::PassedOver);
        let said: Vec<&str> = imported
            .files
            .iter()
            .filter(|file| file.path == "orphan.md")
            .map(|file| file.detail.as_str())
            .collect();
        assert!(said.iter().any(|said| said.contains("nowhere.md")), "{said:?}");

        let documents = office.app.store.documents().await.unwrap();
        let named = |title: &str| documents.iter().find(|document| document.title == title).unwrap();
        let (new, old) = (named("Bus Rules 2026"), named("Bus Rules 2025"));
        assert_eq!(new.supersedes.as_ref(), Some(&old.id));
        assert_eq!(
            (new.owner.as_str(), new.audience.as_str()),
            ("Transportation", "staff")
        );
        let version = &new.versions[0];
        assert_eq!(
            (version.effective, version.expires),
            (Some(date(2026, 8, 1)), Some(date(2027, 7, 31)))
        );

        let again = office.import(archive(&zipped(&files))).await;
        assert_eq!(again.counts.unchanged, 4, "{:?}", again.files);
        // Other days are another version, although not a byte of the file has changed.
        let later = files.map(|(name, text)| (name, text.replace("2027-07-31", "2028-07-31")));
        let later = office.import(archive(&zipped(&later))).await;
        assert_eq!(
            later.file("2026/bus.md").outcome,
            Outcome::NewVersion,
            "{:?}",
            later.files
        );
        assert_eq!((later.counts.new_versions, later.counts.unchanged), (1, 3));
    });
}

#[test]
fn a_manifest_that_can_t_be_read_stops_everything_before_the_first_file() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let good = about("A", "1");
        for (files, words) in [
            (
                vec![
                    ("manifest.toml", "[[document]]\nfile = \"a.md\n"),
                    ("a.md", &good),
                ],
                "line 2",
            ),
            (vec![("manifest.csv", "file,expirs\n"), ("a.md", &good)], "expirs"),
            (
                vec![
                    ("manifest.csv", "file\na.md\n"),
                    ("manifest.toml", ""),
                    ("a.md", &good),
                ],
                "leave one of them out",
            ),
        ] {
            let root = office.files(&format!("folder for {words}"), &files);
            let imported = office.import(folder(&root)).await;
            assert_eq!(imported.state, ImportState::Failed);
            let row = office.app.store.import(&imported.id).await.unwrap().unwrap();
            let reason = row.reason.unwrap_or_default();
            assert!(
                reason.contains(words) && reason.contains("Nothing was added"),
                "{reason}"
            );
        }
        assert_eq!(office.held().await, (0, 0));
    });
}

#[test]
fn the_address_in_a_manifest_says_who_looks_after_the_document() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let password = Some("a long enough password".to_owned());
        let roles = Roles::from([Role::SourceOwner]);
        let dana = ensure_person(&office.app, "Dana Lee", "dana@district.example", roles, password)
            .await
            .unwrap();
        // Ben has not set up his account, so nobody would be told of what he looked after.
        let manifest = "file,owner,owner_email\n\
                        bus.md,Transportation,Dana@District.example\n\
                        menu.md,Food,ben@district.example\n";
        let files = [
            ("manifest.csv", manifest.to_owned()),
            ("bus.md", about("Buses", "Eight")),
            ("menu.md", about("Menus", "Nine")),
            ("doors.md", about("Doors", "Ten")),
        ];
        let imported = office.import(archive(&zipped(&files))).await;
        let documents = office.app.store.documents().await.unwrap();
        let looked_after = |path: &str| {
            let id = imported.file(path).document.as_ref().unwrap();
            let document = documents.iter().find(|document| document.id == *id).unwrap();
            document.owner_person.clone()
        };
        assert_eq!(looked_after("bus.md"), Some(dana.id));
        assert_eq!(looked_after("menu.md"), None);
        for (path, said) in [("bus.md", false), ("menu.md", true), ("doors.md", false)] {
            let detail = &imported.file(path).detail;
            assert_eq!(detail.contains("ben@district.example"), said, "{path}: {detail}");
        }
    });
}
