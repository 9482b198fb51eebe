//! Calls that are wrong in themselves: each answer is a problem document that says what to do.

use reqwest::Method;
use reqwest::header::{HeaderMap, IF_MATCH};
use serde_json::json;

use super::client::{Answer, Client};
use super::home::{DANA, INES, MARCUS, PRIYA, ROSA, SAM};
use super::path::{ask, edited, pending_item, source_in_force};
use super::server::{Server, plain_server};

pub async fn unknown_ids(server: &Server) {
    let dana = server.client(&DANA).await;
    for path in [
        "/items/req_0000000000000000000000",
        "/items/doc_0000000000000000000000",
        "/items/..%2f..%2f..%2fetc%2fpasswd",
        "/items/%00",
        "/items/req_%27%20OR%201=1--",
        "/items/req_0000000000000000000000/history",
        "/items/req_0000000000000000000000/revisions/1",
        "/documents/doc_0000000000000000000000",
        "/documents/..%2f..%2fetc",
        "/versions/ver_0000000000000000000000",
        "/versions/ver_0000000000000000000000/original",
        "/versions/..%2f..%2fetc/original",
    ] {
        dana.get(path).await.problem(404);
    }
    let nothing = json!({ "id": "req_0000000000000000000000", "version": 1 });
    dana.act(&nothing, "cancel", Some(json!({ "reason": "Not needed." })))
        .await
        .problem(404);
}

pub async fn stale_version(server: &Server) {
    let source = source_in_force(server, "Doors for a Stale Version").await;
    let before = pending_item(server, &source).await;
    let claimed = server.client(&ROSA).await.act(&before, "claim", None).await.ok();
    let refused = server
        .client(&SAM)
        .await
        .act(&before, "claim", None)
        .await
        .says(409, &["try again"]);
    assert_eq!(refused["current"]["version"], claimed["version"], "{refused}");
    assert_eq!(
        refused["current"]["held_by"]["person"]["name"], ROSA.name,
        "{refused}"
    );
}

/// PostgreSQL takes no NUL in a text, and nobody means one: it is refused or left out, never a fault of the server.
pub async fn control_characters_in_fields(server: &Server) {
    let (dana, rosa) = (server.client(&DANA).await, server.client(&ROSA).await);
    let (marcus, sam) = (server.client(&MARCUS).await, server.client(&SAM).await);
    let bad = "a\u{0}b\u{7}c";
    let newsletter = json!({ "kind": "newsletter", "template": "family-weekly", "from": "2026-11-23",
        "to": "2026-11-30", "topics": [bad], "title": bad });
    not_a_fault(&dana.post("/items", Some(newsletter)).await);
    not_a_fault(
        &marcus
            .upload(bad, "named\u{7}.md", b"# Named\n\nThe office opens at eight.\n")
            .await,
    );
    not_a_fault(&dana.get("/items?q=a%00b").await);
    not_a_fault(&dana.get("/documents?q=a%00b").await);
    not_a_fault(&dana.get("/search?q=a%00b").await);
    for page in ["!/faq?q=a%00b", "!/faq/a%00b", "!/newsletters/a%00b"] {
        not_a_fault(&dana.get(page).await);
    }
    let sign_in = json!({ "email": bad, "password": bad });
    not_a_fault(
        &Client::anonymous(&server.url)
            .post("/session", Some(sign_in))
            .await,
    );

    let source = source_in_force(server, "Doors for Control Characters").await;
    let item = pending_item(server, &source).await;
    let edit = edited(&item, &format!("The doors open at 7:40 a.m. {bad}"));
    not_a_fault(&dana.act(&item, "revision", Some(edit)).await);
    let item = dana.item(item["id"].as_str().expect("an id")).await;
    let held = rosa.act(&item, "claim", None).await.ok();
    not_a_fault(&sam.act(&held, "take-over", Some(json!({ "reason": bad }))).await);
    let held = dana.item(item["id"].as_str().expect("an id")).await;
    let decision = json!({ "decision": "request_changes", "reason": "other", "note": bad,
        "revision_sha256": held["revision"]["sha256"] });
    not_a_fault(&sam.act(&held, "decision", Some(decision)).await);
    let back = dana.item(item["id"].as_str().expect("an id")).await;
    not_a_fault(&dana.act(&back, "cancel", Some(json!({ "reason": bad }))).await);
}

