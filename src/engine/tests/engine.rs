//! The queue in front of the model: readiness, refusal when full, cancellation, and surviving a job's panic.

use std::time::Duration;

use super::super::{Cancel, Engine, EngineError, EngineSettings, EngineStatus, Segment};
use super::tiny::{CONTEXT_TOKENS, Tiny};

fn start(queue_max: usize, write: impl FnOnce(&std::path::Path) -> std::path::PathBuf) -> Engine {
    let folder = tempfile::tempdir().unwrap().keep();
    let model_file = write(&folder);
    Engine::start(EngineSettings {
        model_file,
        queue_max,
        context_tokens_max: CONTEXT_TOKENS,
    })
}

fn tiny(queue_max: usize) -> Engine {
    start(queue_max, |folder| Tiny::of("qwen2").write(folder))
}

async fn wait_until(condition: impl Fn() -> bool) {
    tokio::time::timeout(Duration::from_secs(30), async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .expect("the condition should hold within 30 s");
}

#[tokio::test]
async fn a_model_becomes_ready_and_answers() {
    let engine = tiny(2);
    let identity = engine.ready().await.unwrap();
    assert_eq!((identity.name.as_str(), identity.file_sha256.len()), ("Tiny", 64));
    assert!(matches!(engine.status(), EngineStatus::Ready { model, .. } if model == identity));
    let probability = engine
        .run(Cancel::new(), |session| {
            session.yes_probability(&[Segment::Untrusted("So?")])
        })
        .await;
    assert!((0.0..=1.0).contains(&probability.unwrap()));
}

#[tokio::test]
async fn a_missing_or_broken_file_is_reported_with_what_to_do() {
    for broken in [None, Some("not a model")] {
        let engine = start(2, |folder| {
            let path = folder.join("model.gguf");
            broken.inspect(|text| std::fs::write(&path, text).unwrap());
            path
        });
        let failed = engine.ready().await;
        assert!(
            matches!(&failed, Err(EngineError::Load(reason)) if reason.contains("countersign models pull")),
            "{failed:?}"
        );
        let refused = engine.run(Cancel::new(), |_| Ok(())).await;
        assert!(matches!(refused, Err(EngineError::Load(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_full_queue_refuses_and_says_how_many_wait() {
    let engine = tiny(1);
    engine.ready().await.unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let running = tokio::spawn({
        let engine = engine.clone();
        async move {
            engine
                .run(Cancel::new(), move |_| {
                    held.recv().unwrap();
                    Ok(1)
                })
                .await
        }
    });
    let waiting = tokio::spawn({
        let engine = engine.clone();
        async move {
            loop {
                match engine.run(Cancel::new(), |_| Ok(2)).await {
                    Err(EngineError::Busy) => tokio::time::sleep(Duration::from_millis(2)).await,
                    done => break done,
                }
            }
        }
    });
    wait_until(|| engine.queued() == 1).await;
    assert!(matches!(
        engine.run(Cancel::new(), |_| Ok(3)).await,
        Err(EngineError::Busy)
    ));
    assert_eq!(engine.queued(), 1);
    release.send(()).unwrap();
    assert_eq!(
        (running.await.unwrap().unwrap(), waiting.await.unwrap().unwrap()),
        (1, 2)
    );
    assert_eq!(engine.queued(), 0);
}

#[tokio::test]
async fn cancelling_or_dropping_a_job_frees_the_model() {
    let engine = tiny(4);
    engine.ready().await.unwrap();
    let endless = |session: &mut super::super::Session| loop {
        session.prefill(&[Segment::Untrusted("one")])?;
        session.prefill(&[Segment::Untrusted("two")])?;
    };
    let cancel = Cancel::new();
    let running = tokio::spawn({
        let (engine, cancel) = (engine.clone(), cancel.clone());
        async move { engine.run::<()>(cancel, endless).await }
    });
    cancel.cancel();
    assert!(matches!(running.await.unwrap(), Err(EngineError::Cancelled)));

    let dropped = tokio::time::timeout(
        Duration::from_millis(50),
        engine.run::<()>(Cancel::new(), endless),
    )
    .await;
    assert!(dropped.is_err(), "the job does not end by itself");
    assert_eq!(engine.run(Cancel::new(), |_| Ok(7)).await.unwrap(), 7);
}

#[tokio::test]
async fn a_panic_in_a_job_is_an_error_and_the_model_lives_on() {
    let engine = tiny(2);
    let failed = engine
        .run::<()>(Cancel::new(), |_| panic!("a test's own panic"))
        .await;
    assert!(matches!(failed, Err(EngineError::Panicked(text)) if text == "a test's own panic"));
    assert!(
        engine
            .run(Cancel::new(), |session| session
                .prefill(&[Segment::Untrusted("on")]))
            .await
            .is_ok()
    );
}
