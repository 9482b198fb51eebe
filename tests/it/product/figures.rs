//! Figures a person would notice: how soon the first page is there, and how quick a long queue is.
//!
//! They are printed, not asserted, since a busy machine must not fail a build:
//! `cargo test --release --test it figures -- --nocapture`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::home::{DANA, Home, Weights};
use super::server::Server;

const ITEMS: usize = 1_000;
const READS: usize = 21;

#[tokio::test]
async fn figures_of_the_start_and_of_a_queue_of_a_thousand_items() {
    let home = Home::fresh(Weights::Absent).with("COUNTERSIGN_DRAFTING_QUEUE_MAX", "2000");
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "0"]);
    println!("start to first page: {} ms", server.started.elapsed().as_millis());
    server.set_passwords(team).await;
    let client = server.client(&DANA).await;
    let begun = Instant::now();
    for number in 0..ITEMS {
        let question =
            format!("What does item {number} of the fee schedule cost, and who may ask for a waiver?");
        client
            .post("/items", Some(json!({ "kind": "faq", "question": question })))
            .await
            .ok();
    }
    let each = begun.elapsed().as_secs_f64() * 1_000.0 / ITEMS as f64;
    println!("taking a request: {each:.1} ms each");
    for path in [
        "/items?limit=50&sort=due",
        "/items?limit=50&sort=due&q=waiver",
        "/items?limit=50&state=requested",
    ] {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..READS {
            let begun = Instant::now();
            let page = client.get(path).await.ok();
            times.push(begun.elapsed());
            assert_eq!(page["total"], ITEMS, "{path}");
        }
        times.sort();
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!(
            "queue page at {ITEMS} items, {path}: median {:.1} ms, slowest {:.1} ms",
            ms(times[READS / 2]),
            ms(times[READS - 1])
        );
    }
}
