//! Jobs with leases, and progress that can be followed.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::ids::{ItemId, JobId};
use countersign::store::{Heartbeat, JobCounts, JobEnd, JobState, Store, StoreError};
use serde_json::json;

use super::rows::{add_item, add_person, at, commit, item};
use crate::engines::for_each_engine;

const LEASE: Duration = Duration::from_secs(60);

async fn enqueue(store: &Store, item: Option<&ItemId>, seconds: i64) -> JobId {
    let id = JobId::fresh();
    let mut tx = store.write().await.unwrap();
    tx.enqueue(&id, "draft", item, at(seconds)).await.unwrap();
    commit(tx).await;
    id
}

async fn finish(store: &Store, id: &JobId, worker: &str, end: JobEnd) -> Result<(), StoreError> {
    let mut tx = store.write().await.unwrap();
    tx.finish_job(id, worker, &end, at(99)).await?;
    commit(tx).await;
    Ok(())
}

#[test]
fn the_oldest_job_is_taken_first_and_by_one_worker() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let (second, first) = (enqueue(store, None, 2).await, enqueue(store, None, 1).await);
        assert_eq!(
            store.jobs_waiting().await.unwrap(),
            JobCounts {
                waiting: 2,
                running: 0
            }
        );
        let leased = store.lease_job("one", at(10), LEASE).await.unwrap().unwrap();
        assert_eq!(
            (&leased.id, leased.state, leased.attempts),
            (&first, JobState::Running, 1)
        );
        assert_eq!(
            (leased.leased_by.as_deref(), leased.lease_until),
            (Some("one"), Some(at(70)))
        );
        let other = store.lease_job("two", at(10), LEASE).await.unwrap().unwrap();
        assert_eq!(other.id, second);
        assert_eq!(store.lease_job("three", at(10), LEASE).await.unwrap(), None);
        assert_eq!(
            store.jobs_waiting().await.unwrap(),
            JobCounts {
                waiting: 0,
                running: 2
            }
        );
    });
}

#[test]
fn a_lost_workers_job_is_taken_up_again_and_its_late_result_is_refused() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let id = enqueue(store, None, 0).await;
        store.lease_job("lost", at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(
            store.heartbeat_job(&id, "lost", at(30), LEASE).await.unwrap(),
            Heartbeat::Held
        );
        assert_eq!(store.lease_job("next", at(89), LEASE).await.unwrap(), None);
        let again = store.lease_job("next", at(90), LEASE).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempts), (id.clone(), 2));
        assert_eq!(
            store.heartbeat_job(&id, "lost", at(91), LEASE).await.unwrap(),
            Heartbeat::Lost
        );
        let late = finish(store, &id, "lost", JobEnd::Done).await;
        assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
        finish(store, &id, "next", JobEnd::Failed("no model".into()))
            .await
            .unwrap();
        let ended = store.job(&id).await.unwrap().unwrap();
        assert_eq!(
            (ended.state, ended.error.as_deref()),
            (JobState::Failed, Some("no model"))
        );
        assert_eq!(store.lease_job("next", at(9999), LEASE).await.unwrap(), None);
    });
}

#[test]
fn a_job_that_is_put_back_waits_again_without_counting() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let id = enqueue(store, None, 0).await;
        store.lease_job("one", at(0), LEASE).await.unwrap().unwrap();
        store.release_job(&id, "two", at(1)).await.unwrap();
        assert_eq!(store.job(&id).await.unwrap().unwrap().state, JobState::Running);
        store.release_job(&id, "one", at(1)).await.unwrap();
        let back = store.job(&id).await.unwrap().unwrap();
        assert_eq!(
            (back.state, back.attempts, back.leased_by),
            (JobState::Waiting, 0, None)
        );
    });
}

