//! The steps from a question to a published answer, as people take them, and the path that needs no model.

use serde_json::{Value, json};

use super::client::Client;
use super::home::{DANA, INES, JOAN, MARCUS, PRIYA, ROSA, SAM};
use super::server::Server;

/// The gate refuses it without a model, which makes an item that a person answers by hand.
const IN_SPANISH: &str =
    "¿A qué hora abre la escuela por la mañana para los estudiantes que llegan temprano?";

/// A sentence of a source in force, to cite.
pub struct Source {
    pub version: String,
    start: u64,
    end: u64,
}

impl Source {
    /// The source's first sentence that says `word`.
    pub async fn of(client: &Client, version: &str, word: &str) -> Source {
        let shown = client.get(&format!("/versions/{version}")).await.ok();
        let text = shown["text"].as_str().expect("a version has a text");
        let passages = shown["passages"].as_array().expect("a version has passages");
        let sentences = passages
            .iter()
            .flat_map(|passage| passage["sentences"].as_array().expect("sentences"));
        for sentence in sentences {
            let (start, end) = (offset(sentence, "start"), offset(sentence, "end"));
            if text[start as usize..end as usize].contains(word) {
                return Source {
                    version: version.to_owned(),
                    start,
                    end,
                };
            }
        }
        panic!("no sentence of the source says {word:?}: {text}");
    }

    /// The place that a citation names.
    pub fn in_citation(citation: &Value) -> Source {
        let version = citation["version"].as_str().expect("a version").to_owned();
        let (start, end) = (offset(citation, "start"), offset(citation, "end"));
        Source { version, start, end }
    }

    fn cited(&self) -> Value {
        json!({ "version": self.version, "start": self.start, "end": self.end })
    }
}

fn offset(span: &Value, key: &str) -> u64 {
    span[key].as_u64().expect("a byte offset")
}

/// A document that Marcus adds and Ines approves, with one sentence to cite.
pub async fn source_in_force(server: &Server, title: &str) -> Source {
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let text = format!("# {title}\n\nThe doors of every school open at 7:40 a.m. on school days.\n");
    let document = marcus.upload(title, "doors.md", text.as_bytes()).await.ok();
    let version = &document["versions"][0];
    let id = version["id"].as_str().expect("a version").to_owned();
    let body = json!({ "warnings_seen": false });
    decide_version(&ines, &id, "approve", Some(body)).await.ok();
    Source::of(&ines, &id, "7:40").await
}

/// Approves, rejects or revokes a version as it stands now.
pub async fn decide_version(
    client: &Client,
    id: &str,
    action: &str,
    body: Option<Value>,
) -> super::client::Answer {
    let version = client.get(&format!("/versions/{id}")).await.ok();
    client
        .change(
            reqwest::Method::POST,
            &format!("/versions/{id}/{action}"),
            &version,
            body,
        )
        .await
}

