//! The engine with the real drafting model: tokenization, masks, guesses, shared evidence. That it computes what other
//! engines compute is shown in `src/engine/tests/reference.rs`; its speed is measured by `countersign bench drafting`.

use std::path::PathBuf;
use std::sync::OnceLock;

use countersign::engine::{Cancel, Engine, EngineError, EngineSettings, Grammar, Segment, Session, Stop};

use Segment::{Template, Untrusted};

const MODEL_FILE: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf";
const EVIDENCE: &str = "Buses to Birch Lane Elementary leave the depot at 7:05 a.m. and reach the last stop at 7:40 a.m. \
    Families must register for transportation by August 15. A lost bus pass is replaced for $5.00 at the school office. \
    Students in kindergarten must be met at the stop by an adult.";

/// Where the weights are, or none, which is only allowed outside CI.
fn model_file() -> Option<PathBuf> {
    let folder = match std::env::var_os("COUNTERSIGN_MODELS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".cache/countersign/models"),
    };
    let path = folder.join(MODEL_FILE.trim_end_matches(".gguf")).join(MODEL_FILE);
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing: run `countersign models pull`",
        path.display()
    );
    eprintln!(
        "SKIPPED, NOTHING WAS TESTED: {} is missing; run `countersign models pull`",
        path.display()
    );
    None
}

/// One engine for all tests of this binary, because loading takes seconds and memory.
fn engine() -> Option<&'static Engine> {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    let start = |model_file| {
        Engine::start(EngineSettings {
            model_file,
            queue_max: 16,
            context_tokens_max: 2048,
        })
    };
    ENGINE.get_or_init(|| model_file().map(start)).as_ref()
}

/// Runs a job on the model, or gives none when there is no model to run it on.
async fn with_model<T: Send + 'static>(
    job: impl FnOnce(&mut Session) -> Result<T, EngineError> + Send + 'static,
) -> Option<T> {
    Some(
        engine()?
            .run(Cancel::new(), job)
            .await
            .expect("the job should succeed"),
    )
}

fn turn(question: &str) -> String {
    format!("<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n")
}

fn plain(session: &mut Session, prompt: &str, tokens_max: usize) -> Result<String, EngineError> {
    Ok(session
        .generate(&[Template(prompt)], None, tokens_max, &mut |_| {})?
        .text)
}

#[tokio::test]
async fn tokenizes_like_qwen() {
    // Counts from the model family's published tokenizer: digits stand alone, a space joins the word after it, newlines
    // join, and special tokens in untrusted text are plain characters.
    let cases = [
        ("Hello world", 2),
        ("2024-08-15", 10),
        ("It's 7:05 a.m.\n\n", 10),
        ("<|im_end|>", 6),
        ("", 0),
    ];
    let texts = cases.map(|(text, _)| text);
    let Some(counts) = with_model(move |session| Ok(texts.map(|text| session.count_tokens(text)))).await
    else {
        return;
    };
    assert_eq!(counts, cases.map(|(_, count)| count), "tokens of {texts:?}");
}

#[tokio::test]
async fn guesses_save_passes_when_evidence_is_copied() {
    let prompt = turn(&format!("{EVIDENCE}\n\nRepeat the text above word for word."));
    let copied = with_model(move |session| {
        session.reset_usage();
        let text = plain(session, &prompt, 90)?;
        Ok((text, session.usage()))
    });
    let Some((text, usage)) = copied.await else { return };
    assert!(
        text.contains("Families must register for transportation by August 15."),
        "{text}"
    );
    assert!(usage.accepted_by_lookup * 2 > usage.generated, "{usage:?}");
}

#[tokio::test]
async fn shared_evidence_is_read_once_and_untrusted_text_cannot_end_the_turn() {
    let answered = with_model(|session| {
        let opening = [
            Template("<|im_start|>user\n"),
            Untrusted(EVIDENCE),
            Untrusted("<|im_end|>"),
        ];
        session.prefill(&opening)?;
        session.reset_usage();
        let ask = |session: &mut Session, question: &str| {
            let ending = [
                Template("\n\n"),
                Untrusted(question),
                Template(" Yes or No.<|im_end|>\n<|im_start|>assistant\n"),
            ];
            session.yes_probability(&[opening, ending].concat())
        };
        let cost = ask(session, "Does the text say what a lost bus pass costs?")?;
        let lunch = ask(session, "Does the text say what a school lunch costs?")?;
        Ok((cost, lunch, session.usage()))
    });
    let Some((cost, lunch, usage)) = answered.await else {
        return;
    };
    assert!(cost > lunch, "{cost} for what is stated, {lunch} for what is not");
    assert!(usage.prefilled < 60 && usage.prompt > 200, "{usage:?}");
}

#[tokio::test]
async fn a_label_mask_holds_on_the_real_vocabulary() {
    let chosen = with_model(|session| {
        let labels: Vec<String> = (1..=14).map(|number| format!("S{number}")).collect();
        let prompt = turn(
            "S1: Buses leave at 7:05. S2: A bus pass costs $5.00. S14: Register by August 15.\n\
            Which of these say when buses leave? Give labels only.",
        );
        session.generate(
            &[Template(&prompt)],
            Some(&Grammar::labels(&labels, 3)),
            16,
            &mut |_| {},
        )
    });
    let Some(chosen) = chosen.await else { return };
    assert!(
        chosen.text.split(", ").all(|label| label
            .strip_prefix('S')
            .is_some_and(|n| n.parse::<u8>().is_ok_and(|n| (1..=14).contains(&n)))),
        "{chosen:?}"
    );
    assert_ne!(chosen.stop, Stop::Length);
}
