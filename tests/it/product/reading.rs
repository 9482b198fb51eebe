//! What an approver sees of a document: the original beside its text, figures that got lost, what a new version changes, and
//! where sources disagree.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::client::Client;
use super::home::{DANA, INES, JOAN, MARCUS};
use super::path::decide_version;
use super::server::{Server, plain_server};

fn word_file(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let document = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    for (name, text) in [("word/document.xml", document.as_str())].iter().chain(parts) {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        writer.write_all(text.as_bytes()).expect("its text");
    }
    writer.finish().expect("a file").into_inner()
}

/// A table of one row with more columns than a document has, each with a figure of its own: those behind the sixtieth are lost.
fn wide_table(columns: usize) -> Vec<u8> {
    let cells: String = (0..columns)
        .map(|n| {
            format!(
                "<w:tc><w:p><w:r><w:t>Fee ${}.50</w:t></w:r></w:p></w:tc>",
                1_000 + n
            )
        })
        .collect();
    word_file(&format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), &[])
}

async fn uploaded(client: &Client, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> (String, String) {
    let document = client.upload_with(fields, name, bytes).await.ok();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&document["id"]), text(&document["versions"][0]["id"]))
}

async fn approve(client: &Client, version: &str, seen: bool) -> super::client::Answer {
    decide_version(client, version, "approve", Some(json!({ "warnings_seen": seen }))).await
}

#[tokio::test]
async fn a_text_that_lacks_figures_is_approved_only_when_they_were_seen_and_one_that_lacks_many_never() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let (_, some) = uploaded(
        &marcus,
        &[("title", "Fees, Two Lost")],
        "fees.docx",
        &wide_table(62),
    )
    .await;
    let shown = ines.get(&format!("/versions/{some}")).await.ok();
    let fidelity = &shown["fidelity"];
    assert_eq!(
        (&fidelity["verdict"], &fidelity["figures"], &fidelity["missing"]),
        (&json!("some_missing"), &json!(62), &json!(2)),
        "{shown}"
    );
    assert_eq!(fidelity["named"][0]["figure"], "$1060.50", "{shown}");
    approve(&ines, &some, false)
        .await
        .says(409, &["figures", "warnings"]);
    approve(&ines, &some, true).await.ok();

    let (_, low) = uploaded(
        &marcus,
        &[("title", "Fees, Many Lost")],
        "fees.docx",
        &wide_table(90),
    )
    .await;
    let shown = ines.get(&format!("/versions/{low}")).await.ok();
    assert_eq!(shown["fidelity"]["verdict"], "low", "{shown}");
    approve(&ines, &low, true)
        .await
        .says(409, &["missing", "another form"]);

    let (_, full) = uploaded(&marcus, &[("title", "Fees, Whole")], "fees.docx", &wide_table(9)).await;
    let shown = ines.get(&format!("/versions/{full}")).await.ok();
    assert_eq!(
        (&shown["fidelity"]["verdict"], &shown["fidelity"]["figures"]),
        (&json!("full"), &json!(9)),
        "{shown}"
    );
    approve(&ines, &full, false).await.ok();
}

#[tokio::test]
async fn tracked_changes_are_visible_beside_the_text_the_model_sees_and_nothing_of_the_file_runs() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let body = "<w:p><w:r><w:t>A lost pass costs </w:t></w:r>\
        <w:del w:id=\"1\" w:author=\"A. &lt;b&gt; Clerk\"><w:r><w:delText>$45</w:delText></w:r></w:del>\
        <w:ins w:id=\"2\" w:author=\"A. Clerk\"><w:r><w:t>$50</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r>\
        <w:r><w:commentReference w:id=\"7\"/></w:r></w:p>\
        <w:p><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt; is no markup.</w:t></w:r></w:p>";
    let comments = "<w:comments><w:comment w:id=\"7\" w:author=\"B. Head\"><w:p><w:r><w:t>Is $50 agreed?</w:t></w:r></w:p></w:comment></w:comments>";
    let file = word_file(body, &[("word/comments.xml", comments)]);
    let (_, version) = uploaded(&marcus, &[("title", "Passes, Tracked")], "passes.docx", &file).await;
    let shown = ines.get(&format!("/versions/{version}")).await.ok();
    assert!(shown["text"].to_string().contains("costs $50."), "{shown}");
    assert!(!shown["text"].to_string().contains("$45"), "{shown}");
    assert_eq!(
        shown["fidelity"]["verdict"], "full",
        "what is deleted is not missing: {shown}"
    );

    let preview = ines.get(&format!("/versions/{version}/preview")).await;
    let policy = preview.header("content-security-policy");
    for wanted in ["sandbox;", "default-src 'none'", "frame-ancestors 'self'"] {
        assert!(policy.contains(wanted), "{policy}");
    }
    assert!(!policy.contains("script"), "{policy}");
    let page = &preview.text;
    for wanted in [
        "by A. &lt;b&gt; Clerk\">$45</del>",
        "$50</ins>",
        "comment 1, B. Head: Is $50 agreed?",
        "<a id=\"s0\"></a>A lost pass",
        "&lt;script&gt;alert(1)",
    ] {
        assert!(page.contains(wanted), "{wanted} not in {page}");
    }
    assert!(!page.contains("<script"), "{page}");
}

