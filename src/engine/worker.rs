//! The thread that owns the drafting model, and the handle by which everybody else asks it for work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};

use super::cancel::Cancel;
use super::error::EngineError;
use super::load;
use super::session::{ModelIdentity, Session};

/// How to run the drafting model.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    pub model_file: PathBuf,
    /// Jobs that may wait; one more is refused with [`EngineError::Busy`].
    pub queue_max: usize,
    /// Longest prompt with its answer. The model's own limit applies as well.
    pub context_tokens_max: usize,
}

/// Whether the model can be asked.
#[derive(Clone, Debug, Serialize)]
pub enum EngineStatus {
    Loading,
    Ready { model: ModelIdentity, load_ms: u64 },
    Failed { reason: String },
}

/// A cheap handle on the drafting model; when the last one is dropped the model is unloaded.
#[derive(Clone)]
pub struct Engine {
    jobs: mpsc::Sender<Job>,
    status: watch::Receiver<EngineStatus>,
    queued: Arc<AtomicUsize>,
}

type Job = Box<dyn FnOnce(&mut Session) + Send>;

impl Engine {
    /// Returns at once and loads in the background; jobs sent meanwhile wait in the queue.
    pub fn start(settings: EngineSettings) -> Self {
        let (jobs, inbox) = mpsc::channel(settings.queue_max.max(1));
        let (announce, status) = watch::channel(EngineStatus::Loading);
        let queued = Arc::new(AtomicUsize::new(0));
        let spawned = std::thread::Builder::new()
            .name("drafting-model".to_owned())
            .spawn({
                let announce = announce.clone();
                move || match compute_pool() {
                    Ok(pool) => pool.install(|| own_model(&settings, inbox, &announce)),
                    Err(error) => announce_no_thread(&announce, &error),
                }
            });
        if let Err(error) = spawned {
            announce_no_thread(&announce, &error);
        }
        Self { jobs, status, queued }
    }

    pub fn status(&self) -> EngineStatus {
        self.status.borrow().clone()
    }

    /// Waits until the model is loaded or has failed to load.
    pub async fn ready(&self) -> Result<ModelIdentity, EngineError> {
        let mut status = self.status.clone();
        let settled = status
            .wait_for(|status| !matches!(status, EngineStatus::Loading))
            .await;
        match settled.map_err(|_| EngineError::Closed)?.clone() {
            EngineStatus::Ready { model, .. } => Ok(model),
            EngineStatus::Failed { reason } => Err(EngineError::Load(reason)),
            EngineStatus::Loading => Err(EngineError::Closed),
        }
    }

    /// Jobs that wait for the one that runs.
    pub fn queued(&self) -> usize {
        self.queued.load(Ordering::Relaxed)
    }

    /// Runs `job` on the model thread after the jobs before it. Dropping the future, like `cancel`, ends the job at its
    /// next token.
    pub async fn run<T: Send + 'static>(
        &self,
        cancel: Cancel,
        job: impl FnOnce(&mut Session) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        if let EngineStatus::Failed { reason } = self.status() {
            return Err(EngineError::Load(reason));
        }
        let abandoned = CancelOnDrop(Cancel::new());
        let stops = [cancel, abandoned.0.clone()];
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting::new(self.queued.clone());
        let job: Job = Box::new(move |session| {
            drop(waiting);
            // The receiver can only be gone if the future was dropped, and then nobody wants the result.
            let _ = answer.send(run_guarded(session, stops, job));
        });
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => EngineError::Busy,
            mpsc::error::TrySendError::Closed(_) => EngineError::Closed,
        })?;
        match answered.await {
            Ok(result) => result,
            Err(_) => match self.status() {
                EngineStatus::Failed { reason } => Err(EngineError::Load(reason)),
                _ => Err(EngineError::Closed),
            },
        }
    }
}

/// The model's own computing threads. It lives on one of them: asked from any other thread, every small step of a pass
/// would be handed over to a computing thread and waited for, which on a busy machine takes longer than the step.
fn compute_pool() -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(candle_core::utils::get_num_threads())
        .thread_name(|number| format!("drafting-model-{number}"))
        .build()
}

fn announce_no_thread(announce: &watch::Sender<EngineStatus>, error: &dyn std::error::Error) {
    let reason = format!("the model thread could not be started: {error}");
    announce.send_replace(EngineStatus::Failed { reason });
}

fn own_model(
    settings: &EngineSettings,
    mut inbox: mpsc::Receiver<Job>,
    announce: &watch::Sender<EngineStatus>,
) {
    let started = Instant::now();
    let loaded = catch_unwind(|| load::session(&settings.model_file, settings.context_tokens_max));
    let mut session = match loaded {
        Ok(Ok(session)) => session,
        Ok(Err(reason)) => {
            tracing::error!(file = %settings.model_file.display(), reason, "the drafting model could not be loaded");
            announce.send_replace(EngineStatus::Failed { reason });
            return;
        }
        Err(panic) => {
            let reason = format!("the model file could not be understood: {}", panic_text(&*panic));
            announce.send_replace(EngineStatus::Failed { reason });
            return;
        }
    };
    let load_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    announce.send_replace(EngineStatus::Ready {
        model: session.identity().clone(),
        load_ms,
    });
    while let Some(job) = inbox.blocking_recv() {
        job(&mut session);
    }
}

fn run_guarded<T>(
    session: &mut Session,
    stops: [Cancel; 2],
    job: impl FnOnce(&mut Session) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    if stops.iter().any(Cancel::is_cancelled) {
        return Err(EngineError::Cancelled);
    }
    session.begin_job(stops);
    catch_unwind(AssertUnwindSafe(|| job(session))).unwrap_or_else(|panic| {
        session.forget();
        Err(EngineError::Panicked(panic_text(&*panic)))
    })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given")
        .to_owned()
}

/// Counts a job as waiting until it runs or is thrown away.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn new(count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
