//! How fast the drafting model reads and writes here, with and without look-up and masks.

use std::time::Instant;

use serde::Serialize;

use super::prompts;
use crate::commands::terminal::Failure;
use crate::engine::{
    Cancel, Engine, EngineError, EngineStatus, Grammar, MaskCost, ModelIdentity, Segment, Session,
};

/// Tokens written behind each prompt.
const WRITTEN_TOKENS: usize = 64;

/// What comes between starting the program and its first token.
#[derive(Debug, Serialize)]
pub struct Load {
    /// The drafting model alone.
    pub drafting_model_s: f64,
    pub both_models_s: f64,
    /// Both models, and the first token behind a short prompt.
    pub first_token_s: f64,
}

/// Tokens in a time.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Rate {
    pub tokens: u64,
    pub seconds: f64,
    pub tokens_per_s: f64,
}

/// One fixed prompt and what was written behind it, for running the same through another engine.
#[derive(Debug, Serialize)]
pub struct Written {
    pub prompt: String,
    pub text: String,
    pub tokens: usize,
}

#[derive(Debug, Serialize)]
pub struct Speed {
    pub model: ModelIdentity,
    pub prefill: Rate,
    pub decode: Rate,
    pub decode_with_lookup: Rate,
    /// The share of the tokens written with look-up that had been guessed.
    pub accepted_by_lookup: f64,
    pub masked_decode: Rate,
    /// How much longer a token takes for its mask, as a share.
    pub mask_slowdown: f64,
    pub mask: MaskCost,
    pub weight_bytes_per_token: usize,
    pub cache_bytes_per_token: usize,
    pub context_tokens: u64,
    /// The beginning of all prompts, which the speed of reading was measured with.
    pub opening: String,
    pub prompts: Vec<Written>,
}

impl Rate {
    fn new(tokens: u64, seconds: f64) -> Self {
        Self {
            tokens,
            seconds,
            tokens_per_s: tokens as f64 / seconds.max(f64::MIN_POSITIVE),
        }
    }

    fn and(self, other: Self) -> Self {
        Self::new(self.tokens + other.tokens, self.seconds + other.seconds)
    }
}

impl Load {
    pub async fn finish(engine: &Engine, started: Instant) -> Result<Self, Failure> {
        let both_models_s = started.elapsed().as_secs_f64();
        let drafting_model_s = match engine.status() {
            EngineStatus::Ready { load_ms, .. } => load_ms as f64 / 1e3,
            EngineStatus::Loading | EngineStatus::Failed { .. } => 0.0,
        };
        let prompt = [Segment::Template(
            "<|im_start|>user\nHello.<|im_end|>\n<|im_start|>assistant\n",
        )];
        let first = engine.run(Cancel::new(), move |session| {
            session.generate(&prompt, None, 1, &mut |_| {})
        });
        first.await?;
        Ok(Self {
            drafting_model_s,
            both_models_s,
            first_token_s: started.elapsed().as_secs_f64(),
        })
    }
}

/// Reads and writes the fixed prompts. `progress` hears a line after each step.
pub fn measure(session: &mut Session, progress: &dyn Fn(&str)) -> Result<Speed, EngineError> {
    session.forget();
    session.reset_usage();
    let opening = prompts::opening();
    let prefill_s = timed(|| session.prefill(&[Segment::Template(&opening)]))?.1;
    let prefill = Rate::new(session.usage().prefilled, prefill_s);
    progress(&format!("reading: {:.1} tokens/s", prefill.tokens_per_s));

    let (mut plain, mut guessed, mut accepted) = (Rate::default(), Rate::default(), 0);
    let mut written = Vec::new();
    for prompt in prompts::drafting() {
        let (text, rate) = write(session, &prompt, None, false)?;
        plain = plain.and(rate);
        let (same, rate) = write(session, &prompt, None, true)?;
        guessed = guessed.and(rate);
        accepted += session.usage().accepted_by_lookup;
        if same != text {
            tracing::error!(text, same, "look-up changed what is written");
        }
        written.push(Written {
            prompt,
            text,
            tokens: usize::try_from(rate.tokens).unwrap_or(usize::MAX),
        });
    }
    progress(&format!(
        "writing: {:.1} tokens/s, with look-up {:.1} tokens/s",
        plain.tokens_per_s, guessed.tokens_per_s
    ));

    let grammar = Grammar::lark(prompts::rewording_mask());
    let prompt = prompts::rewording();
    let masked = write(session, &prompt, Some(&grammar), false)?.1;
    let mask = session.mask_cost();
    progress(&format!(
        "writing under a mask: {:.1} tokens/s",
        masked.tokens_per_s
    ));
    let (weight_bytes_per_token, cache_bytes_per_token) = session.bytes_per_token();
    Ok(Speed {
        model: session.identity().clone(),
        prefill,
        decode: plain,
        decode_with_lookup: guessed,
        accepted_by_lookup: accepted as f64 / guessed.tokens.max(1) as f64,
        masked_decode: masked,
        mask_slowdown: mask.tokens_ms / (masked.seconds * 1e3 - mask.tokens_ms).max(f64::MIN_POSITIVE),
        mask,
        weight_bytes_per_token,
        cache_bytes_per_token,
        context_tokens: prefill.tokens,
        opening,
        prompts: written,
    })
}

/// Writes behind a prompt that has been read before the time starts.
fn write(
    session: &mut Session,
    prompt: &str,
    mask: Option<&Grammar>,
    looks_up: bool,
) -> Result<(String, Rate), EngineError> {
    let prompt = [Segment::Template(prompt)];
    session.prefill(&prompt)?;
    session.reset_usage();
    session.set_look_up(looks_up);
    let written = timed(|| session.generate(&prompt, mask, WRITTEN_TOKENS, &mut |_| {}));
    session.set_look_up(true);
    let (written, mut seconds) = written?;
    seconds -= session.mask_cost().compile_ms / 1e3;
    Ok((written.text, Rate::new(written.tokens as u64, seconds)))
}

fn timed<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<(T, f64), EngineError> {
    let started = Instant::now();
    let done = work()?;
    Ok((done, started.elapsed().as_secs_f64()))
}
