//! A source that is revoked, superseded or expired: out of search and drafts at once, and what rested on it taken back.

use std::time::{Duration, Instant};

use countersign::ids::VersionId;
use jiff::civil::date;
use serde_json::{Value, json};

use super::district::{District, FIRST_DAY};
use crate::engines::for_each_engine;

/// The change must be seen everywhere within this time; no upkeep runs in these tests, so it is seen without.
const WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Loss {
    Revoked,
    Superseded,
    Expired,
}

impl Loss {
    fn word(self) -> &'static str {
        match self {
            Loss::Revoked => "revoked",
            Loss::Superseded => "superseded",
            Loss::Expired => "expired",
        }
    }
}

/// What rests on a version: public, approved, and waiting for review.
struct Resting {
    version: VersionId,
    published: Value,
    approved: Value,
    open: Value,
}

fn id(item: &Value) -> &str {
    item["id"].as_str().unwrap()
}

/// A source on which three texts rest is lost.
async fn lose(district: &District, loss: Loss) -> Resting {
    district.days.turn_to(FIRST_DAY);
    let (document, version) = district.in_force("4:25", Some(date(2026, 12, 18))).await;
    let resting = Resting {
        published: district.published(&version).await,
        approved: district.approved(&version).await,
        open: district.written(&version).await,
        version,
    };
    let newer = match loss {
        Loss::Superseded => Some(district.added("4:35", Some(&document), None).await.1),
        _ => None,
    };
    if district.has_models {
        let seen = district.found().await;
        assert!(seen.contains(&resting.version.to_string()), "{loss:?}: {seen:?}");
    }
    match loss {
        Loss::Revoked => {
            let reason = json!({ "reason": "The times changed." });
            district.decide(&resting.version, "revoke", reason).await;
        }
        Loss::Superseded => district.approve(newer.as_ref().unwrap()).await,
        Loss::Expired => district.days.turn_to(date(2026, 12, 19)),
    }
    resting
}

/// Search and draft ask the database what is in force, so that no upkeep has to run for them.
async fn is_out_of_search_and_drafts(district: &District, loss: Loss, version: &VersionId) {
    let changed = Instant::now();
    let old = version.to_string();
    let seen = district.found().await;
    assert!(!seen.contains(&old), "{loss:?}: the search still sees it");
    assert!(changed.elapsed() < WITHIN, "{loss:?}: {:?}", changed.elapsed());
    let (item, cited) = district.drafted().await;
    assert!(!cited.contains(&old), "{loss:?}: the draft still sees it: {item}");
    assert!(!item["revision"].to_string().contains("4:25"), "{loss:?}: {item}");
}

async fn is_taken_back(district: &District, loss: Loss, resting: &Resting) {
    let Resting {
        published,
        approved,
        open,
        ..
    } = resting;
    for (item, state) in [
        (published, "stale"),
        (approved, "stale"),
        (open, "changes_requested"),
    ] {
        let now = district.item(item).await;
        assert_eq!(
            (&now["state"], &now["approval"]),
            (&json!(state), &Value::Null),
            "{loss:?}: {now}"
        );
        let reason = now["stale_reason"].as_str().unwrap_or_default();
        assert!(
            reason.contains(loss.word()) && reason.contains("Late Bus"),
            "{loss:?}: {reason}"
        );
    }
    let listed = district.to_correct().await;
    assert!(
        listed.iter().any(|item| item == id(published)),
        "{loss:?}: {listed:?}"
    );
}

async fn people_are_told(district: &District, loss: Loss, resting: &Resting) {
    let has = |notices: &[Value], kind: &str, item: &Value| {
        notices
            .iter()
            .any(|notice| notice["kind"] == kind && notice["leads_to"]["id"] == item["id"])
    };
    let dana = district.notices(&district.dana).await;
    let sam = district.notices(&district.sam).await;
    assert!(has(&dana, "to_correct", &resting.published), "{loss:?}: {dana:?}");
    assert!(has(&sam, "to_correct", &resting.published), "{loss:?}: {sam:?}");
    assert!(
        has(&dana, "approval_lost", &resting.approved),
        "{loss:?}: {dana:?}"
    );
    assert!(has(&dana, "sent_back", &resting.open), "{loss:?}: {dana:?}");
    assert!(
        !has(&sam, "approval_lost", &resting.approved),
        "{loss:?}: not his draft"
    );
}

/// The version's page says what rested on it, sentence by sentence.
async fn is_listed_by_sentence(district: &District, loss: Loss, resting: &Resting) {
    let path = format!("/api/v1/versions/{}", resting.version);
    let shown = district
        .site
        .get(&district.marcus, &path)
        .await
        .expect(200)
        .json();
    assert_eq!(shown["standing"], loss.word(), "{loss:?}");
    let mut texts = shown["used_by"].as_array().unwrap().iter();
    let text = texts
        .find(|text| text["item"] == resting.published["id"])
        .expect("the publication is listed");
    assert_eq!(text["to_correct"], json!(true), "{text}");
    let sentence = &text["sentences"][0];
    assert_eq!(
        sentence["text"], "The late bus leaves in the afternoon.",
        "{text}"
    );
    let quote = sentence["cites"][0]["quote"].as_str().unwrap();
    assert!(quote.contains("4:25"), "{text}");
}

#[test]
fn a_lost_source_is_out_of_search_and_drafts_at_once_and_what_rested_on_it_is_taken_back() {
    for_each_engine(|fresh| async move {
        let district = District::open(&fresh, true).await;
        if district.has_models {
            district.site.app.models.drafting_ready().await.unwrap();
            let (_, version) = district.in_force("4:15", None).await;
            let (item, cited) = district.drafted().await;
            assert!(
                cited.contains(&version.to_string()),
                "it is drafted from while in force: {item}"
            );
            let reason = json!({ "reason": "Only to be seen." });
            district.decide(&version, "revoke", reason).await;
        }
        for loss in [Loss::Revoked, Loss::Superseded, Loss::Expired] {
            let resting = lose(&district, loss).await;
            if district.has_models {
                is_out_of_search_and_drafts(&district, loss, &resting.version).await;
            }
            if loss == Loss::Expired {
                // What follows the calendar is done by the upkeep, every three seconds.
                district.upkeep().await;
            }
            is_taken_back(&district, loss, &resting).await;
            people_are_told(&district, loss, &resting).await;
            is_listed_by_sentence(&district, loss, &resting).await;
            district.upkeep().await;
            assert_eq!(district.upkeep().await, 0, "{loss:?}: the upkeep comes to rest");
        }
        let verified = district.site.app.store.audit_verify().await.unwrap();
        assert!(verified.first_bad.is_none(), "{verified:?}");
        district.site.app.store.close().await;
    });
}
