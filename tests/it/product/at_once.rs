//! Several people at once: one of them wins, and the others are told.

use futures::future::join_all;

use super::client::Answer;
use super::home::{DANA, ROSA, SAM};
use super::path::{edited, pending_item, source_in_force};
use super::server::{Server, plain_server};

/// Asserts that one answer is a success and every other a conflict that shows what stands there now.
fn one_wins(answers: &[Answer]) {
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert!(lost.problem(409)["current"]["version"].is_i64(), "{}", lost.text);
    }
    assert_eq!(won, 1, "{won} of {} succeeded", answers.len());
}

pub async fn claims(server: &Server) {
    let source = source_in_force(server, "Doors for Claims").await;
    let item = pending_item(server, &source).await;
    let (rosa, sam) = (server.client(&ROSA).await, server.client(&SAM).await);
    let claims = (0..10).map(|number| {
        let client = if number % 2 == 0 { &rosa } else { &sam };
        client.act(&item, "claim", None)
    });
    one_wins(&join_all(claims).await);
}

pub async fn edits(server: &Server) {
    let source = source_in_force(server, "Doors for Edits").await;
    let item = pending_item(server, &source).await;
    let dana = server.client(&DANA).await;
    let edits = (0..20).map(|number| {
        let body = edited(
            &item,
            &format!("The doors open at 7:40 a.m., says edit {number}."),
        );
        dana.act(&item, "revision", Some(body))
    });
    one_wins(&join_all(edits).await);
    let revisions = dana.item(item["id"].as_str().expect("an id")).await["revisions"].clone();
    assert_eq!(revisions.as_array().map(Vec::len), Some(2), "{revisions}");
}

#[tokio::test]
async fn of_ten_claims_at_once_one_succeeds() {
    claims(plain_server().await).await;
}

#[tokio::test]
async fn of_twenty_edits_of_one_text_at_once_one_is_saved() {
    edits(plain_server().await).await;
}
