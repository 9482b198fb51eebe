//! Approval of several versions at once: only where nothing but the file differs.

use countersign::corpus::lifecycle::{Standing, VersionState};
use countersign::workflow::{approve_resaved, approve_version, import_view, resaved_versions};

use super::{Office, about, archive, zipped};
use crate::engines::for_each_engine;

#[test]
fn only_versions_that_were_saved_again_are_approved_together() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let files = ["a", "b", "c"].map(|name| (format!("{name}.md"), about(&name.to_uppercase(), "One")));
        let zip = |files: &[(String, String)]| {
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            archive(&zipped(&files))
        };
        let first = office.import(zip(&files)).await;
        for file in &first.files {
            let id = file.version.clone().unwrap();
            approve_version(&office.app, &office.ben, &id, 1, false)
                .await
                .unwrap();
        }
        assert!(
            resaved_versions(&office.app, &office.ben)
                .await
                .unwrap()
                .is_empty()
        );

        // The first two are saved again, by a program that ends lines otherwise; the third says something else.
        let mut saved = files.clone();
        for (_, text) in &mut saved[..2] {
            *text = text.replace('\n', "\r\n");
        }
        saved[2].1 = about("C", "Two");
        let second = office.import(zip(&saved)).await;
        assert_eq!(second.counts.new_versions, 3, "{:?}", second.files);
        let view = import_view(&office.app, &office.ben, &second.id).await.unwrap();
        let resaved: Vec<(&str, bool)> = view
            .files
            .iter()
            .map(|file| (file.file.path.as_str(), file.resaved))
            .collect();
        assert_eq!(resaved, [("a.md", true), ("b.md", true), ("c.md", false)]);

        let mine = resaved_versions(&office.app, &office.ana).await.unwrap();
        assert!(
            mine.iter().all(|found| found.allowed.is_err()),
            "who uploaded them may not approve them"
        );
        let found = resaved_versions(&office.app, &office.ben).await.unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|found| found.allowed.is_ok()));

        let asked: Vec<_> = second
            .files
            .iter()
            .map(|file| (file.version.clone().unwrap(), 1))
            .collect();
        let own = approve_resaved(&office.app, &office.ana, &asked).await.unwrap();
        assert!(own.iter().all(|(_, outcome)| outcome.is_err()), "{own:?}");
        let outcomes = approve_resaved(&office.app, &office.ben, &asked).await.unwrap();
        let approved: Vec<bool> = outcomes.iter().map(|(_, outcome)| outcome.is_ok()).collect();
        assert_eq!(approved, [true, true, false], "{outcomes:?}");
        assert!(
            outcomes[2]
                .1
                .as_ref()
                .is_err_and(|why| why.contains("text differs")),
            "{outcomes:?}"
        );

        only_c_still_waits(&office).await;
        let stale = approve_resaved(&office.app, &office.ben, &asked).await.unwrap();
        assert!(stale.iter().all(|(_, outcome)| outcome.is_err()), "{stale:?}");
        assert!(approve_resaved(&office.app, &office.ben, &[]).await.is_err());
    });
}

async fn only_c_still_waits(office: &Office) {
    let documents = office.app.store.documents().await.unwrap();
    let today = office.app.config.today();
    for document in &documents {
        let [newer, older] = document.versions.as_slice() else {
            panic!("{document:?}")
        };
        if document.title == "C" {
            assert_eq!(
                (newer.state, older.standing(today)),
                (VersionState::Pending, Standing::InForce)
            );
        } else {
            assert_eq!(
                (newer.standing(today), older.standing(today)),
                (Standing::InForce, Standing::Superseded)
            );
        }
    }
}
