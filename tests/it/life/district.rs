//! A district on one database: its people in their browsers, its documents, and its days.

use std::sync::{Arc, Mutex};

use countersign::accounts::{Role, Roles};
use countersign::config::Clock;
use countersign::corpus::name_extractor;
use countersign::ids::{DocumentId, ItemId, PersonId, VersionId};
use countersign::workflow::{
    Caller, LastLook, NewDocument, Options, add_document, draft_item, lease_job_of, remind, sync,
    void_lost_sources,
};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::engines::Fresh;
use crate::models::{drafting_model, embedding_files};
use crate::site::{Browser, Site};

const QUESTION: &str = "When does the late bus leave the middle school?";
/// The gate refuses it without a model, which makes an item that a person answers by hand.
const REFUSED: &str = "My daughter's SSN is 123-45-6789. When does the late bus leave?";

/// Days that the test turns.
#[derive(Clone)]
pub struct Days(Arc<Mutex<Date>>);

impl Days {
    fn from(first: Date) -> Days {
        Days(Arc::new(Mutex::new(first)))
    }

    pub fn turn_to(&self, day: Date) {
        *self.0.lock().unwrap() = day;
    }

    fn clock(&self) -> Clock {
        let days = self.clone();
        Clock::of(move || {
            let noon = days.0.lock().unwrap().at(12, 0, 0, 0);
            noon.to_zoned(TimeZone::get("America/Chicago").unwrap())
                .unwrap()
                .timestamp()
        })
    }
}

pub const FIRST_DAY: Date = date(2026, 9, 1);

pub struct District {
    pub site: Site,
    pub days: Days,
    pub has_models: bool,
    /// Asks; reviews and publishes; owns documents; owns documents; administers.
    pub dana: Browser,
    pub sam: Browser,
    pub marcus: Browser,
    pub ines: Browser,
    pub alex: Browser,
    pub marcus_id: PersonId,
}

impl District {
    pub async fn open(fresh: &Fresh, models: bool) -> District {
        name_extractor(env!("CARGO_BIN_EXE_countersign"));
        let has_models = models && drafting_model().is_some() && embedding_files().is_some();
        let days = Days::from(FIRST_DAY);
        let options = Options {
            drafting: has_models,
            search: has_models,
        };
        let settings = format!("[database]\nurl = \"{}\"\n", fresh.url);
        let site = Site::on(&settings, options, days.clock()).await;
        if has_models {
            // Drafts wait for an index that was filled once, as the upkeep of every server does when it starts.
            sync(&site.app).await.unwrap();
        }
        District {
            dana: site.browser("dana", &[Role::Requester]).await,
            sam: site.browser("sam", &[Role::Reviewer, Role::Publisher]).await,
            marcus: site.browser("marcus", &[Role::SourceOwner]).await,
            ines: site.browser("ines", &[Role::SourceOwner]).await,
            alex: site.browser("alex", &[Role::Administrator]).await,
            marcus_id: site.person("marcus", &[]).await,
            site,
            days,
            has_models,
        }
    }

    fn caller(&self, person: &PersonId, role: Role) -> Caller {
        Caller {
            person: person.clone(),
            name: "somebody".into(),
            roles: Roles::from([role]),
            request_id: None,
        }
    }

    pub async fn administrator(&self) -> Caller {
        let id = self.site.person("alex", &[]).await;
        self.caller(&id, Role::Administrator)
    }

    /// A version that Marcus adds; nobody approved it yet.
    pub async fn added(
        &self,
        time: &str,
        of: Option<&DocumentId>,
        expires: Option<Date>,
    ) -> (DocumentId, VersionId) {
        let text = format!(
            "# Late Bus\n\n## Departure\n\nThe late bus leaves the middle school at {time} p.m. on school days.\n"
        );
        let new = NewDocument {
            bytes: text.into_bytes(),
            file_name: format!("late-bus-{}.md", time.replace(':', "-")),
            title: Some("Late Bus".into()),
            owner: Some("Transportation".into()),
            owner_person: Some(self.marcus_id.clone()),
            document: of.cloned(),
            expires,
            ..NewDocument::default()
        };
        let marcus = self.caller(&self.marcus_id, Role::SourceOwner);
        let added = add_document(&self.site.app, &marcus, new).await.unwrap();
        (added.document, added.version)
    }

    pub async fn decide(&self, version: &VersionId, action: &str, body: Value) {
        let path = format!("/api/v1/versions/{version}");
        let row = self.site.get(&self.ines, &path).await.expect(200).json();
        self.site
            .change(&self.ines, &format!("{path}/{action}"), &row["version"], body)
            .await
            .expect(200);
    }

    pub async fn approve(&self, version: &VersionId) {
        self.decide(version, "approve", json!({ "warnings_seen": false }))
            .await;
    }

