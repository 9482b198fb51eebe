//! The real drafting model against candle's stock implementation of it: the same greedy tokens, logits close by.

use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file;
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_qwen2::ModelWeights;

use super::super::cache::Cache;
use super::super::decoder::{Decoder, Logits};
use super::super::gguf::ModelFile;
use super::super::vocabulary::{Segment, Vocabulary};

const MODEL: &str = "qwen2.5-coder-1.5b-instruct-q4_k_m";
const CONTEXT_TOKENS: usize = 256;

/// Tokens that both write after each prompt.
const WRITTEN_TOKENS: usize = 5;

/// How far a logit may be off, as a share of the spread of all. Both round the inputs of every product to 8 bits, and a
/// value that lies between two steps may fall either way.
const TOLERANCE: f32 = 0.02;

/// Tokens whose logits are so close in the stock model, again as a share of the spread, may come in either order; both
/// models then go on from the stock model's. There must be few: 4 of the 100 tokens differed when this was written, all of
/// them less than 0.004 of the spread apart.
const TIE: f32 = 0.005;
const TIES_MAX: usize = 5;

const PROMPTS: [&str; 20] = [
    "Name three colours.",
    "When does school start?",
    "Write a Python function that adds two numbers.",
    "A lost bus pass costs $5.00. What does a lost bus pass cost?",
    "Register by August 15. By when must I register?",
    "Is water wet? Yes or No.",
    "Translate to Spanish: The bus is late.",
    "What is 17 plus 25?",
    "List the days of the week.",
    "Say hello.",
    "S1: Buses leave at 7:05. S2: Meals cost $3. Which sentence is about meals?",
    "Rewrite in plain words: Pupils shall be excluded prior to admission.",
    "What is the capital of France?",
    "Finish: The quick brown fox",
    "Who reviews a draft before it is published?",
    "Write one sentence about a library.",
    "Does \"closed on Monday\" mean open on Tuesday? Yes or No.",
    "¿A qué hora sale el autobús?",
    "学校几点开门？",
    "{\"question\": \"bus\", \"answer\":",
];

/// Where the weights are, or none, which is only allowed outside CI.
fn model_file() -> Option<PathBuf> {
    let folder = match std::env::var_os("COUNTERSIGN_MODELS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".cache/countersign/models"),
    };
    let path = folder.join(MODEL).join(format!("{MODEL}.gguf"));
    if path.exists() {
        return Some(path);
    }
    let told = format!("{} is missing: run `countersign models pull`", path.display());
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{told}");
    eprintln!("SKIPPED, NOTHING WAS TESTED: {told}");
    None
}

fn load_stock(path: &Path) -> ModelWeights {
    let mut file = std::fs::File::open(path).unwrap();
    let content = gguf_file::Content::read(&mut file).unwrap();
    ModelWeights::from_gguf(content, &mut file, &Device::Cpu).unwrap()
}

fn stock_logits(stock: &mut ModelWeights, tokens: &[u32], start: usize) -> Vec<f32> {
    let tokens = Tensor::new(tokens, &Device::Cpu).unwrap().unsqueeze(0).unwrap();
    let logits = stock.forward(&tokens, start).unwrap();
    logits.flatten_all().unwrap().to_vec1().unwrap()
}

fn highest(logits: &[f32]) -> u32 {
    let best = logits.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.unwrap().0 as u32
}

fn spread(logits: &[f32]) -> f32 {
    let (low, high) = logits.iter().fold((f32::MAX, f32::MIN), |(low, high), &logit| {
        (low.min(logit), high.max(logit))
    });
    high - low
}

#[test]
fn twenty_prompts_go_on_as_with_the_stock_model() {
    let Some(path) = model_file() else { return };
    let mut file = ModelFile::open(&path).unwrap();
    let dimensions = file.dimensions().unwrap();
    let vocabulary = Vocabulary::new(file.take_metadata()).unwrap();
    let mut cache = Cache::new(&dimensions, CONTEXT_TOKENS);
    let decoder = Decoder::load(&mut file, dimensions, CONTEXT_TOKENS).unwrap();
    let mut stock = load_stock(&path);
    let mut ties = 0;
    for prompt in PROMPTS {
        let turn = [
            Segment::Template("<|im_start|>user\n"),
            Segment::Untrusted(prompt),
            Segment::Template("<|im_end|>\n<|im_start|>assistant\n"),
        ];
        let mut pass = vocabulary.encode(&turn).unwrap();
        cache.truncate(0);
        stock.clear_kv_cache();
        for number in 0..WRITTEN_TOKENS {
            let expected = stock_logits(&mut stock, &pass, cache.len());
            let ours = decoder.read(&mut cache, &pass, Logits::Last).unwrap().values;
            let farthest = ours
                .iter()
                .zip(&expected)
                .map(|(ours, expected)| (ours - expected).abs());
            let off = farthest.fold(0f32, f32::max) / spread(&expected);
            assert!(
                off < TOLERANCE,
                "a logit is off by {off} of the spread after {prompt:?}"
            );
            let (token, our_token) = (highest(&expected), highest(&ours));
            if our_token != token {
                let apart = (expected[token as usize] - expected[our_token as usize]) / spread(&expected);
                eprintln!("token {number} after {prompt:?} is a tie: {apart:.4} of the spread apart");
                assert!(
                    apart < TIE,
                    "token {number} after {prompt:?}: {our_token}, expected {token}"
                );
                ties += 1;
            }
            if vocabulary.is_end(token) {
                break;
            }
            pass = vec![token];
        }
    }
    assert!(ties <= TIES_MAX, "{ties} tokens differ");
}
