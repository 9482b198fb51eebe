//! The engine with the real drafting model: the tokens of candle's stock model, tokenization, masks, guesses, speed.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

use candle_core::quantized::gguf_file;
use candle_core::quantized::tokenizer::TokenizerFromGguf;
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_qwen2::ModelWeights;
use countersign::engine::{
    Cancel, Engine, EngineError, EngineSettings, EngineStatus, Grammar, Segment, Session, Stop,
};
use tokenizers::Tokenizer;

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

/// What candle's stock model writes, token by token, and its first logits.
struct Stock {
    model: ModelWeights,
    tokenizer: Tokenizer,
}

impl Stock {
    fn load(path: &PathBuf) -> Self {
        let mut file = std::fs::File::open(path).expect("the model file should open");
        let content = gguf_file::Content::read(&mut file).expect("the header should be whole");
        let tokenizer = Tokenizer::from_gguf(&content).expect("the tokenizer should be known");
        let model =
            ModelWeights::from_gguf(content, &mut file, &Device::Cpu).expect("the weights should load");
        Self { model, tokenizer }
    }

    fn logits(&mut self, tokens: &[u32], start: usize) -> Tensor {
        let tokens = Tensor::new(tokens, &Device::Cpu).and_then(|tokens| tokens.unsqueeze(0));
        let logits = tokens.and_then(|tokens| self.model.forward(&tokens, start)?.squeeze(0));
        logits.expect("the stock model should run")
    }

    fn encode(&self, prompt: &str) -> Vec<u32> {
        self.tokenizer
            .encode(prompt, false)
            .expect("a prompt should tokenize")
            .get_ids()
            .to_vec()
    }

    fn greedy(&mut self, prompt: &str, tokens_max: usize) -> String {
        let end = self
            .tokenizer
            .token_to_id("<|im_end|>")
            .expect("the model has turns");
        self.model.clear_kv_cache();
        let mut pass = self.encode(prompt);
        let (mut start, mut written) = (0, Vec::new());
        while written.len() < tokens_max {
            let next = self
                .logits(&pass, start)
                .argmax(0)
                .and_then(|token| token.to_scalar::<u32>());
            let next = next.expect("a likeliest token exists");
            if next == end {
                break;
            }
            start += pass.len();
            written.push(next);
            pass = vec![next];
        }
        self.tokenizer
            .decode(&written, false)
            .expect("tokens should decode")
    }

    fn yes_probability(&mut self, prompt: &str) -> f32 {
        self.model.clear_kv_cache();
        let tokens = self.encode(prompt);
        let logits: Vec<f32> = self.logits(&tokens, 0).to_vec1().expect("logits are floats");
        let weight = |answers: [&str; 3]| {
            answers
                .map(|answer| logits[self.encode(answer)[0] as usize].exp())
                .iter()
                .sum::<f32>()
        };
        let (yes, no) = (weight(["Yes", "yes", " Yes"]), weight(["No", "no", " No"]));
        yes / (yes + no)
    }
}

#[tokio::test]
async fn writes_the_tokens_of_the_stock_model() {
    let Some(path) = model_file() else { return };
    let prompts = [
        turn("Name three colours, separated by commas."),
        turn(&format!(
            "{EVIDENCE}\n\nBy when must families register? Answer in one sentence."
        )),
        turn("Write a Python function that adds two numbers. Code only."),
    ];
    let question = turn(&format!(
        "{EVIDENCE}\n\nDoes the text say what a lost bus pass costs? Yes or No."
    ));
    let expected = tokio::task::spawn_blocking({
        let (prompts, question) = (prompts.clone(), question.clone());
        move || {
            let mut stock = Stock::load(&path);
            (
                prompts.map(|prompt| stock.greedy(&prompt, 32)),
                stock.yes_probability(&question),
            )
        }
    });
    let (texts, probability) = expected.await.expect("the stock model should run");
    let ours = with_model(move |session| {
        let texts = prompts
            .iter()
            .map(|prompt| plain(session, prompt, 32))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((texts, session.yes_probability(&[Template(&question)])?))
    });
    let (our_texts, our_probability) = ours.await.expect("the model is there");
    assert_eq!(our_texts, texts);
    assert!(
        (our_probability - probability).abs() < 0.05,
        "{our_probability}, expected {probability}"
    );
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

/// Prints figures: `cargo test --test it engine::speed -- --ignored --nocapture`. Processor seconds are the ones to trust
/// on a machine that does other work; with `CANDLE_NUM_THREADS=1 RAYON_NUM_THREADS=1` no thread waits for another.
#[tokio::test]
#[ignore = "prints figures and checks nothing"]
async fn speed() {
    let Some(engine) = engine() else { return };
    engine.ready().await.expect("the model should load");
    if let EngineStatus::Ready { load_ms, .. } = engine.status() {
        eprintln!("load {load_ms} ms, {:.1} processor seconds", processor_s());
    }
    let long = format!("{EVIDENCE} ").repeat(8);
    with_model(move |session| {
        let opening = [Template("<|im_start|>user\n"), Untrusted(&long)];
        measured(session, "prefill", |session| session.prefill(&opening))?;
        let ending = "<|im_end|>\n<|im_start|>assistant\n";
        for (what, question) in [
            ("decode", "\nWrite a story about a dragon."),
            ("copy", "\nRepeat the text above."),
        ] {
            let prompt = [&opening[..], &[Template(question), Template(ending)]].concat();
            session.prefill(&prompt)?;
            measured(session, what, |session| {
                session.generate(&prompt, None, 64, &mut |_| {}).map(drop)
            })?;
        }
        let words = Grammar::lark("start: /[A-Z][a-z ,]{40,60}\\./");
        let prompt = turn("Write a sentence.");
        session.prefill(&[Template(&prompt)])?;
        measured(session, "masked decode", |session| {
            session
                .generate(&[Template(&prompt)], Some(&words), 64, &mut |_| {})
                .map(drop)
        })
    })
    .await;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|line| line.starts_with("VmHWM"))
        .for_each(|line| eprintln!("{line}"));
}

fn measured(
    session: &mut Session,
    what: &str,
    work: impl FnOnce(&mut Session) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    session.reset_usage();
    let (started, before_s) = (Instant::now(), processor_s());
    work(session)?;
    let (wall_s, processor_s) = (started.elapsed().as_secs_f64(), processor_s() - before_s);
    eprintln!(
        "{what}: {wall_s:.2} s, {processor_s:.2} processor seconds, {:?}",
        session.usage()
    );
    Ok(())
}

/// Processor time of this process so far, from Linux's scheduler ticks (10 ms).
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
