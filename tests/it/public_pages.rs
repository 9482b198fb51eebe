//! From a question to a page that families read, over HTTP; its caching, its withdrawal, and what it never says.

use countersign::accounts::Role;
use serde_json::{Value, json};

use super::site::{Browser, Site};

/// A site with somebody who asks and somebody who reviews and publishes.
struct Newsroom {
    site: Site,
    asker: Browser,
    reviewer: Browser,
}

impl Newsroom {
    async fn open() -> Newsroom {
        let site =
            Site::with("[district]\nname = \"Cedar Falls Schools\"\ncontact = \"ask@cedar.example\"\n").await;
        let asker = site.browser("asker", &[Role::Requester, Role::Reviewer]).await;
        let reviewer = site.browser("reviewer", &[Role::Reviewer, Role::Publisher]).await;
        Newsroom {
            site,
            asker,
            reviewer,
        }
    }

    /// A request that the gate refuses, since it names a child's number: the way to a text without a model.
    async fn refused(&self, body: Value) -> Value {
        let item = self
            .site
            .call(&self.asker, "POST", "/api/v1/items", Some(body))
            .await
            .expect(201)
            .json();
        assert_eq!(item["state"], "refused", "{item}");
        item
    }

    async fn step(&self, browser: &Browser, item: &Value, step: &str, body: Value) -> Value {
        let path = format!("/api/v1/items/{}/{step}", item["id"].as_str().expect("an id"));
        self.site
            .change(browser, &path, &item["version"], body)
            .await
            .expect(200)
            .json()
    }

    async fn written(&self, item: &Value, sentences: &[&str]) -> Value {
        let sentences: Vec<Value> = sentences
            .iter()
            .map(|text| json!({ "text": text, "citations": [] }))
            .collect();
        let body = json!({ "sections": [{ "heading": null, "sentences": sentences }] });
        self.step(&self.asker, item, "write-by-hand", body).await
    }

    async fn approved(&self, item: &Value) -> Value {
        let claimed = self.step(&self.reviewer, item, "claim", json!({})).await;
        let body = json!({ "decision": "approve", "revision_sha256": claimed["revision"]["sha256"] });
        self.step(&self.reviewer, &claimed, "decision", body).await
    }

    async fn published(&self, item: &Value) -> Value {
        let body = json!({ "revision_sha256": item["revision"]["sha256"] });
        self.step(&self.reviewer, item, "publish", body).await
    }
}

const QUESTION: &str = "My daughter's SSN is 123-45-6789. Can she ride the bus?";