#[tokio::test]
async fn a_new_version_is_compared_with_the_one_in_force_figures_first() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let text = |fee: &str, more: &str| {
        format!("# Passes\n\nA lost pass costs {fee}. Passes are blue.\n\n## Return\n\n{more}\n")
    };
    let (document, first) = uploaded(
        &marcus,
        &[("title", "Passes, Compared")],
        "passes.md",
        text("$45", "Bring it back in June.").as_bytes(),
    )
    .await;
    approve(&ines, &first, false).await.ok();
    let (_, second) = uploaded(
        &marcus,
        &[("document", &document)],
        "passes.md",
        text("$50", "Bring it back in June. Ask the office if it is torn.").as_bytes(),
    )
    .await;
    let shown = ines.get(&format!("/versions/{second}")).await.ok();
    assert_eq!(shown["compare_with"], 1, "{shown}");
    let compared = ines
        .get(&format!("/documents/{document}/compare?from=1&to=2"))
        .await
        .ok();
    assert_eq!(
        compared["figures"],
        json!([{ "part": 1, "kind": "amount", "before": ["$45"], "after": ["$50"] }]),
        "{compared}"
    );
    let kinds: Vec<&Value> = compared["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| &part["kind"])
        .collect();
    assert_eq!(kinds, ["same", "changed", "same", "added"], "{compared}");
    assert_eq!(
        compared["parts"][3]["lines"][0]["text"],
        "Ask the office if it is torn."
    );
    assert_eq!(
        (&compared["from"]["number"], &compared["to"]["standing"]),
        (&json!(1), &json!("pending_approval"))
    );
    ines.get(&format!("/documents/{document}/compare?from=1&to=9"))
        .await
        .problem(404);
    ines.get(&format!("/documents/{document}/compare?from=1"))
        .await
        .problem(400);
}

#[tokio::test]
async fn sources_that_disagree_are_reported_and_a_person_can_say_that_they_do_not() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let mut versions = Vec::new();
    for (title, fee) in [("Zither Rental", "$81"), ("Zither Handbook", "$92")] {
        let text = format!("# {title}\n\nRenting a zither for the orchestra costs {fee} a year.\n");
        let (_, version) = uploaded(&marcus, &[("title", title)], "zither.md", text.as_bytes()).await;
        approve(&ines, &version, false).await.ok();
        versions.push(version);
    }
    let ours = async |server: &Server| -> Value {
        let report = server.client(&DANA).await.get("/conflicts").await.ok();
        let entries = report["entries"].as_array().expect("entries").clone();
        let mut found = entries
            .into_iter()
            .filter(|entry| entry.to_string().contains("zither"));
        let conflict = found.next().expect("the pair");
        assert!(found.next().is_none(), "{report}");
        conflict
    };
    let conflict = ours(server).await;
    assert_eq!(conflict["kind"], "amount");
    let figures = [&conflict["left"]["figures"], &conflict["right"]["figures"]];
    assert!(
        figures.contains(&&json!(["$81"])) && figures.contains(&&json!(["$92"])),
        "{conflict}"
    );
    assert_eq!(conflict["dismissal"], Value::Null);
    let id = conflict["id"].as_str().expect("an id");
    let path = format!("/conflicts/{id}/dismissal");

    let dana = server.client(&DANA).await;
    dana.post(&path, Some(json!({ "reason": "no" })))
        .await
        .problem(403);
    ines.post(&path, Some(json!({ "reason": "  " })))
        .await
        .says(422, &["why"]);
    let reason = json!({ "reason": "One is for the small zither." });
    assert_eq!(ines.post(&path, Some(reason.clone())).await.status, 204);
    ines.post(&path, Some(reason.clone())).await.problem(409);
    let dismissed = ours(server).await;
    assert_eq!(dismissed["dismissal"]["by"]["name"], INES.name, "{dismissed}");
    let entries = server
        .client(&JOAN)
        .await
        .get(&format!("/audit?object={id}"))
        .await
        .ok();
    assert_eq!(entries["entries"][0]["action"], "conflict.dismissed", "{entries}");
    assert!(!entries.to_string().contains("small zither"), "{entries}");

    assert_eq!(ines.delete(&path).await.status, 204);
    assert_eq!(ours(server).await["dismissal"], Value::Null);
    ines.delete(&path).await.problem(404);
    ines.post("/conflicts/cfl_0/dismissal", Some(reason))
        .await
        .problem(404);
}