    pub async fn in_force(&self, time: &str, expires: Option<Date>) -> (DocumentId, VersionId) {
        let (document, version) = self.added(time, None, expires).await;
        self.approve(&version).await;
        if self.has_models {
            sync(&self.site.app).await.unwrap();
        }
        (document, version)
    }

    async fn step(&self, browser: &Browser, item: &Value, step: &str, body: Value) -> Value {
        let path = format!("/api/v1/items/{}/{step}", item["id"].as_str().unwrap());
        self.site
            .change(browser, &path, &item["version"], body)
            .await
            .expect(200)
            .json()
    }

    /// An answer by hand that cites the version's first sentence; it waits for review.
    pub async fn written(&self, version: &VersionId) -> Value {
        let body = json!({ "kind": "faq", "question": REFUSED });
        let item = self
            .site
            .call(&self.dana, "POST", "/api/v1/items", Some(body))
            .await
            .expect(201)
            .json();
        let path = format!("/api/v1/versions/{version}");
        let shown = self.site.get(&self.dana, &path).await.expect(200).json();
        let span = &shown["passages"][0]["sentences"][0];
        let cited = json!({ "version": version, "start": span["start"], "end": span["end"] });
        let sentence = json!({ "text": "The late bus leaves in the afternoon.", "citations": [cited] });
        let body = json!({ "public_question": QUESTION, "sections": [{ "heading": null, "sentences": [sentence] }] });
        self.step(&self.dana, &item, "write-by-hand", body).await
    }

    pub async fn approved(&self, version: &VersionId) -> Value {
        let item = self.written(version).await;
        let claimed = self.step(&self.sam, &item, "claim", json!({})).await;
        let body = json!({ "decision": "approve", "revision_sha256": claimed["revision"]["sha256"] });
        self.step(&self.sam, &claimed, "decision", body).await
    }

    pub async fn published(&self, version: &VersionId) -> Value {
        let item = self.approved(version).await;
        let body = json!({ "revision_sha256": item["revision"]["sha256"] });
        self.step(&self.sam, &item, "publish", body).await
    }

    pub async fn item(&self, item: &Value) -> Value {
        let path = format!("/api/v1/items/{}", item["id"].as_str().unwrap());
        self.site.get(&self.dana, &path).await.expect(200).json()
    }

    /// The versions that a search over HTTP finds.
    pub async fn found(&self) -> Vec<String> {
        let hits = self
            .site
            .get(
                &self.dana,
                "/api/v1/search?q=late%20bus%20middle%20school&limit=50",
            )
            .await
            .expect(200)
            .json();
        let entries = hits["entries"].as_array().unwrap().iter();
        entries
            .map(|hit| hit["version"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What a request over HTTP is drafted to, and the versions that the draft cites.
    pub async fn drafted(&self) -> (Value, Vec<String>) {
        let body = json!({ "kind": "faq", "question": QUESTION });
        let asked = self
            .site
            .call(&self.dana, "POST", "/api/v1/items", Some(body))
            .await
            .expect(201)
            .json();
        let id: ItemId = asked["id"].as_str().unwrap().parse().unwrap();
        let job = lease_job_of(&self.site.app, "a test", &id)
            .await
            .unwrap()
            .unwrap();
        draft_item(&self.site.app, "a test", &job).await.unwrap();
        let item = self.item(&asked).await;
        let sources = item["sources"].as_array().unwrap().iter();
        let cited = sources.map(|source| source["version"].as_str().unwrap().to_owned());
        let cited = cited.collect();
        (item, cited)
    }

    /// What somebody was told and still is so, as "kind: title".
    pub async fn told(&self, browser: &Browser) -> Vec<String> {
        let mut told: Vec<String> = self
            .notices(browser)
            .await
            .iter()
            .map(|notice| {
                format!(
                    "{}: {}",
                    notice["kind"].as_str().unwrap(),
                    notice["title"].as_str().unwrap()
                )
            })
            .collect();
        told.sort();
        told
    }

    pub async fn notices(&self, browser: &Browser) -> Vec<Value> {
        let page = self.site.get(browser, "/api/v1/notices").await.expect(200).json();
        page["entries"].as_array().unwrap().clone()
    }

    /// One round of the upkeep, as `jobs` makes it every few seconds. Gives how many entries of the log it made.
    pub async fn upkeep(&self) -> u64 {
        let before = self.site.app.store.audit_length().await.unwrap();
        void_lost_sources(&self.site.app).await.unwrap();
        remind(&self.site.app, &mut LastLook::default()).await.unwrap();
        self.site.app.store.audit_length().await.unwrap() - before
    }

    pub async fn to_correct(&self) -> Vec<String> {
        let page = self
            .site
            .get(&self.sam, "/api/v1/items?to_correct=true")
            .await
            .expect(200)
            .json();
        let entries = page["entries"].as_array().unwrap().iter();
        entries
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    }
}
