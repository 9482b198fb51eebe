//! The watched folder, round by round.

use countersign::corpus::lifecycle::Standing;
use countersign::store::Outcome;
use countersign::workflow::{App, WatchView, approve_version, forget_vanished, watch_round, watch_view};

use super::{Office, about};
use crate::engines::{Fresh, for_each_engine};

const SETTINGS: &str = "watch = \"FOLDER/share\"\nwatch_as = \"ana@district.example\"\nwatch_owner = \"Front office\"\nwatch_seconds = 1";

async fn watching(fresh: &Fresh) -> Office {
    let office = Office::with(fresh, SETTINGS).await;
    office.files(
        "share",
        &[
            ("buses.md", &about("Buses", "Seven")),
            ("meals/lunch.md", &about("Lunch", "Noon")),
        ],
    );
    office
}

/// A round, as soon as one is due.
async fn next_round(app: &App) {
    for _ in 0..100 {
        if watch_round(app).await.unwrap() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no round came due");
}

async fn said(office: &Office) -> WatchView {
    watch_view(&office.app, &office.ben).await.unwrap().unwrap()
}

fn names(view: &WatchView) -> Vec<&str> {
    view.files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn what_is_new_or_changed_becomes_a_pending_version_once_it_has_come_to_rest() {
    for_each_engine(|fresh| async move {
        let office = watching(&fresh).await;
        next_round(&office.app).await;
        assert_eq!(office.held().await, (0, 0), "a file may still be being written");
        assert!(!watch_round(&office.app).await.unwrap(), "no round is due yet");
        next_round(&office.app).await;
        assert_eq!(office.held().await, (2, 2));
        let documents = office.app.store.documents().await.unwrap();
        assert!(documents.iter().all(|document| document.owner == "Front office"));
        assert!(
            documents
                .iter()
                .all(|document| document.versions[0].uploaded_by == office.ana.person)
        );
        let imports = office.app.store.imports(10).await.unwrap();
        assert_eq!(imports.len(), 1);

        next_round(&office.app).await;
        assert_eq!(
            office.app.store.imports(10).await.unwrap().len(),
            1,
            "an unchanged folder is no import"
        );
        office.files("share", &[("buses.md", &about("Buses", "Eight or so"))]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        assert_eq!(office.held().await, (2, 3));
        let changed = office.app.store.imports(1).await.unwrap();
        let files = office.app.store.import_files(&changed[0].0.id).await.unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].outcome, Outcome::NewVersion);
    });
}

#[test]
fn what_is_gone_is_said_once_and_nothing_is_revoked() {
    for_each_engine(|fresh| async move {
        let office = watching(&fresh).await;
        next_round(&office.app).await;
        next_round(&office.app).await;
        let documents = office.app.store.documents().await.unwrap();
        for document in &documents {
            let id = &document.versions[0].id;
            approve_version(&office.app, &office.ben, id, 1, false)
                .await
                .unwrap();
        }
        std::fs::remove_file(office.path("share/buses.md")).unwrap();
        next_round(&office.app).await;
        let view = said(&office).await;
        assert_eq!(names(&view), ["buses.md"]);
        let since = view.files[0].since;
        assert!(
            view.files[0]
                .document
                .as_ref()
                .is_some_and(|id| view.titles[id] == "Buses")
        );
        next_round(&office.app).await;
        assert_eq!(said(&office).await.files[0].since, since, "it was said once");

        // All of it goes: one notice, and no file is said to be gone beyond those that were.
        std::fs::remove_dir_all(office.path("share")).unwrap();
        std::fs::create_dir(office.path("share")).unwrap();
        next_round(&office.app).await;
        let view = said(&office).await;
        assert!(view.is_emptied());
        assert_eq!(names(&view), ["buses.md"]);
        let today = office.app.config.today();
        let documents = office.app.store.documents().await.unwrap();
        assert!(
            documents
                .iter()
                .all(|document| document.versions[0].standing(today) == Standing::InForce)
        );

        std::fs::remove_dir(office.path("share")).unwrap();
        next_round(&office.app).await;
        let (words, _) = said(&office).await.folder.notice.unwrap();
        assert!(
            words.contains("share") && words.contains("Nothing was revoked"),
            "{words}"
        );

        // It comes back as it was: nothing to say, and nothing new.
        office.files("share", &[("meals/lunch.md", &about("Lunch", "Noon"))]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        let view = said(&office).await;
        assert_eq!(
            (view.folder.notice.is_none(), names(&view)),
            (true, vec!["buses.md"])
        );
        assert_eq!(office.held().await, (2, 2));
        forget_vanished(&office.app, &office.ben).await.unwrap();
        assert!(said(&office).await.files.is_empty());
        next_round(&office.app).await;
        assert!(said(&office).await.files.is_empty());
    });
}

#[test]
fn what_can_t_be_added_is_named_once_and_tried_again_only_when_it_has_changed() {
    for_each_engine(|fresh| async move {
        let office = watching(&fresh).await;
        std::fs::write(office.path("outside.md"), about("Outside", "Secret")).unwrap();
        std::os::unix::fs::symlink(office.path("outside.md"), office.path("share/link.md")).unwrap();
        let huge = std::fs::File::create(office.path("share/huge.pdf")).unwrap();
        huge.set_len(300 << 20).unwrap();
        std::fs::write(office.path("share/empty.md"), "").unwrap();
        next_round(&office.app).await;
        next_round(&office.app).await;
        let view = said(&office).await;
        assert_eq!(names(&view), ["empty.md", "huge.pdf", "link.md"]);
        for (file, word) in view.files.iter().zip(["empty", "314572800", "link"]) {
            let detail = file.detail.as_deref().unwrap_or_default();
            assert!(detail.contains(word), "{}: {detail}", file.path);
        }
        next_round(&office.app).await;
        assert_eq!(
            office.app.store.imports(10).await.unwrap().len(),
            1,
            "it is not tried again"
        );
        office.files("share", &[("empty.md", &about("Not empty", "Something"))]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        assert_eq!(names(&said(&office).await), ["huge.pdf", "link.md"]);
        assert_eq!(office.held().await, (3, 3));
    });
}

#[test]
fn a_manifest_that_can_t_be_read_is_said_once_and_its_files_wait_for_it() {
    for_each_engine(|fresh| async move {
        let office = watching(&fresh).await;
        office.files("share", &[("manifest.csv", "file,titel\nbuses.md,Bus times\n")]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        let view = said(&office).await;
        assert_eq!(names(&view), ["buses.md", "manifest.csv", "meals/lunch.md"]);
        let why = view.files[0].detail.as_deref().unwrap_or_default();
        assert!(why.contains("titel"), "{why}");
        next_round(&office.app).await;
        assert_eq!(office.app.store.imports(10).await.unwrap().len(), 1);
        office.files("share", &[("manifest.csv", "file,title\nbuses.md,Bus times\n")]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        assert!(said(&office).await.files.is_empty());
        let documents = office.app.store.documents().await.unwrap();
        let titles: Vec<&str> = documents.iter().map(|document| document.title.as_str()).collect();
        assert_eq!(titles, ["Bus times", "Lunch"]);
    });
}

#[test]
fn an_account_that_may_not_upload_is_said_and_nothing_is_added() {
    for_each_engine(|fresh| async move {
        let office = Office::with(&fresh, &SETTINGS.replace("ana@", "gone@")).await;
        office.files("share", &[("buses.md", &about("Buses", "Seven"))]);
        next_round(&office.app).await;
        next_round(&office.app).await;
        let (words, _) = said(&office).await.folder.notice.unwrap();
        assert!(words.contains("gone@district.example"), "{words}");
        assert_eq!(office.held().await, (0, 0));
    });
}
