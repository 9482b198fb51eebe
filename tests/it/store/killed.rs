//! A process that is killed while it writes loses nothing it has acknowledged and leaves nothing half done.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use countersign::store::Store;

use super::rows::{entry, person};
use crate::engines::for_each_engine;

const URL: &str = "COUNTERSIGN_TEST_WRITER_URL";

/// Adds people for ever, and says so each time one is safe.
#[test]
#[ignore = "it is the process that the test below starts and kills"]
fn the_writer() {
    let url = std::env::var(URL).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url).await.unwrap();
        loop {
            let row = person(&format!("{:016x}@district.example", rand::random::<u64>()));
            let mut tx = store.write().await.unwrap();
            tx.insert_person(&row).await.unwrap();
            let numbers = tx
                .commit(vec![entry("person.added", row.id.as_str())])
                .await
                .unwrap();
            println!("safe {}", numbers[0]);
            std::io::stdout().flush().unwrap();
        }
    });
}

/// Starts the writer, kills it some time after its first acknowledgement, and gives the last one it made.
fn write_and_kill(url: &str, after: Duration) -> u64 {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::killed::the_writer", "--ignored", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut last = 0;
    let mut kill_at = None;
    for line in BufReader::new(writer.stdout.take().unwrap()).lines() {
        let Some(number) = line
            .unwrap()
            .rsplit_once("safe ")
            .and_then(|(_, n)| n.parse().ok())
        else {
            continue;
        };
        last = number;
        if Instant::now() >= *kill_at.get_or_insert_with(|| Instant::now() + after) {
            writer.kill().unwrap();
        }
    }
    writer.wait().unwrap();
    last
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged() {
    for_each_engine(|fresh| async move {
        for after_ms in [1, 20, 50, 110] {
            let url = fresh.url.clone();
            let kill = move || write_and_kill(&url, Duration::from_millis(after_ms));
            let acknowledged = tokio::task::spawn_blocking(kill).await.unwrap();
            assert!(acknowledged > 0, "the writer wrote nothing");
            // A writer's turn, so that a transaction which the killed process left behind has ended.
            drop(fresh.store.write().await.unwrap());
            let entries = fresh.store.audit_length().await.unwrap();
            assert!(entries >= acknowledged, "{entries} of {acknowledged} are left");
            assert_eq!(
                fresh.store.people_count().await.unwrap(),
                entries,
                "each entry with its person"
            );
            let found = fresh.store.audit_verify().await.unwrap();
            assert!(found.ok(), "{found:?}");
        }
    });
}