#[tokio::test]
async fn an_answer_goes_from_question_to_page_and_back() {
    let room = Newsroom::open().await;
    let nobody = Browser::default();
    let item = room.refused(json!({ "kind": "faq", "question": QUESTION })).await;
    assert!(
        !item.to_string().contains("123-45-6789"),
        "the number is not kept: {item}"
    );
    let item = room
        .written(&item, &["Ride & <b>read</b> the rules.", "Passes are free."])
        .await;
    let item = room.approved(&item).await;
    assert_eq!(item["state"], "approved");
    let item = room.published(&item).await;
    let slug = item["publication"]["slug"].as_str().expect("a slug");
    let path = format!("/faq/{slug}");

    let page = room.site.get(&nobody, &path).await.expect(200);
    let text = page.text();
    assert!(
        text.contains("Ride &amp; &lt;b&gt;read&lt;/b&gt; the rules. Passes are free."),
        "{text}"
    );
    assert!(
        text.contains("Last reviewed") && text.contains("application/ld+json"),
        "{text}"
    );
    assert!(
        !text.contains("asker") && !text.contains("reviewer"),
        "no name of staff is on a public page: {text}"
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(!page.header("content-security-policy").contains("script-src"));
    assert!(page.header("set-cookie").is_empty());
    assert!(page.header("last-modified").ends_with("GMT"));

    let etag = page.header("etag").to_owned();
    let again = room
        .site
        .send(&nobody, "GET", &path, &[("if-none-match", &etag)], None)
        .await
        .expect(304);
    assert!(again.body.is_empty());

    let list = room.site.get(&nobody, "/faq").await.expect(200).text();
    assert!(
        list.contains(&path) && list.contains("For families") && list.contains("Cedar Falls Schools"),
        "{list}"
    );
    let found = room.site.get(&nobody, "/faq?q=passes").await.expect(200).text();
    assert!(found.contains(&path) && found.contains("1 answer"), "{found}");
    let missed = room
        .site
        .get(&nobody, "/faq?q=%3Cscript%3E")
        .await
        .expect(200)
        .text();
    assert!(
        !missed.contains("<script>") && missed.contains("&lt;script&gt;"),
        "{missed}"
    );

    room.step(
        &room.reviewer,
        &item,
        "withdraw",
        json!({ "reason": "It named the wrong office." }),
    )
    .await;
    let gone = room.site.get(&nobody, &path).await.expect(410).text();
    assert!(
        gone.contains("was withdrawn") && !gone.contains("Passes are free"),
        "{gone}"
    );
    assert!(
        !gone.contains("wrong office"),
        "the reason is the staff's: {gone}"
    );
    assert!(!room.site.get(&nobody, "/faq").await.text().contains(&path));
}

impl Newsroom {
    /// The item's only sentence as it stands, under another public question.
    async fn reworded(&self, browser: &Browser, item: &Value, question: &str) -> Value {
        let sentence = &item["revision"]["sections"][0]["sentences"][0]["text"];
        let sections = json!([{ "heading": null, "sentences": [{ "text": sentence, "citations": [] }] }]);
        let body = json!({ "public_question": question, "sections": sections });
        let path = format!("/api/v1/items/{}/revision", item["id"].as_str().expect("an id"));
        let version = format!("\"{}\"", item["version"]);
        self.site
            .send(browser, "PUT", &path, &[("if-match", &version)], Some(body))
            .await
            .expect(200)
            .json()
    }
}

/// What the flags of a text say about its public question.
fn question_flags(item: &Value) -> Vec<&str> {
    let flags = item["revision"]["flags"].as_array().expect("flags").iter();
    flags
        .filter(|flag| flag["kind"] == "personal_data")
        .filter_map(|flag| flag["detail"].as_str())
        .filter(|detail| detail.contains("public question"))
        .collect()
}

fn sha256(item: &Value) -> &Value {
    &item["revision"]["sha256"]
}

#[tokio::test]
async fn the_public_question_is_edited_flagged_approved_and_published_with_the_text() {
    let room = Newsroom::open().await;
    let second = room.site.browser("second", &[Role::Reviewer]).await;
    let item = room.refused(json!({ "kind": "faq", "question": QUESTION })).await;
    let item = room.written(&item, &["Passes are free."]).await;
    assert_eq!(item["revision"]["public_question"], item["question"], "{item}");
    assert_eq!(question_flags(&item).len(), 1, "what was taken out shows: {item}");
    let personal = room
        .reworded(&room.asker, &item, "Can my daughter Maria ride the bus?")
        .await;
    assert!(
        question_flags(&personal)[0].contains("a student's name"),
        "{personal}"
    );

    let plain = room
        .reworded(&room.asker, &personal, "Can a 4th grader\nride the bus? ")
        .await;
    assert_eq!(
        plain["revision"]["public_question"],
        "Can a 4th grader ride the bus?"
    );
    assert_eq!(plain["title"], "Can a 4th grader ride the bus?");
    assert_eq!(plain["question"], item["question"], "the asker's words stay");
    assert!(question_flags(&plain).is_empty(), "{plain}");
    assert_ne!(sha256(&plain), sha256(&item));

    // Other words void the approval; who chose them may not approve them.
    let approved = room.approved(&plain).await;
    assert_eq!(approved["approval"]["revision_sha256"], *sha256(&plain));
    let voided = room
        .reworded(&room.asker, &approved, "Can a 5th grader ride the bus?")
        .await;
    assert_eq!(
        (&voided["state"], &voided["approval"]),
        (&json!("pending_review"), &Value::Null)
    );
    let claimed = room.step(&room.reviewer, &voided, "claim", json!({})).await;
    let question = "Can students of any grade ride the bus?";
    let edited = room.reworded(&room.reviewer, &claimed, question).await;
    let body = json!({ "decision": "approve", "revision_sha256": sha256(&edited) });
    let path = format!("/api/v1/items/{}/decision", item["id"].as_str().expect("an id"));
    let own = room
        .site
        .change(&room.reviewer, &path, &edited["version"], body)
        .await
        .expect(403);
    assert!(own.text().contains("You edited this text"), "{}", own.text());

    let released = room.step(&room.reviewer, &edited, "release", json!({})).await;
    let claimed = room.step(&second, &released, "claim", json!({})).await;
    let body = json!({ "decision": "approve", "revision_sha256": sha256(&claimed) });
    let approved = room.step(&second, &claimed, "decision", body).await;
    let published = room.published(&approved).await;
    assert_eq!(
        published["publication"]["slug"],
        "can-students-of-any-grade-ride-the-bus"
    );
    assert_it_heads_its_page(&room, question).await;
    assert_history_names_edits(&room, &item).await;
}

async fn assert_it_heads_its_page(room: &Newsroom, question: &str) {
    let nobody = Browser::default();
    let page = room
        .site
        .get(&nobody, "/faq/can-students-of-any-grade-ride-the-bus")
        .await
        .expect(200)
        .text();
    assert!(
        page.contains(&format!("<h1>{question}</h1>")) && !page.contains("removed"),
        "{page}"
    );
    let list = room.site.get(&nobody, "/faq").await.expect(200).text();
    assert!(list.contains(&format!(">{question}</a>")), "{list}");
}

async fn assert_history_names_edits(room: &Newsroom, item: &Value) {
    let history = format!("/api/v1/items/{}/history", item["id"].as_str().expect("an id"));
    let history = room.site.get(&room.asker, &history).await.expect(200).json();
    let edits = history["entries"].as_array().expect("entries").iter();
    let named: Vec<&Value> = edits
        .filter(|entry| entry["action"] == "item.edited" || entry["action"] == "item.written_by_hand")
        .map(|entry| &entry["detail"]["public_question_edited"])
        .collect();
    assert_eq!(
        named,
        [
            &json!(false),
            &json!(true),
            &json!(true),
            &json!(true),
            &json!(true)
        ]
    );
    let compared = format!(
        "/api/v1/items/{}/compare?from=1&to=5",
        item["id"].as_str().expect("an id")
    );
    let compared = room.site.get(&room.asker, &compared).await.expect(200).text();
    assert!(compared.contains("students"), "{compared}");
}

#[tokio::test]
async fn a_public_question_that_can_not_head_a_page_is_refused_in_words() {
    let room = Newsroom::open().await;
    let item = room.refused(json!({ "kind": "faq", "question": QUESTION })).await;
    let path = format!(
        "/api/v1/items/{}/write-by-hand",
        item["id"].as_str().expect("an id")
    );
    let long = "x".repeat(301);
    for (question, said) in [("  ", "empty"), (long.as_str(), "301 characters")] {
        let sections =
            json!([{ "heading": null, "sentences": [{ "text": "Passes are free.", "citations": [] }] }]);
        let body = json!({ "public_question": question, "sections": sections });
        let refused = room
            .site
            .change(&room.asker, &path, &item["version"], body)
            .await
            .expect(422);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_newsletter_has_its_page_and_its_two_files() {
    let room = Newsroom::open().await;
    let nobody = Browser::default();
    let asked = json!({ "kind": "newsletter", "template": "family-weekly", "from": "2026-10-05", "to": "2026-10-12",
        "topics": ["student SSN 123-45-6789"], "title": "Family newsletter" });
    let item = room.refused(asked).await;
    let item = room.written(&item, &["No school on October 12."]).await;
    let item = room.published(&room.approved(&item).await).await;
    let path = format!(
        "/newsletters/{}",
        item["publication"]["slug"].as_str().expect("a slug")
    );
    let page = room.site.get(&nobody, &path).await.expect(200);
    assert!(
        page.text().contains("October 5 to October 12, 2026"),
        "{}",
        page.text()
    );
    let file = room.site.get(&nobody, &format!("{path}.html")).await.expect(200);
    assert!(file.text().starts_with("<!doctype html>") && file.text().contains("No school on October 12."));
    assert!(file.header("content-security-policy").starts_with("sandbox"));
    let markdown = room.site.get(&nobody, &format!("{path}.md")).await.expect(200);
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert!(markdown.text().contains("No school on October 12."));
    room.site.get(&nobody, &format!("{path}.exe")).await.expect(404);
    room.site
        .get(&nobody, &path.replace("/newsletters/", "/faq/"))
        .await
        .expect(404);
    assert!(
        room.site
            .get(&nobody, "/newsletters")
            .await
            .expect(200)
            .text()
            .contains(&path)
    );
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for_and_a_stale_page_keeps_what_stands() {
    let room = Newsroom::open().await;
    let item = room.refused(json!({ "kind": "faq", "question": QUESTION })).await;
    let written = room.written(&item, &["Passes are free."]).await;
    let path = format!("/api/v1/items/{}/claim", item["id"].as_str().expect("an id"));
    let stale = room
        .site
        .change(&room.reviewer, &path, &item["version"], json!({}))
        .await
        .expect(409);
    assert_eq!(stale.problem(), "stale");
    assert_eq!(stale.json()["current"]["version"], written["version"]);
    let missing = room
        .site
        .call(&room.reviewer, "POST", &path, None)
        .await
        .expect(428);
    assert_eq!(missing.problem(), "version-missing");

    let claimed = room.step(&room.asker, &written, "claim", json!({})).await;
    let own = claimed["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .find(|action| action["action"] == "approve");
    assert_eq!(own.map(|action| &action["allowed"]), Some(&json!(false)));
    let body = json!({ "decision": "approve", "revision_sha256": claimed["revision"]["sha256"] });
    let decide = format!("/api/v1/items/{}/decision", item["id"].as_str().expect("an id"));
    let refused = room
        .site
        .change(&room.asker, &decide, &claimed["version"], body)
        .await
        .expect(403);
    assert!(
        refused.json()["detail"]
            .as_str()
            .is_some_and(|said| said.contains("someone else")),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn progress_streams_to_its_end_and_resumes() {
    let room = Newsroom::open().await;
    let item = room.refused(json!({ "kind": "faq", "question": QUESTION })).await;
    let id = item["id"].as_str().expect("an id").parse().expect("an item's id");
    let step = |detail: &str| json!({ "event": "progress", "data": { "step": "search", "status": "running", "detail": detail, "seconds": 0.1, "tokens": 0 } });
    let now = jiff::Timestamp::now();
    let events = [
        step("one"),
        step("two"),
        json!({ "event": "end", "data": { "state": "refused" } }),
    ];
    let mut numbers = Vec::new();
    for event in events {
        let number = room.site.app.store.progress_append(&id, &event, now).await;
        numbers.push(number.expect("stored").to_string());
    }
    let path = format!("/api/v1/items/{id}/progress");
    let whole = room.site.get(&room.asker, &path).await.expect(200);
    assert!(whole.header("content-type").starts_with("text/event-stream"));
    let text = whole.text();
    assert!(
        text.contains("\"one\"") && text.contains("\"two\"") && text.contains("event: end"),
        "{text}"
    );
    let resumed = room
        .site
        .send(&room.asker, "GET", &path, &[("last-event-id", &numbers[0])], None)
        .await
        .text();
    assert!(
        !resumed.contains("\"one\"")
            && resumed.contains("\"two\"")
            && resumed.contains(&format!("id: {}", numbers[2])),
        "{resumed}"
    );
    let after = room
        .site
        .send(&room.asker, "GET", &path, &[("last-event-id", &numbers[2])], None)
        .await
        .text();
    assert!(
        after.contains("event: end") && after.contains("refused"),
        "whoever comes late hears the end: {after}"
    );
}

#[tokio::test]
async fn the_site_says_that_it_is_alive_and_what_it_never_does() {
    let site = Site::open().await;
    let nobody = Browser::default();
    site.get(&nobody, "/healthz").await.expect(200);
    site.get(&nobody, "/readyz").await.expect(200);
    assert!(
        site.get(&nobody, "/faq")
            .await
            .expect(200)
            .text()
            .contains("No answers have been published yet")
    );
    let style = site.get(&nobody, "/public.css").await.expect(200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    for path in ["/faq", "/queue", "/api/v1/session"] {
        let answer = site.get(&nobody, path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
    }
}