#[test]
fn cancelling_ends_what_waits_and_tells_what_runs() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let row = item(&person.id, "When do buses run?");
        add_item(store, &row).await;
        let (running, waiting) = (
            enqueue(store, Some(&row.id), 0).await,
            enqueue(store, Some(&row.id), 1).await,
        );
        let other = enqueue(store, None, 2).await;
        store.lease_job("one", at(5), LEASE).await.unwrap().unwrap();
        let mut tx = store.write().await.unwrap();
        tx.request_cancel(&row.id, at(6)).await.unwrap();
        commit(tx).await;
        let state = async |id| store.job(id).await.unwrap().unwrap().state;
        assert_eq!(state(&waiting).await, JobState::Cancelled);
        assert_eq!(state(&running).await, JobState::Running);
        assert_eq!(state(&other).await, JobState::Waiting);
        let told = store.heartbeat_job(&running, "one", at(7), LEASE).await.unwrap();
        assert_eq!(told, Heartbeat::CancelRequested);
        finish(store, &running, "one", JobEnd::Cancelled).await.unwrap();
        assert_eq!(state(&running).await, JobState::Cancelled);
    });
}

#[test]
fn workers_at_the_same_time_never_get_the_same_job() {
    for_each_engine(|fresh| async move {
        let mut wanted = BTreeSet::new();
        for n in 0..30 {
            wanted.insert(enqueue(&fresh.store, None, n).await);
        }
        let workers: Vec<_> = (0..6)
            .map(|n| {
                let store = fresh.store.clone();
                tokio::spawn(async move {
                    let mut got = Vec::new();
                    while let Some(job) = store
                        .lease_job(&format!("worker {n}"), at(0), LEASE)
                        .await
                        .unwrap()
                    {
                        got.push(job.id);
                    }
                    got
                })
            })
            .collect();
        let mut got = Vec::new();
        for worker in workers {
            got.extend(worker.await.unwrap());
        }
        assert_eq!(got.len(), 30, "each once");
        assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), wanted);
    });
}

#[test]
fn a_command_gets_the_job_of_its_own_item() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let (older, own) = (item(&person.id, "One?"), item(&person.id, "Two?"));
        add_item(store, &older).await;
        add_item(store, &own).await;
        enqueue(store, Some(&older.id), 0).await;
        let wanted = enqueue(store, Some(&own.id), 1).await;
        let leased = store
            .lease_job_of(&own.id, "command", at(2), LEASE)
            .await
            .unwrap();
        assert_eq!(leased.map(|job| job.id), Some(wanted));
        let none = store
            .lease_job_of(&own.id, "command", at(2), LEASE)
            .await
            .unwrap();
        assert_eq!(none, None);
    });
}

async fn append(store: &Store, item: &ItemId, step: &str, seconds: i64) -> u64 {
    let event = json!({"step": step});
    store.progress_append(item, &event, at(seconds)).await.unwrap()
}

async fn steps_since(store: &Store, item: &ItemId, seq: u64) -> Vec<(u64, String)> {
    let since = store.progress_since(item, seq).await.unwrap();
    since
        .iter()
        .map(|step| {
            (
                step.seq,
                step.event["step"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

#[test]
fn progress_can_be_followed_from_where_one_left_off() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let (row, other) = (item(&person.id, "One?"), item(&person.id, "Two?"));
        add_item(store, &row).await;
        add_item(store, &other).await;
        // Two steps at one time, and a clock that was set back, still come in order.
        let mut numbers = Vec::new();
        for (step, seconds) in [("search", 1), ("read", 1), ("write", 0)] {
            numbers.push(append(store, &row.id, step, seconds).await);
        }
        append(store, &other.id, "elsewhere", 5).await;
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        let wanted = [(numbers[1], "read".to_owned()), (numbers[2], "write".to_owned())];
        assert_eq!(steps_since(store, &row.id, numbers[0]).await, wanted);
        assert_eq!(store.progress_since(&row.id, 0).await.unwrap()[2].at, at(0));
        assert_eq!(steps_since(store, &row.id, numbers[2]).await, []);
    });
}

#[test]
fn a_new_attempt_is_followed_from_its_start_whatever_was_seen_of_the_last() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let row = item(&person.id, "One?");
        add_item(store, &row).await;
        let mut seen = 0;
        for step in ["search", "read", "end"] {
            seen = append(store, &row.id, step, 1).await;
        }
        enqueue(store, Some(&row.id), 2).await;
        assert_eq!(steps_since(store, &row.id, 0).await, []);
        let first = append(store, &row.id, "search", 3).await;
        assert_eq!(
            steps_since(store, &row.id, seen).await,
            [(first, "search".to_owned())]
        );
    });
}