fn not_a_fault(answer: &Answer) {
    assert!(answer.status < 500, "{}: {}", answer.asked, answer.text);
    if answer.status >= 400 {
        answer.problem(answer.status);
    }
}

#[tokio::test]
async fn a_control_character_in_any_field_is_no_fault_of_the_server() {
    control_characters_in_fields(plain_server().await).await;
}

#[tokio::test]
async fn an_id_that_names_nothing_is_not_found() {
    unknown_ids(plain_server().await).await;
}

#[tokio::test]
async fn a_change_based_on_an_old_version_gets_the_version_that_stands() {
    stale_version(plain_server().await).await;
}

#[tokio::test]
async fn a_change_that_names_no_version_is_asked_for_one() {
    let rosa = plain_server().await.client(&ROSA).await;
    rosa.post("/items/req_0000000000000000000000/claim", None)
        .await
        .says(428, &["If-Match"]);
}

#[tokio::test]
async fn a_version_that_is_no_number_is_refused_with_an_example() {
    let rosa = plain_server().await.client(&ROSA).await;
    for given in ["7", "*", "\"seven\"", "\"1\", \"2\"", "\"99999999999999999999\""] {
        let headers = HeaderMap::from_iter([(IF_MATCH, given.parse().expect("a header"))]);
        let path = "/items/req_0000000000000000000000/claim";
        rosa.raw(Method::POST, path, headers, "", "")
            .await
            .says(400, &["\"7"]);
    }
}

