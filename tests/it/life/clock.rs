//! A clock that is set back ends nothing a second time and tells nobody anything twice.

use countersign::store::AuditFilter;
use jiff::civil::date;
use serde_json::json;

use super::district::District;
use crate::engines::for_each_engine;

#[test]
fn a_clock_that_is_set_back_expires_and_tells_nothing_twice() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, false).await;
        let last_day = date(2026, 9, 20);
        let (document, version) = district.in_force("4:25", Some(last_day)).await;
        let item = district.approved(&version).await;
        district.upkeep().await;
        assert_eq!(district.told(&district.marcus).await, ["expires_soon: Late Bus"]);
        district.days.turn_to(last_day);
        district.upkeep().await;
        assert_eq!(
            district.notices(&district.marcus).await[0]["times"],
            2,
            "weeks have passed"
        );
        district.days.turn_to(date(2026, 9, 21));
        district.upkeep().await;
        assert_eq!(
            district.told(&district.marcus).await,
            ["expired: Late Bus"],
            "it no longer expires soon"
        );
        assert_eq!(district.item(&item).await["state"], "stale");
        assert_eq!(district.told(&district.dana).await.len(), 1);
        let before = district.site.app.store.audit_length().await.unwrap();
        // Back to before it took effect, to its last day, and to the day after, twice.
        for _ in 0..2 {
            for (day, told) in [
                (date(2026, 8, 1), vec![]),
                (last_day, vec!["expires_soon: Late Bus"]),
                (date(2026, 9, 21), vec!["expired: Late Bus"]),
            ] {
                district.days.turn_to(day);
                assert_eq!(district.upkeep().await, 0, "on {day}");
                let open = district.told(&district.marcus).await;
                // On the first of August the end is further off than a month.
                assert_eq!(open, told, "on {day}");
            }
        }
        assert_eq!(district.site.app.store.audit_length().await.unwrap(), before);
        for notice in district.notices(&district.marcus).await {
            assert_eq!(notice["times"], 1, "{notice}");
        }
        // A week on it is told once more, and not on the day after.
        district.days.turn_to(date(2026, 9, 28));
        assert_eq!(district.upkeep().await, 1);
        district.days.turn_to(date(2026, 9, 29));
        assert_eq!(district.upkeep().await, 0);
        assert_eq!(district.notices(&district.marcus).await[0]["times"], 2);
        // What ends it is a newer version, and another process sees the same.
        let (_, newer) = district.added("4:35", Some(&document), None).await;
        district.approve(&newer).await;
        district.upkeep().await;
        assert_eq!(district.told(&district.marcus).await, [""; 0]);
        let filter = AuditFilter {
            object: item["id"].as_str().unwrap().to_owned(),
            action: "item.source_lost".into(),
            ..AuditFilter::default()
        };
        let lost = district
            .site
            .app
            .store
            .audit_page(&filter, None, 50)
            .await
            .unwrap();
        assert_eq!(lost.len(), 1, "it was lost once");
        district.site.app.store.close().await;
    });
}

#[test]
fn an_approval_outlives_a_clock_set_back_before_its_source_took_effect() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, false).await;
        let (_, version) = district.in_force("4:25", None).await;
        let item = district.approved(&version).await;
        let mut connection = fresh.connection().await;
        sqlx::query("UPDATE versions SET effective = '2026-08-15'")
            .execute(&mut connection)
            .await
            .unwrap();
        district.days.turn_to(date(2026, 8, 1));
        let entries = district.upkeep().await;
        assert_eq!(
            (entries, &district.item(&item).await["state"]),
            (0, &json!("approved"))
        );
        district.site.app.store.close().await;
    });
}
