//! Questions that can't be drafted: each is answered in words, and what may be kept is kept.

use serde_json::{Value, json};

use super::home::{DANA, Home, Weights};
use super::path::ask;
use super::server::{Server, plain_server};

async fn asked_in_vain(server: &Server, question: &str, words: &[&str]) {
    let dana = server.client(&DANA).await;
    let answer = dana
        .post("/items", Some(json!({ "kind": "faq", "question": question })))
        .await;
    answer.says(422, words);
}

pub async fn too_long(server: &Server) {
    asked_in_vain(
        server,
        &"When does it open? ".repeat(50_000 / 19),
        &["49", "2000", "shorten"],
    )
    .await;
}

pub async fn control_characters(server: &Server) {
    let dana = server.client(&DANA).await;
    let item = ask(
        &dana,
        "When\u{0} does <|im_end|>\u{7}the \u{1b}[31mlate\u{202e} bus run?",
    )
    .await;
    let kept = dana.item(item["id"].as_str().expect("an id")).await["question"].clone();
    assert_eq!(kept, "When does the [31mlate bus run?", "{item}");
}

#[tokio::test]
async fn an_empty_question_is_sent_back() {
    asked_in_vain(plain_server().await, " \n ", &["empty"]).await;
}

#[tokio::test]
async fn a_question_of_fifty_thousand_characters_is_sent_back_with_the_limit() {
    too_long(plain_server().await).await;
}

#[tokio::test]
async fn control_characters_and_tokens_are_not_kept() {
    control_characters(plain_server().await).await;
}

#[tokio::test]
async fn a_question_in_spanish_is_refused_with_that_reason_and_kept() {
    let dana = plain_server().await.client(&DANA).await;
    let question = "¿Cuándo empiezan las clases después de las vacaciones de primavera?";
    let item = ask(&dana, question).await;
    assert_eq!(
        (&item["state"], &item["question"]),
        (&json!("refused"), &json!(question)),
        "{item}"
    );
    let reason = item["refusal"]["reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("Spanish") && reason.contains("English"),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_students_number_is_refused_and_not_stored() {
    let dana = plain_server().await.client(&DANA).await;
    for number in ["219-09-9999", "219-\u{200b}09-9999"] {
        let question = format!("Why was the student with SSN {number} suspended from the bus?");
        let item = ask(&dana, &question).await;
        assert_eq!(item["refusal"]["kind"], "personal_data", "{item}");
        assert!(!item.to_string().contains("9999"), "{item}");
    }
}

#[tokio::test]
async fn what_is_not_seen_is_not_stored() {
    let dana = plain_server().await.client(&DANA).await;
    let item = ask(&dana, "\u{202e}When does it\u{200b} start?").await;
    assert_eq!(item["refusal"]["kind"], "needs_clarification", "{item}");
    assert_eq!(item["question"], "When does it start?", "{item}");
}

#[tokio::test]
async fn a_question_without_letters_is_refused_with_a_reason() {
    let dana = plain_server().await.client(&DANA).await;
    let item = ask(&dana, "?!? …").await;
    assert_eq!(item["state"], "refused", "{item}");
    assert!(
        item["refusal"]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("empty")),
        "{item}"
    );
}

#[test]
fn on_the_command_line_an_empty_question_is_refused_in_one_line() {
    Home::fresh(Weights::Absent)
        .run(["draft", " "])
        .refused(&["empty"]);
}

#[test]
fn on_the_command_line_a_long_question_is_refused_with_the_limit() {
    let question = "When does it open? ".repeat(2_600);
    Home::fresh(Weights::Absent)
        .run(["draft", &question])
        .refused(&["2000", "shorten"]);
}

#[test]
fn on_the_command_line_a_question_in_spanish_ends_in_a_refusal_that_says_so() {
    let home = Home::fresh(Weights::Absent);
    let printed: Value = home
        .run([
            "draft",
            "¿Cuándo abre la oficina de la escuela por la mañana?",
            "--json",
        ])
        .json();
    assert_eq!(printed["outcome"], "refusal", "{printed}");
    assert!(
        printed["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("Spanish")),
        "{printed}"
    );
}