#[tokio::test]
async fn a_wrong_role_is_told_which_role_could() {
    let server = plain_server().await;
    let item = json!({ "id": "req_0000000000000000000000", "version": 1 });
    let dana = server.client(&DANA).await;
    dana.act(&item, "claim", None).await.says(403, &["reviewer"]);
    dana.upload("Not Mine", "not-mine.md", b"# Not mine\n\nText.\n")
        .await
        .says(403, &["source owner"]);
    dana.post("/audit/verify", None).await.says(403, &["auditor"]);
    dana.get("/people").await.says(403, &["administrator"]);
    let sha256 = Some(json!({ "revision_sha256": "0" }));
    server
        .client(&ROSA)
        .await
        .act(&item, "publish", sha256)
        .await
        .says(403, &["publisher"]);
    let question = Some(json!({ "kind": "faq", "question": "When does the office open?" }));
    server
        .client(&PRIYA)
        .await
        .post("/items", question)
        .await
        .says(403, &["requester"]);
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_to() {
    let nobody = Client::anonymous(&plain_server().await.url);
    for path in [
        "/session", "/items", "/documents", "/status", "/audit", "/people", "/search?q=bus",
    ] {
        nobody.get(path).await.says(401, &["sign in"]);
    }
    nobody
        .post("/items", Some(json!({ "kind": "faq", "question": "When?" })))
        .await
        .problem(401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_get_the_same_answer() {
    let nobody = Client::anonymous(&plain_server().await.url);
    let mut answers = Vec::new();
    for email in [SAM.email, "nobody@quillhaven.example"] {
        let body = json!({ "email": email, "password": "not the password" });
        answers.push(nobody.post("/session", Some(body)).await.problem(401));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_change_without_the_sessions_token_is_refused() {
    let server = plain_server().await;
    let mut session = server.client(&DANA).await.session().clone();
    session.csrf_token = "another".to_owned();
    let forged = Client::with_session(&server.url, session);
    let question = Some(json!({ "kind": "faq", "question": "When does the office open?" }));
    forged.post("/items", question).await.says(403, &["token"]);
}

#[tokio::test]
async fn a_change_from_another_site_is_refused() {
    let server = plain_server().await;
    let dana = server.client(&DANA).await;
    let headers = HeaderMap::from_iter([(
        reqwest::header::ORIGIN,
        "https://evil.example".parse().expect("a header"),
    )]);
    let body = json!({ "kind": "faq", "question": "When does the office open?" }).to_string();
    dana.raw(Method::POST, "/items", headers, "application/json", body)
        .await
        .problem(403);
}

#[tokio::test]
async fn a_body_that_is_not_the_json_asked_for_is_refused_with_the_place() {
    let dana = plain_server().await.client(&DANA).await;
    for (body, status, said) in [
        ("{", 400, "json"),
        ("", 400, "json"),
        ("\u{feff}[1,", 400, "json"),
        (r#"{"kind":"faq","question":7}"#, 422, "string"),
        (r#"{"kind":"faq"}"#, 422, "question"),
        (r#"{"kind":"faq","question":"Q?","answer":"A"}"#, 422, "answer"),
        (r#"{"kind":"poem"}"#, 422, "poem"),
        (r#"{"kind":"faq","question":"Q?","due_at":"soon"}"#, 422, "soon"),
        (
            r#"{"kind":"faq","question":"Q?","audience":"a\u0007b"}"#,
            422,
            "families",
        ),
        (
            r#"{"kind":"newsletter","template":"none","from":"2026-11-23","to":"2026-11-30","topics":[]}"#,
            422,
            "none",
        ),
    ] {
        let answer = dana
            .raw(Method::POST, "/items", HeaderMap::new(), "application/json", body)
            .await;
        answer.says(status, &[said]);
    }
    let text = dana
        .raw(Method::POST, "/items", HeaderMap::new(), "text/plain", "When?")
        .await;
    text.says(415, &["application/json"]);
}

#[tokio::test]
async fn a_body_nested_without_end_is_refused() {
    let dana = plain_server().await.client(&DANA).await;
    let body = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let answer = dana
        .raw(Method::POST, "/items", HeaderMap::new(), "application/json", body)
        .await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.text);
    answer.problem(answer.status);
}

#[tokio::test]
async fn a_huge_json_body_is_refused_with_the_limit() {
    let dana = plain_server().await.client(&DANA).await;
    let body = json!({ "kind": "faq", "question": "x".repeat(2 << 20) }).to_string();
    let answer = dana
        .raw(Method::POST, "/items", HeaderMap::new(), "application/json", body)
        .await;
    answer.says(413, &["1 MiB"]);
}

#[tokio::test]
async fn an_address_that_the_api_does_not_have_is_a_problem_document() {
    let server = plain_server().await;
    for client in [Client::anonymous(&server.url), server.client(&DANA).await] {
        client.get("/unknown").await.problem(404);
        client.post("/unknown/deeper", Some(json!({}))).await.problem(404);
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_a_problem_document() {
    let dana = plain_server().await.client(&DANA).await;
    for (method, path) in [
        (Method::DELETE, "/items"),
        (Method::PATCH, "/session"),
        (Method::POST, "/status"),
    ] {
        dana.raw(method, path, HeaderMap::new(), "", "")
            .await
            .problem(405);
    }
}

#[tokio::test]
async fn a_list_is_asked_for_within_its_bounds() {
    let dana = plain_server().await.client(&DANA).await;
    for path in [
        "/items?limit=0",
        "/items?limit=100000",
        "/items?limit=many",
        "/items?cursor=zzz",
        "/items?colour=red",
    ] {
        dana.get(path).await.problem(400);
    }
    dana.get("/items?state=finished").await.says(422, &["finished"]);
}

#[tokio::test]
async fn a_citation_outside_its_source_is_refused() {
    let server = plain_server().await;
    let source = source_in_force(server, "Doors for Citations").await;
    let dana = server.client(&DANA).await;
    let item = ask(
        &dana,
        "¿Dónde puedo encontrar el horario de la escuela de mi hijo?",
    )
    .await;
    for (start, end) in [(0, 1_000_000), (5, 5), (9, 3), (1, 4_611_686_018_427_387_904u64)] {
        let citation = json!({ "version": source.version, "start": start, "end": end });
        let sections = json!([{ "sentences": [{ "text": "The doors open.", "citations": [citation] }] }]);
        dana.act(&item, "write-by-hand", Some(json!({ "sections": sections })))
            .await
            .problem(422);
    }
    assert_eq!(
        dana.item(item["id"].as_str().expect("an id")).await["state"],
        "refused"
    );
}

#[tokio::test]
async fn revoking_without_a_reason_is_asked_for_one() {
    let server = plain_server().await;
    let source = source_in_force(server, "Doors for Reasons").await;
    let ines = server.client(&INES).await;
    let answer =
        super::path::decide_version(&ines, &source.version, "revoke", Some(json!({ "reason": " " }))).await;
    assert!(matches!(answer.status, 409 | 422), "{}", answer.text);
    answer.says(answer.status, &["reason"]);
}