#[tokio::test]
async fn what_was_in_force_before_is_found_in_the_history_and_says_what_it_is_today() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let text = |day: &str| {
        format!("# Kazoo Club\n\nThe kazoo club meets on {day} in the gym.\n\nKazoos are kept in room 9.\n")
    };
    let (document, first) = uploaded(
        &marcus,
        &[
            ("title", "Kazoo Club"),
            ("owner", "Music office"),
            ("topics", "clubs, music"),
        ],
        "kazoo.md",
        text("Mondays").as_bytes(),
    )
    .await;
    approve(&ines, &first, false).await.ok();
    let (_, second) = uploaded(
        &marcus,
        &[("document", &document)],
        "kazoo.md",
        text("Fridays").as_bytes(),
    )
    .await;
    approve(&ines, &second, false).await.ok();
    let (_, _pending) = uploaded(
        &marcus,
        &[("document", &document)],
        "kazoo.md",
        text("Sundays").as_bytes(),
    )
    .await;
    let dana = server.client(&DANA).await;
    let found = dana
        .get("/search?q=when%20does%20the%20kazoo%20club%20meet&within=history")
        .await
        .ok();
    let entries = found["entries"].as_array().expect("entries");
    let said: Vec<(&Value, &Value, bool)> = entries
        .iter()
        .map(|hit| {
            (
                &hit["standing"],
                &hit["number"],
                hit["text"].to_string().contains("meets on"),
            )
        })
        .collect();
    let (now, before) = (json!("in_force"), json!("superseded"));
    let numbers = [json!(1), json!(2)];
    assert!(
        said.contains(&(&now, &numbers[1], true)) && said.contains(&(&before, &numbers[0], true)),
        "{found}"
    );
    assert!(
        !found.to_string().contains("Sundays"),
        "a version nobody approved is not found: {found}"
    );
    let at = entries[0]["at"].as_u64().expect("a place") as usize;
    let version = entries[0]["version"].as_str().expect("a version");
    let shown = dana.get(&format!("/versions/{version}")).await.ok();
    assert!(
        shown["text"].as_str().expect("a text")[at..].starts_with("The kazoo club meets"),
        "{found}"
    );
    let other = dana.get("/search?q=kazoo&within=history&owner=Nobody").await.ok();
    assert_eq!(other["entries"], json!([]));
    let own = dana
        .get("/search?q=kazoo&within=history&owner=Music%20office")
        .await
        .ok();
    assert!(!own["entries"].as_array().expect("entries").is_empty());
    for (topic, is_found) in [("clubs", true), ("buses", false)] {
        let path = format!("/search?q=kazoo&within=history&topic={topic}");
        let found = dana.get(&path).await.ok();
        let entries = found["entries"].as_array().expect("entries");
        assert_eq!(!entries.is_empty(), is_found, "{topic}: {found}");
    }
    dana.get("/search?q=kazoo&within=everything").await.problem(400);
}