pub async fn ask(client: &Client, question: &str) -> Value {
    let answer = client
        .post("/items", Some(json!({ "kind": "faq", "question": question })))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// One section with one cited sentence, as the editor sends it.
pub fn text_citing(text: &str, source: &Source) -> Value {
    json!([{ "heading": null, "sentences": [{ "text": text, "citations": [source.cited()] }] }])
}

/// What a person words the question as, whatever was asked.
const PUBLIC_QUESTION: &str = "When do the doors of the schools open?";

/// The item's text as the editor would send it back, its last sentence and its public question replaced.
pub fn edited(item: &Value, last: &str) -> Value {
    let mut sections = item["revision"]["sections"]
        .as_array()
        .expect("the item has a text")
        .clone();
    for section in &mut sections {
        let sentences = section["sentences"].as_array().expect("sentences").clone();
        let kept = |sentence: &Value| {
            let citations = sentence["citations"].as_array().expect("citations").iter();
            let citations: Vec<Value> = citations
                .map(|cited| json!({ "version": cited["version"], "start": cited["start"], "end": cited["end"] }))
                .collect();
            json!({ "text": sentence["text"], "citations": citations })
        };
        *section = json!({ "heading": section["heading"], "sentences": sentences.iter().map(kept).collect::<Vec<_>>() });
    }
    let sentences = sections.last_mut().expect("a section")["sentences"]
        .as_array_mut()
        .expect("sentences");
    sentences.last_mut().expect("a sentence")["text"] = json!(last);
    json!({ "public_question": PUBLIC_QUESTION, "sections": sections, "note": "wording" })
}

/// A refused question that Dana answered by hand: an item that waits for review and needed no model.
pub async fn pending_item(server: &Server, source: &Source) -> Value {
    let dana = server.client(&DANA).await;
    let item = ask(&dana, IN_SPANISH).await;
    assert_eq!(item["state"], "refused", "{item}");
    let sections = text_citing("The doors open at 7:40 a.m. on school days.", source);
    let item = dana
        .act(&item, "write-by-hand", Some(json!({ "sections": sections })))
        .await
        .ok();
    assert_eq!(item["state"], "pending_review", "{item}");
    item
}

pub fn approval(item: &Value) -> Option<Value> {
    Some(json!({ "decision": "approve", "revision_sha256": item["revision"]["sha256"] }))
}

/// Claims an item and approves it as it stands.
pub async fn approve(client: &Client, item: &Value) -> Value {
    let item = client.act(item, "claim", None).await.ok();
    let item = client.act(&item, "decision", approval(&item)).await.ok();
    assert_eq!(item["state"], "approved", "{item}");
    item
}

/// From an item that waits for review to its page: Rosa edits and so may not approve, Sam approves, Priya publishes.
pub async fn review_and_publish(server: &Server, item: Value) -> Value {
    let (dana, rosa) = (server.client(&DANA).await, server.client(&ROSA).await);
    let (sam, priya) = (server.client(&SAM).await, server.client(&PRIYA).await);
    dana.act(&item, "decision", approval(&item))
        .await
        .says(403, &["reviewer"]);

    let claimed = rosa.act(&item, "claim", None).await.ok();
    assert_eq!(claimed["held_by"]["person"]["name"], ROSA.name, "{claimed}");
    let opened = json!({ "version": claimed["sources"][0]["version"], "seconds": 5 });
    let id = item["id"].as_str().expect("an id");
    rosa.post(&format!("/items/{id}/source-opened"), Some(opened))
        .await
        .ok();
    let wording = "Every school opens its doors at 7:40 a.m. on school days.";
    let revised = rosa
        .act(&claimed, "revision", Some(edited(&claimed, wording)))
        .await
        .ok();
    rosa.act(&revised, "decision", approval(&revised))
        .await
        .says(403, &["you edited", "someone else"]);
    // The same save once more is based on a text that no longer stands.
    let again = rosa
        .act(&claimed, "revision", Some(edited(&claimed, wording)))
        .await
        .problem(409);
    assert_eq!(again["current"]["version"], revised["version"], "{again}");
    let released = rosa.act(&revised, "release", None).await.ok();

    let approved = approve(&sam, &released).await;
    let sha256 = json!({ "revision_sha256": approved["revision"]["sha256"] });
    let published = priya.act(&approved, "publish", Some(sha256.clone())).await.ok();
    assert_eq!(published["state"], "published", "{published}");
    priya.act(&approved, "publish", Some(sha256)).await.problem(409);
    let slug = published["publication"]["slug"].as_str().expect("a slug");
    let page = Client::anonymous(&server.url)
        .raw(
            reqwest::Method::GET,
            &format!("!/faq/{slug}"),
            Default::default(),
            "",
            "",
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(
        page.text.contains(&format!("<h1>{PUBLIC_QUESTION}</h1>")),
        "the public question does not head the page: {}",
        page.text
    );
    assert!(
        page.text.contains(wording),
        "the page does not show the approved text: {}",
        page.text
    );
    published
}

/// Verifies the log over the API, as the auditor.
pub async fn log_verifies(server: &Server) {
    let joan = server.client(&JOAN).await;
    let verified = joan.post("/audit/verify", None).await.ok();
    assert_eq!(verified["ok"], true, "{verified}");
    assert!(
        verified["entries"].as_u64().is_some_and(|entries| entries > 0),
        "{verified}"
    );
}

/// Everything of the two-person path that needs no model, on whatever database the server has.
pub async fn by_hand(server: &Server) {
    let source = source_in_force(server, "Doors and Hours").await;
    let item = pending_item(server, &source).await;
    review_and_publish(server, item).await;
    log_verifies(server).await;
}

/// Revoking a source takes back what rests on it.
pub async fn revoke(server: &Server) {
    let source = source_in_force(server, "Doors to Be Revoked").await;
    let item = pending_item(server, &source).await;
    let approved = approve(&server.client(&SAM).await, &item).await;
    let ines = server.client(&INES).await;
    let reason = Some(json!({ "reason": "The times changed." }));
    decide_version(&ines, &source.version, "revoke", reason)
        .await
        .ok();
    let stale = ines.item(approved["id"].as_str().expect("an id")).await;
    assert_eq!(stale["state"], "stale", "{stale}");
    assert!(stale["approval"].is_null(), "the approval still stands: {stale}");
    let said = stale["stale_reason"].as_str().unwrap_or_default();
    assert!(said.contains("revoked"), "{said:?} does not say why");
}
