//! A document in force that is given another title or office.

use countersign::workflow::{SyncReport, sync};
use serde_json::json;

use super::district::District;
use crate::engines::for_each_engine;

#[test]
fn a_document_is_found_and_cited_under_its_new_title_from_then_on() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, true).await;
        if !district.has_models {
            return district.site.app.store.close().await;
        }
        district.site.app.models.drafting_ready().await.unwrap();
        let (document, version) = district.in_force("4:25", None).await;
        let (before, _) = district.drafted().await;
        assert_eq!(before["sources"][0]["title"], "Late Bus", "{before}");

        let path = format!("/api/v1/documents/{document}");
        let row = district.site.get(&district.ines, &path).await.expect(200).json();
        let renamed = json!({ "title": "Activity Bus", "owner": "Bus office", "audience": "families", "owner_person": null,
            "deputy_person": null, "topics": [], "review_by": null });
        let tag = format!("\"{}\"", row["version"]);
        district
            .site
            .send(&district.ines, "PUT", &path, &[("if-match", &tag)], Some(renamed))
            .await
            .expect(200);
        assert_eq!(district.found().await, [version.to_string()], "it stays in force");
        let once = sync(&district.site.app).await.unwrap();
        assert_eq!(once, SyncReport { added: 1, removed: 0 });
        let again = sync(&district.site.app).await.unwrap();
        assert_eq!(again, SyncReport::default(), "the index is on it");

        let search = "/api/v1/search?q=activity%20bus";
        let hits = district.site.get(&district.dana, search).await.expect(200).json();
        assert_eq!(hits["entries"][0]["title"], "Activity Bus", "{hits}");
        assert_eq!(hits["entries"][0]["owner"], "Bus office", "{hits}");
        let (after, _) = district.drafted().await;
        let citation = &after["revision"]["sections"][0]["sentences"][0]["citations"][0];
        assert_eq!(citation["title"], "Activity Bus", "{after}");
        let kept = district.item(&before).await;
        let citation = &kept["revision"]["sections"][0]["sentences"][0]["citations"][0];
        assert_eq!(citation["title"], "Late Bus", "what was drafted stays: {kept}");
        district.site.app.store.close().await;
    });
}
