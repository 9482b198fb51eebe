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
fn progress_can_be_followed_from_where_one_left_off() {
    for_each_engine(|fresh| async move {
        let store = &fresh.store;
        let person = add_person(store, "a@district.example").await;
        let (row, other) = (item(&person.id, "One?"), item(&person.id, "Two?"));
        add_item(store, &row).await;
        add_item(store, &other).await;
        for (n, step) in ["search", "read", "write"].into_iter().enumerate() {
            let seq = store
                .progress_append(&row.id, &json!({"step": step}), at(n as i64))
                .await
                .unwrap();
            assert_eq!(seq, n as u64 + 1);
        }
        assert_eq!(
            store
                .progress_append(&other.id, &json!("x"), at(0))
                .await
                .unwrap(),
            1
        );
        let since = store.progress_since(&row.id, 1).await.unwrap();
        let steps: Vec<_> = since
            .iter()
            .map(|step| (step.seq, step.event["step"].as_str()))
            .collect();
        assert_eq!(steps, [(2, Some("read")), (3, Some("write"))]);
        assert_eq!(since[1].at, at(2));
        assert_eq!(store.progress_since(&row.id, 3).await.unwrap(), []);
    });
}
