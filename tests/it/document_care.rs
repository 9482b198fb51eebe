//! What a document is called and who looks after it, over HTTP: named, changed, left; and the documents that nobody looks
//! after.

use countersign::accounts::{Role, Roles};
use countersign::corpus::name_extractor;
use countersign::store::AuditFilter;
use countersign::workflow::{Caller, NewDocument, add_document, set_disabled, set_roles};
use serde_json::{Value, json};

use super::site::{Browser, Site};

/// A site with two source owners, an administrator, and a document that the first of them added.
struct Office {
    site: Site,
    marcus: Browser,
    alex: Browser,
    /// The ids of Marcus, Ines and Alex.
    people: [String; 3],
    document: String,
}

impl Office {
    async fn open() -> Office {
        name_extractor(env!("CARGO_BIN_EXE_countersign"));
        let site = Site::open().await;
        let marcus = site.browser("marcus", &[Role::SourceOwner]).await;
        let ines = site.person("ines", &[Role::SourceOwner]).await;
        let alex = site.browser("alex", &[Role::Administrator]).await;
        let marcus_id = site.person("marcus", &[]).await;
        let alex_id = site.person("alex", &[]).await;
        let caller = Caller {
            person: marcus_id.clone(),
            name: "marcus".into(),
            roles: Roles::from([Role::SourceOwner]),
            request_id: None,
        };
        let new = NewDocument {
            bytes: b"# Doors\n\nThe doors open at 7:40 a.m. on school days.\n".to_vec(),
            file_name: "doors.md".into(),
            title: Some("Doors".into()),
            owner: Some("School office".into()),
            owner_person: Some(marcus_id.clone()),
            topics: vec!["Doors, Hours".into()],
            ..NewDocument::default()
        };
        let document = add_document(&site.app, &caller, new).await.unwrap().document;
        Office {
            site,
            marcus,
            alex,
            people: [marcus_id, ines, alex_id].map(|id| id.to_string()),
            document: document.to_string(),
        }
    }

    async fn document(&self) -> Value {
        let path = format!("/api/v1/documents/{}", self.document);
        self.site.get(&self.alex, &path).await.expect(200).json()
    }

    async fn put(&self, browser: &Browser, version: &Value, body: Value) -> super::site::Answer {
        let path = format!("/api/v1/documents/{}", self.document);
        let version = format!("\"{version}\"");
        self.site
            .send(browser, "PUT", &path, &[("if-match", &version)], Some(body))
            .await
    }

    fn administrator(&self) -> Caller {
        Caller {
            person: self.people[2].parse().unwrap(),
            name: "alex".into(),
            roles: Roles::from([Role::Administrator]),
            request_id: None,
        }
    }

