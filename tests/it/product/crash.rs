//! A power cut while a draft is being written loses nothing that was acknowledged.

use std::time::{Duration, Instant};

use reqwest::header::{COOKIE, HeaderMap};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::client::Client;
use super::home::{DANA, Home, INES, JOAN, MARCUS, Weights};
use super::path::{ask, log_verifies};
use super::server::{Server, real_models};
use super::two_people::drafted;

const LATE_BUS: &str = "# Late Bus\n\nThe late bus leaves Stonebridge Middle School at 4:25 p.m. on Mondays, Tuesdays \
    and Thursdays. It is free. A student needs a late-bus pass signed by the teacher who led the activity.\n";
const LIBRARY: &str = "# School Libraries\n\nA student may borrow five books at a time. Books are due after three \
    weeks. A lost book is charged at its price.\n";
const CANCEL_MAX: Duration = Duration::from_secs(3);

/// A home with two small documents in force and the team's accounts, without a server yet.
fn small_home() -> (Home, Vec<(&'static super::home::Person, String)>) {
    let home = Home::fresh(Weights::Real);
    let team = home.add_team();
    let files = [
        home.write("late-bus.md", LATE_BUS),
        home.write("libraries.md", LIBRARY),
    ];
    let files = files.map(|path| path.display().to_string());
    let added = home.run([
        "documents", "add", &files[0], &files[1], "--as", MARCUS.email, "--approve-as", INES.email, "--json",
    ]);
    assert_eq!(added.json().as_array().map(Vec::len), Some(2));
    (home, team)
}

/// Waits until the model writes for an item.
async fn drafting(client: &Client, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let item = client.item(id).await;
        if item["state"] == "drafting" {
            return item;
        }
        assert_eq!(
            item["state"], "requested",
            "it was too quick to be interrupted: {item}"
        );
        assert!(begun.elapsed() < Duration::from_secs(120), "{item}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn id_of(item: &Value) -> &str {
    item["id"].as_str().expect("an id")
}

#[tokio::test]
async fn a_cancelled_draft_stops_and_a_killed_server_takes_its_draft_up_again() {
    if !real_models() {
        return;
    }
    let (home, team) = small_home();
    let server = Server::serve(&home, &["--workers", "1"]);
    server.set_passwords(team).await;
    let dana = server.client(&DANA).await;
    cancel_while_drafting(&dana).await;

    let first = ask(&dana, "On which days does the late bus run?").await;
    drafting(&dana, id_of(&first)).await;
    let second = ask(&dana, "How many books may a student borrow at a time?").await;
    server.kill();

    let server = Server::serve(&home, &["--workers", "1"]);
    // The session outlives the server: nobody signs in again after a power cut.
    let dana = Client::with_session(&server.url, dana.session().clone());
    for asked in [&first, &second] {
        let item = drafted(&dana, id_of(asked)).await;
        assert_eq!(item["question"], asked["question"], "{item}");
        assert!(item["stale_reason"].is_null(), "{item}");
        assert_eq!(item["state"], "pending_review", "{item}");
        assert_eq!(
            item["revisions"].as_array().map(Vec::len),
            Some(1),
            "drafted twice: {item}"
        );
    }
    log_verifies(&server).await;
    assert_eq!(home.run(["audit", "verify", "--json"]).json()["ok"], true);
    let entries = server
        .client(&JOAN)
        .await
        .get(&format!("/audit?object={}", id_of(&first)))
        .await
        .ok();
    let begun = entries["entries"].as_array().expect("entries").iter();
    assert_eq!(
        begun.filter(|entry| entry["action"] == "item.drafting").count(),
        2,
        "{entries}"
    );
}

async fn cancel_while_drafting(dana: &Client) {
    let asked = ask(dana, "What is charged for a lost book?").await;
    let item = drafting(dana, id_of(&asked)).await;
    let begun = Instant::now();
    dana.act(&item, "cancel", Some(json!({ "reason": "Asked by mistake." })))
        .await
        .ok();
    while dana.get("/status").await.ok()["jobs"]["running"] != 0 {
        assert!(
            begun.elapsed() < CANCEL_MAX,
            "the model still works for a cancelled item"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!(
        "cancelled and stopped after {:.2} s",
        begun.elapsed().as_secs_f64()
    );
    let item = dana.item(id_of(&asked)).await;
    assert_eq!(
        (&item["state"], &item["revision"]),
        (&json!("cancelled"), &Value::Null),
        "{item}"
    );
}

/// Asks a server to stop as a service manager does; gives the time until it was gone.
async fn stop(server: &Server, patience: Duration) -> Duration {
    let pid = i32::try_from(server.pid)
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process");
    let begun = Instant::now();
    kill_process(pid, Signal::TERM).expect("the server runs");
    while !server.has_ended() {
        assert!(
            begun.elapsed() < patience,
            "it still runs {patience:?} after it was asked to stop"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

#[tokio::test]
async fn a_page_that_follows_a_draft_does_not_keep_the_server_from_stopping() {
    let home = Home::fresh(Weights::Absent);
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "0"]);
    server.set_passwords(team).await;
    let dana = server.client(&DANA).await;
    let item = ask(&dana, "On which days does the late bus run?").await;
    let url = format!("{}/api/v1/items/{}/progress", server.url, id_of(&item));
    let cookie = dana.session().cookie.parse().expect("a header");
    let browser = reqwest::Client::builder().no_proxy().build().expect("a client");
    let stream = browser
        .get(url)
        .headers(HeaderMap::from_iter([(COOKIE, cookie)]))
        .send();
    let stream = stream.await.expect("the stream opens");
    assert_eq!(stream.status(), 200);
    let took = stop(&server, Duration::from_secs(20)).await;
    println!("stopped after {:.1} s with a stream open", took.as_secs_f64());
    drop(stream);
}
