//! A source is replaced while texts rest on it: what each cited sentence became, and the way onto the new version.

use serde_json::{Value, json};

use super::client::Client;
use super::home::{DANA, INES, MARCUS};
use super::path::{Source, decide_version, pending_item, review_and_publish};
use super::server::{Server, plain_server};

/// A version that Marcus uploads, of a new document or of one there is, and Ines approves.
async fn in_force(server: &Server, field: (&str, &str), text: &str) -> (String, String) {
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let document = marcus
        .upload_with(&[field], "source.md", text.as_bytes())
        .await
        .ok();
    let text_of = |value: &Value| value.as_str().expect("an id").to_owned();
    let (document, version) = (text_of(&document["id"]), text_of(&document["versions"][0]["id"]));
    let unseen = json!({ "warnings_seen": false });
    decide_version(&ines, &version, "approve", Some(unseen))
        .await
        .ok();
    (document, version)
}

fn hours(opens: &str) -> String {
    format!("# Opening Hours\n\n## Doors\n\nThe doors of every school open at {opens} a.m. on school days.\n")
}

async fn again(client: &Client, item: &Value) -> Value {
    client.item(item["id"].as_str().expect("an id")).await
}

#[tokio::test]
async fn a_published_text_is_carried_onto_the_version_that_replaced_its_source() {
    let server = plain_server().await;
    let dana = server.client(&DANA).await;
    let (document, first) = in_force(server, ("title", "Opening Hours, Replaced"), &hours("7:40")).await;
    let source = Source::of(&dana, &first, "7:40").await;
    let published = review_and_publish(server, pending_item(server, &source).await).await;
    assert_eq!(published["source_changes"], json!([]), "{published}");

    let (_, second) = in_force(server, ("document", &document), &hours("7:45")).await;
    let stale = again(&dana, &published).await;
    assert_eq!(
        (&stale["state"], &stale["approval"]),
        (&json!("stale"), &Value::Null),
        "{stale}"
    );
    let change = &stale["source_changes"][0];
    assert_eq!(
        (&change["version"], &change["number"]),
        (&json!(first), &json!(1)),
        "{change}"
    );
    assert_eq!(
        (&change["newer"]["version"], &change["newer"]["number"]),
        (&json!(second), &json!(2)),
        "{change}"
    );
    let cited = &change["sentences"][0];
    assert_eq!(cited["fate"], "changed", "{cited}");
    let words = |kind: &str| -> Vec<String> {
        let changes = cited["changes"].as_array().expect("changes").iter();
        let of_kind = changes.filter(|change| change["kind"] == kind);
        of_kind
            .map(|change| change["text"].as_str().expect("text").trim().to_owned())
            .collect()
    };
    assert_eq!(
        (words("delete"), words("insert")),
        (vec!["7:40".to_owned()], vec!["7:45".to_owned()]),
        "{cited}"
    );

    let moved = dana.act(&stale, "newer-sources", None).await.ok();
    assert_eq!(
        (&moved["state"], &moved["source_changes"]),
        (&json!("changes_requested"), &json!([])),
        "{moved}"
    );
    let sentence = &moved["revision"]["sections"][0]["sentences"][0];
    assert_eq!(sentence["citations"][0]["version"], json!(second), "{sentence}");
    assert_ne!(
        sentence["support"], "supported",
        "the figure is no longer what the source says: {sentence}"
    );
    // The same request again, as a second press sends it, and one of somebody whose role it is not.
    dana.act(&stale, "newer-sources", None).await.problem(409);
    let marcus = server.client(&MARCUS).await;
    marcus.act(&moved, "newer-sources", None).await.problem(403);
    // Moved once is moved: nothing of it rests on a lost source any more.
    dana.act(&moved, "newer-sources", None)
        .await
        .says(422, &["replaced"]);
    // The page that families read stays until a person corrects or withdraws it.
    assert_eq!(moved["publication"]["withdrawn_at"], Value::Null, "{moved}");
}

#[tokio::test]
async fn what_stands_word_for_word_in_the_new_version_stays_supported() {
    const CHESS: &str = "Chess club meets on Fridays in room 12.";
    let server = plain_server().await;
    let dana = server.client(&DANA).await;
    let (document, first) = in_force(
        server,
        ("title", "Clubs"),
        &format!("# Clubs\n\n## Chess\n\n{CHESS}\n"),
    )
    .await;
    let item = pending_item(server, &Source::of(&dana, &first, "Chess club").await).await;
    let longer = format!("# Clubs\n\n## Robotics\n\nRobotics meets on Mondays.\n\n## Chess\n\n{CHESS}\n");
    let (_, second) = in_force(server, ("supersedes", &document), &longer).await;
    let lost = again(&dana, &item).await;
    let cited = &lost["source_changes"][0]["sentences"][0];
    assert_eq!(
        (&cited["fate"], &cited["now"]["quote"]),
        (&json!("unchanged"), &json!(CHESS)),
        "{lost}"
    );
    let moved = dana.act(&lost, "newer-sources", None).await.ok();
    let citation = &moved["revision"]["sections"][0]["sentences"][0]["citations"][0];
    assert_eq!(
        (&citation["version"], &citation["quote"]),
        (&json!(second), &json!(CHESS)),
        "{moved}"
    );
    let last = moved["revisions"].as_array().and_then(|all| {
        all.iter()
            .find(|revision| revision["number"] == moved["revision"]["number"])
    });
    let note = last
        .and_then(|revision| revision["note"].as_str())
        .unwrap_or_default();
    assert!(note.contains("1 cited sentence unchanged"), "{moved}");
}
