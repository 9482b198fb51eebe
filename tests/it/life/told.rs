//! Who is told of a document, and reading it.

use countersign::workflow::set_disabled;
use jiff::civil::date;
use serde_json::json;

use super::district::District;
use crate::engines::for_each_engine;

#[test]
fn an_unchanged_file_with_a_later_end_is_a_new_version_and_ends_the_reminder() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, false).await;
        let (document, version) = district.in_force("4:25", Some(date(2026, 9, 20))).await;
        district.upkeep().await;
        assert_eq!(district.told(&district.marcus).await, ["expires_soon: Late Bus"]);
        // The same once more, with its date or without one, is nothing new.
        for expires in [None, Some(date(2026, 9, 20))] {
            let same = district.added("4:25", Some(&document), expires).await;
            assert_eq!(same, (document.clone(), version.clone()));
        }
        let (_, newer) = district
            .added("4:25", Some(&document), Some(date(2027, 9, 20)))
            .await;
        assert_ne!(newer, version);
        district.approve(&newer).await;
        district.upkeep().await;
        assert_eq!(district.told(&district.marcus).await, [""; 0]);
        district.site.app.store.close().await;
    });
}

#[test]
fn who_is_told_of_a_document_follows_who_looks_after_it() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, false).await;
        let (document, version) = district.added("4:25", None, Some(date(2026, 9, 20))).await;
        district.upkeep().await;
        // Marcus uploaded it and looks after it, so somebody else is asked to approve it.
        assert_eq!(district.told(&district.ines).await, ["to_approve: Late Bus"]);
        assert_eq!(district.told(&district.marcus).await, [""; 0]);
        let leads_to = district.notices(&district.ines).await[0]["leads_to"].clone();
        assert_eq!(leads_to, json!({ "kind": "version", "id": version.to_string() }));
        district.approve(&version).await;
        district.upkeep().await;
        assert_eq!(district.told(&district.ines).await, [""; 0], "it is decided");
        assert_eq!(district.told(&district.marcus).await, ["expires_soon: Late Bus"]);

        // Marcus leaves: without a deputy the administrators hear of it, and that it expires.
        let administrator = district.administrator().await;
        set_disabled(&district.site.app, &administrator, &district.marcus_id, true)
            .await
            .unwrap();
        district.upkeep().await;
        assert_eq!(
            district.told(&district.alex).await,
            ["expires_soon: Late Bus", "owner_left: Late Bus"]
        );
        let path = format!("/api/v1/documents/{document}");
        let row = district.site.get(&district.alex, &path).await.expect(200).json();
        let ines_id = district.site.person("ines", &[]).await.to_string();
        let care = json!({ "audience": "families", "owner_person": row["owner_person"]["id"],
            "deputy_person": ines_id, "topics": [], "review_by": "2026-09-02" });
        let based = format!("\"{}\"", row["version"]);
        district
            .site
            .send(&district.alex, "PUT", &path, &[("if-match", &based)], Some(care))
            .await
            .expect(200);
        district.upkeep().await;
        assert_eq!(
            district.told(&district.alex).await,
            [""; 0],
            "somebody looks after it now"
        );
        assert_eq!(
            district.told(&district.ines).await,
            ["expires_soon: Late Bus", "owner_left: Late Bus"]
        );
        district.days.turn_to(date(2026, 9, 3));
        district.upkeep().await;
        let told = district.told(&district.ines).await;
        assert!(told.contains(&"review_due: Late Bus".to_owned()), "{told:?}");

        // The bell counts what is not read, and reading is one's own.
        let status = district
            .site
            .get(&district.ines, "/api/v1/status")
            .await
            .expect(200)
            .json();
        assert_eq!(status["notices_unread"], 3, "{status}");
        let newest = district.notices(&district.ines).await[0].clone();
        let read = format!("/api/v1/notices/{}/read", newest["id"].as_str().unwrap());
        district
            .site
            .call(&district.alex, "POST", &read, Some(json!({})))
            .await
            .expect(404);
        district
            .site
            .call(&district.ines, "POST", &read, Some(json!({})))
            .await
            .expect(204);
        let until = json!({ "until": newest["told_at"] });
        district
            .site
            .call(&district.ines, "POST", "/api/v1/notices/read", Some(until))
            .await
            .expect(204);
        let status = district
            .site
            .get(&district.ines, "/api/v1/status")
            .await
            .expect(200)
            .json();
        assert_eq!(status["notices_unread"], 0, "{status}");
        district.site.app.store.close().await;
    });
}
