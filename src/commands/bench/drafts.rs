//! Whole drafts over the sample district, from the question to the checked answer.

use serde::Serialize;

use crate::accounts::{Role, Roles};
use crate::commands::opening::caller;
use crate::commands::sample_district::{answerable_questions, load, manifest};
use crate::commands::terminal::{Failure, progress};
use crate::drafting::{DraftingTask, Outcome, Timing, Tokens, draft};
use crate::engine::{Cancel, RecordedCall};
use crate::workflow::{App, Caller, ensure_person, sources_in_force, sync};

/// One draft, with the calls that it made of the model.
#[derive(Debug, Serialize)]
pub struct MeasuredDraft {
    pub question: String,
    /// Whether it came to a draft; a refusal makes fewer calls.
    pub is_draft: bool,
    pub timing_ms: Timing,
    pub tokens: Tokens,
    pub calls: Vec<RecordedCall>,
}

/// Drafts the first `count` of the sample district's answerable questions.
pub async fn measure(app: &App, count: usize) -> Result<Vec<MeasuredDraft>, Failure> {
    progress("loading the sample district …");
    let adder = person(app, "Bench, first person", "first@bench.example").await?;
    let approver = person(app, "Bench, second person", "second@bench.example").await?;
    load(app, &adder, &approver, &manifest()?).await?;
    sync(app).await?;
    let mut drafts = Vec::new();
    for question in answerable_questions()?.into_iter().take(count) {
        let measured = one(app, question).await?;
        progress(&format!(
            "{}: {:.1} s ({})",
            if measured.is_draft { "draft" } else { "refusal" },
            measured.timing_ms.total as f64 / 1e3,
            measured.question
        ));
        drafts.push(measured);
    }
    Ok(drafts)
}

async fn person(app: &App, name: &str, email: &str) -> Result<Caller, Failure> {
    let roles = Roles::from([Role::SourceOwner]);
    Ok(caller(ensure_person(app, name, email, roles, None).await?))
}

async fn one(app: &App, question: String) -> Result<MeasuredDraft, Failure> {
    let context = app.models.drafting_ready().await?;
    let in_force = sources_in_force(app).await?;
    let engine = context.engine.clone();
    let begin = engine.run(Cancel::new(), |session| {
        session.record_calls();
        Ok(())
    });
    begin.await?;
    let task = DraftingTask::Faq {
        question: question.clone(),
    };
    let outcome = draft(&context, &task, &in_force, Cancel::new(), &|_| {}).await?;
    let calls = engine
        .run(Cancel::new(), |session| Ok(session.recorded_calls()))
        .await?;
    let (is_draft, timing_ms, tokens) = match outcome {
        Outcome::Draft(draft) => (true, draft.timing_ms, draft.tokens),
        Outcome::Refusal(refusal) => (false, refusal.timing_ms, refusal.tokens),
    };
    Ok(MeasuredDraft {
        question,
        is_draft,
        timing_ms,
        tokens,
        calls,
    })
}
