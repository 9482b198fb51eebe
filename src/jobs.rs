//! Background work: leased jobs that draft, and the upkeep that follows the calendar and other processes.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::workflow::{App, LastLook, draft_item, lease_job, remind, sync, void_lost_sources, watch_round};

/// How long an idle worker waits before it looks for a job again.
const IDLE: Duration = Duration::from_millis(300);
/// How long a worker waits after a failure of the database, so that it does not fill the log.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// A change of what is in force reaches the index and the approvals that rest on it within this time.
const UPKEEP: Duration = Duration::from_secs(3);

/// How long a process waits before it sees whether a round through the watched folder is due.
const WATCH: Duration = Duration::from_secs(5);

/// Starts the drafting workers of this process and its upkeep. They end with the process: a job that was under way
/// is taken up again when its lease ends.
pub fn start(app: &App, workers: usize) -> Vec<JoinHandle<()>> {
    let mut tasks: Vec<JoinHandle<()>> = (0..workers)
        .map(|number| tokio::spawn(work(app.clone(), worker_name(number))))
        .collect();
    tasks.push(tokio::spawn(keep_up(app.clone())));
    if !app.config.documents.watch.is_empty() {
        tasks.push(tokio::spawn(keep_watch(app.clone())));
    }
    tasks
}

/// A name that no other worker has, in this process or another.
fn worker_name(number: usize) -> String {
    let chance: u32 = rand::random();
    format!("{}-{number}-{chance:08x}", std::process::id())
}

async fn work(app: App, worker: String) {
    loop {
        match lease_job(&app, &worker).await {
            Ok(Some(job)) => {
                if let Err(error) = draft_item(&app, &worker, &job).await {
                    tracing::error!(job = %job.id, error = %error, "a drafting job could not be ended; it is tried again");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
            Ok(None) => tokio::time::sleep(IDLE).await,
            Err(error) => {
                tracing::error!(error = %error, "no job could be taken");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

async fn keep_up(app: App) {
    let mut last = LastLook::default();
    loop {
        if let Err(error) = sync(&app).await {
            tracing::warn!(error = %error, "the index could not follow");
        }
        if let Err(error) = void_lost_sources(&app).await {
            tracing::warn!(error = %error, "lost sources could not be followed");
        }
        if let Err(error) = remind(&app, &mut last).await {
            tracing::warn!(error = %error, "people could not be told of their documents");
        }
        tokio::time::sleep(UPKEEP).await;
    }
}

async fn keep_watch(app: App) {
    let wait = WATCH.min(Duration::from_secs(app.config.documents.watch_seconds));
    loop {
        if let Err(error) = watch_round(&app).await {
            tracing::warn!(error = %error, "the watched folder could not be followed");
        }
        tokio::time::sleep(wait).await;
    }
}