    async fn titles(&self, query: &str) -> Vec<String> {
        let page = self
            .site
            .get(&self.marcus, &format!("/api/v1/documents?{query}"))
            .await
            .expect(200)
            .json();
        let entries = page["entries"].as_array().unwrap().iter();
        entries
            .map(|found| found["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn care(owner: Option<&str>, deputy: Option<&str>) -> Value {
    json!({ "audience": "families", "owner_person": owner, "deputy_person": deputy,
            "topics": ["Hours", "doors"], "review_by": null })
}

#[tokio::test]
async fn a_change_is_kept_once_with_what_was_before_it() {
    let office = Office::open().await;
    let before = office.document().await;
    assert_eq!(before["owner_person"]["name"], "marcus", "{before}");
    assert_eq!(before["topics"], json!(["doors", "hours"]), "{before}");
    let [marcus, ines, _] = &office.people;
    let given = care(Some(marcus), Some(ines));
    let after = office
        .put(&office.alex, &before["version"], given.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(after["deputy_person"]["id"], json!(ines), "{after}");
    assert_eq!(after["in_charge"]["id"], json!(marcus), "{after}");
    // Based on what no longer stands: refused, with what stands.
    let stale = office
        .put(&office.marcus, &before["version"], given.clone())
        .await
        .expect(409)
        .json();
    assert_eq!(stale["current"]["version"], after["version"], "{stale}");
    // The same once more changes nothing and is no entry.
    let same = office
        .put(&office.marcus, &after["version"], given)
        .await
        .expect(200)
        .json();
    assert_eq!(same["version"], after["version"], "{same}");
    let filter = AuditFilter {
        object: office.document.clone(),
        ..AuditFilter::default()
    };
    let entries = office.site.app.store.audit_page(&filter, None, 50).await.unwrap();
    let changes: Vec<_> = entries
        .iter()
        .filter(|entry| entry.action == "document.changed")
        .collect();
    let [change] = changes.as_slice() else {
        panic!("not one entry: {changes:?}")
    };
    let detail: Value = serde_json::from_str(&change.detail).unwrap();
    assert_eq!(detail["before"]["deputy_person"], Value::Null);
    assert_eq!(detail["after"]["deputy_person"], json!(ines));
}

#[tokio::test]
async fn another_title_or_office_is_kept_with_what_was_before_it() {
    let office = Office::open().await;
    let before = office.document().await;
    let mut given = care(None, None);
    given["title"] = json!(" Doors and\nhours ");
    given["owner"] = json!("Front office");
    let after = office
        .put(&office.marcus, &before["version"], given)
        .await
        .expect(200)
        .json();
    assert_eq!(after["title"], "Doors and hours", "{after}");
    assert_eq!(after["owner"], "Front office", "{after}");
    assert_eq!(office.titles("").await, ["Doors and hours"]);
    let filter = AuditFilter {
        object: office.document.clone(),
        ..AuditFilter::default()
    };
    let entries = office.site.app.store.audit_page(&filter, None, 50).await.unwrap();
    let change = entries.iter().find(|entry| entry.action == "document.changed");
    let detail: Value = serde_json::from_str(&change.expect("an entry").detail).unwrap();
    assert_eq!(detail["before"]["title"], "Doors");
    assert_eq!(detail["after"]["title"], "Doors and hours");
    assert_eq!(detail["before"]["owner"], "School office");
    // Left out, both stay.
    let same = office
        .put(&office.marcus, &after["version"], care(None, None))
        .await
        .expect(200)
        .json();
    assert_eq!(same["title"], "Doors and hours", "{same}");
}

#[tokio::test]
async fn what_can_not_be_taken_says_which_field_and_why() {
    let office = Office::open().await;
    let version = &office.document().await["version"];
    let [marcus, _, alex] = &office.people;
    let gone = countersign::ids::PersonId::fresh().to_string();
    for (given, field, said) in [
        (care(Some(alex), None), "owner_person", "not a source owner"),
        (
            care(Some(marcus), Some(marcus)),
            "deputy_person",
            "another person",
        ),
        (care(Some(marcus), Some(&gone)), "deputy_person", "no such person"),
    ] {
        let problem = office
            .put(&office.marcus, version, given)
            .await
            .expect(422)
            .json();
        assert_eq!(problem["field"], field, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
    assert_eq!(
        &office.document().await["version"],
        version,
        "nothing was changed"
    );
}

#[tokio::test]
async fn an_owner_who_left_is_stood_in_for_and_without_a_deputy_nobody_is() {
    let office = Office::open().await;
    let [marcus, ines, _] = office.people.clone();
    let version = office.document().await["version"].clone();
    office
        .put(&office.marcus, &version, care(Some(&ines), Some(&marcus)))
        .await
        .expect(200);
    assert_eq!(office.titles("owner=me").await, [""; 0], "Ines looks after it");
    let ines_id = ines.parse().unwrap();
    set_disabled(&office.site.app, &office.administrator(), &ines_id, true)
        .await
        .unwrap();
    let left = office.document().await;
    assert_eq!(
        left["owner_person"],
        json!({ "id": ines, "name": "ines", "acts": false })
    );
    assert_eq!(left["in_charge"]["id"], json!(marcus), "{left}");
    assert_eq!(office.titles("owner=me").await, ["Doors"]);
    // Who left can't be named anew, but what else is said of the document can be changed.
    let mut given = care(Some(&ines), Some(&marcus));
    given["topics"] = json!(["entrances"]);
    let changed = office
        .put(&office.marcus, &left["version"], given)
        .await
        .expect(200)
        .json();
    assert_eq!(changed["topics"], json!(["entrances"]), "{changed}");
    // Marcus is no source owner any more: his sessions end, and nobody is left.
    let marcus_id = marcus.parse().unwrap();
    let roles = Roles::from([Role::Requester]);
    set_roles(&office.site.app, &office.administrator(), &marcus_id, roles)
        .await
        .unwrap();
    assert_eq!(office.document().await["in_charge"], Value::Null);
    let listed = office
        .site
        .get(&office.alex, "/api/v1/documents?owner=nobody")
        .await
        .expect(200)
        .json();
    assert_eq!(listed["total"], 1, "{listed}");
    let choices = office
        .site
        .get(&office.alex, "/api/v1/document-choices")
        .await
        .expect(200)
        .json();
    assert_eq!(choices["people"], json!([]), "{choices}");
    assert_eq!(
        choices["topics"],
        json!([{ "topic": "entrances", "documents": 1 }])
    );
}

/// The version that waits, as a person sees it.
async fn waiting(office: &Office, browser: &Browser) -> Value {
    let id = office.document().await["waiting"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/versions/{id}");
    office.site.get(browser, &path).await.expect(200).json()
}

/// Sends something to a version that is still as it was seen.
async fn send(
    office: &Office,
    browser: &Browser,
    method: &str,
    seen: &Value,
    part: &str,
    body: Value,
) -> super::site::Answer {
    let path = format!("/api/v1/versions/{}/{part}", seen["id"].as_str().unwrap());
    let version = format!("\"{}\"", seen["version"]);
    let headers = [("if-match", version.as_str())];
    office
        .site
        .send(browser, method, &path, &headers, Some(body))
        .await
}

fn year() -> Value {
    json!({ "effective": "2026-08-01", "expires": "2099-07-31" })
}

#[tokio::test]
async fn days_that_can_not_be_and_days_of_another_persons_version_are_refused() {
    let office = Office::open().await;
    let ines = office.site.sign_in("ines").await;
    let seen = waiting(&office, &office.marcus).await;
    let may = |version: &Value| {
        let actions = version["actions"].as_array().unwrap().iter();
        let mut named = actions.filter(|one| one["action"] == "set_days");
        named.next().unwrap()["allowed"].clone()
    };
    assert_eq!(may(&seen), true, "{seen}");
    assert_eq!(may(&waiting(&office, &ines).await), false);
    let backwards = json!({ "effective": "2026-08-01", "expires": "2026-07-31" });
    for (browser, days, said) in [
        (&ines, year(), "whoever uploaded"),
        (&office.marcus, backwards, "expire before"),
    ] {
        let refused = send(&office, browser, "PUT", &seen, "days", days)
            .await
            .expect(409)
            .json();
        assert!(refused["detail"].as_str().unwrap().contains(said), "{refused}");
    }
    let no_day = json!({ "effective": "the first of May", "expires": null });
    send(&office, &office.marcus, "PUT", &seen, "days", no_day)
        .await
        .expect(422);
    assert_eq!(waiting(&office, &office.marcus).await["version"], seen["version"]);
}

#[tokio::test]
async fn days_are_corrected_until_somebody_decides_and_the_log_has_both() {
    let office = Office::open().await;
    let ines = office.site.sign_in("ines").await;
    let seen = waiting(&office, &office.marcus).await;
    let after = send(&office, &office.marcus, "PUT", &seen, "days", year())
        .await
        .expect(200)
        .json();
    assert_eq!(after["expires"], "2099-07-31", "{after}");
    send(&office, &office.marcus, "PUT", &seen, "days", year())
        .await
        .expect(409);
    // The approver decides on the days as they stand now; what they saw before no longer holds.
    let approval = json!({ "warnings_seen": false });
    send(&office, &ines, "POST", &seen, "approve", approval.clone())
        .await
        .expect(409);
    let approved = send(&office, &ines, "POST", &after, "approve", approval)
        .await
        .expect(200)
        .json();
    assert_eq!(approved["standing"], "in_force", "{approved}");
    send(&office, &office.marcus, "PUT", &approved, "days", year())
        .await
        .expect(409);
    let filter = AuditFilter {
        object: seen["id"].as_str().unwrap().to_owned(),
        ..AuditFilter::default()
    };
    let entries = office.site.app.store.audit_page(&filter, None, 50).await.unwrap();
    let mut changes = entries
        .iter()
        .filter(|entry| entry.action == "version.days_changed");
    let detail: Value = serde_json::from_str(&changes.next().unwrap().detail).unwrap();
    assert_eq!(detail["before"]["expires"], Value::Null);
    assert_eq!(detail["after"]["expires"], "2099-07-31");
    assert!(changes.next().is_none());
}
