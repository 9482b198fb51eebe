//! One conversation with the drafting model at a time: what a job on the model thread can ask for.

use std::sync::Arc;

use candle_core::Tensor;
use llguidance::toktrie::TokenId;
use serde::{Deserialize, Serialize};

use super::cache::Cache;
use super::cancel::Cancel;
use super::decoder::{Decoder, Logits};
use super::error::EngineError;
use super::generation::{Generated, Writer};
use super::grammar::{Grammar, MaskFactory};
use super::lookup;
use super::vocabulary::{Segment, Vocabulary};

/// Tokens read in one pass. Work can be cancelled between passes; larger ones are no faster.
const CHUNK_TOKENS: usize = 64;

/// Guesses checked together with the token that is certain: candle's kernels compute this many rows and one for about
/// the price of one.
const GUESSES_MAX: usize = 3;

/// Which model wrote something: its name, and hashes of its file and of its tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelIdentity {
    pub name: String,
    pub file_sha256: String,
    pub tokenizer_sha256: String,
}

/// Tokens since the last reset: in prompts, of these actually computed, emitted, and emitted for having been guessed right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenUsage {
    pub prompt: u64,
    pub prefilled: u64,
    pub generated: u64,
    pub accepted_by_lookup: u64,
}

/// The loaded model with its cache, which is kept between jobs. It never leaves the model thread.
pub struct Session {
    decoder: Decoder,
    cache: Cache,
    vocabulary: Arc<Vocabulary>,
    masks: MaskFactory,
    yes_no: YesNo,
    identity: ModelIdentity,
    usage: TokenUsage,
    /// Either ends the running job: asked for, or nobody is waiting for its result any more.
    stops: [Cancel; 2],
}

/// First tokens of the ways to write an answer.
struct YesNo {
    yes: Vec<TokenId>,
    no: Vec<TokenId>,
}

impl Session {
    /// Tokens of a text that is used as [`Segment::Untrusted`].
    pub fn count_tokens(&self, untrusted: &str) -> usize {
        // Tokenizing plain text cannot fail with these tokenizers; if it did, a byte is the shortest token there is.
        self.vocabulary
            .encode_plain(untrusted)
            .map_or(untrusted.len(), |tokens| tokens.len())
    }

    /// Reads a prompt ahead of the calls that will share it as their beginning. Like every prompt call it leaves the
    /// cache holding exactly this prompt, and computes only what does not follow from the cache. What is shared is
    /// found by whole segments' tokens, so share whole segments.
    pub fn prefill(&mut self, prompt: &[Segment<'_>]) -> Result<(), EngineError> {
        let tokens = self.tokens(prompt)?;
        self.read_up_to(&tokens, tokens.len())
    }

    /// P(Yes) / (P(Yes) + P(No)) for the token after the prompt, over the first tokens of the usual spellings.
    pub fn yes_probability(&mut self, prompt: &[Segment<'_>]) -> Result<f32, EngineError> {
        let tokens = self.tokens(prompt)?;
        let logits: Vec<f32> = self.logits_after(&tokens)?.squeeze(0)?.to_vec1()?;
        let log_weight = |answers: &[TokenId]| {
            let logits: Vec<f32> = answers
                .iter()
                .filter_map(|&token| logits.get(token as usize).copied())
                .collect();
            let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            max + logits.iter().map(|logit| (logit - max).exp()).sum::<f32>().ln()
        };
        Ok(1.0 / (1.0 + (log_weight(&self.yes_no.no) - log_weight(&self.yes_no.yes)).exp()))
    }

    /// Writes on from the prompt, always the likeliest token that `mask` allows, until the turn ends, the grammar is
    /// complete, or `tokens_max` tokens (or the context) are used up. `on_text` gets each piece of whole characters.
    pub fn generate(
        &mut self,
        prompt: &[Segment<'_>],
        mask: Option<&Grammar>,
        tokens_max: usize,
        on_text: &mut dyn FnMut(&str),
    ) -> Result<Generated, EngineError> {
        let tokens = self.tokens(prompt)?;
        let mask = mask.map(|grammar| self.masks.mask(grammar)).transpose()?;
        let tokens_max = tokens_max.min(self.cache.tokens_max() - tokens.len());
        let vocabulary = self.vocabulary.clone();
        let writer = Writer::new(&vocabulary, mask, tokens_max, on_text);
        let prompt_len = tokens.len();
        let written = self.write(tokens, writer);
        // What decoding added was computed one row at a time, which rounds differently; keeping only the prompt makes a
        // later answer independent of what was generated before it.
        self.cache.truncate(prompt_len);
        written
    }

    pub fn usage(&self) -> TokenUsage {
        self.usage
    }

    pub fn reset_usage(&mut self) {
        self.usage = TokenUsage::default();
    }

    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    pub(super) fn new(
        decoder: Decoder,
        cache: Cache,
        vocabulary: Arc<Vocabulary>,
        identity: ModelIdentity,
    ) -> Result<Self, EngineError> {
        let masks = MaskFactory::new(vocabulary.clone())?;
        let yes_no = YesNo {
            yes: first_tokens(&vocabulary, ["Yes", "yes", " Yes"])?,
            no: first_tokens(&vocabulary, ["No", "no", " No"])?,
        };
        let (usage, stops) = (TokenUsage::default(), [Cancel::new(), Cancel::new()]);
        Ok(Self {
            decoder,
            cache,
            vocabulary,
            masks,
            yes_no,
            identity,
            usage,
            stops,
        })
    }

    /// From here on either of `stops` ends whatever the session is doing.
    pub(super) fn begin_job(&mut self, stops: [Cancel; 2]) {
        self.stops = stops;
    }

    /// After a panic nothing in the cache can be trusted.
    pub(super) fn forget(&mut self) {
        self.cache.truncate(0);
    }

    fn check_cancelled(&self) -> Result<(), EngineError> {
        match self.stops.iter().any(Cancel::is_cancelled) {
            true => Err(EngineError::Cancelled),
            false => Ok(()),
        }
    }

    fn tokens(&mut self, prompt: &[Segment<'_>]) -> Result<Vec<TokenId>, EngineError> {
        let tokens = self.vocabulary.encode(prompt)?;
        let tokens_max = self.cache.tokens_max();
        if tokens.is_empty() {
            return Err(EngineError::PromptEmpty);
        }
        if tokens.len() > tokens_max {
            return Err(EngineError::PromptTooLong {
                tokens: tokens.len(),
                tokens_max,
            });
        }
        self.usage.prompt += tokens.len() as u64;
        Ok(tokens)
    }

    /// Makes the cache hold the first `end` tokens. Nothing is read as a pass of one token, except a prompt of one: such
    /// a pass uses other kernels, which round differently, and answers must not depend on what was cached before.
    fn read_up_to(&mut self, tokens: &[TokenId], end: usize) -> Result<(), EngineError> {
        let wanted = tokens.get(..end).unwrap_or(tokens);
        let shared = self.cache.shared_prefix(wanted);
        let left = wanted.len() - shared;
        self.cache.truncate(if left == 1 {
            shared.saturating_sub(1)
        } else {
            shared
        });
        while self.cache.len() < wanted.len() {
            self.check_cancelled()?;
            let chunk = next_chunk(wanted, self.cache.len());
            self.decoder.skim(&mut self.cache, chunk)?;
            self.usage.prefilled += chunk.len() as u64;
        }
        Ok(())
    }

    /// Logits for the token after the prompt, as (1, vocabulary).
    fn logits_after(&mut self, tokens: &[TokenId]) -> Result<Tensor, EngineError> {
        let last_pass = tokens
            .len()
            .saturating_sub(last_pass_len(tokens.len(), self.cache.shared_prefix(tokens)));
        self.read_up_to(tokens, last_pass)?;
        self.check_cancelled()?;
        let rest = tokens.get(last_pass..).unwrap_or_default();
        let logits = self.decoder.read(&mut self.cache, rest, Logits::Last)?;
        self.usage.prefilled += rest.len() as u64;
        Ok(logits)
    }

    fn write(&mut self, mut history: Vec<TokenId>, mut writer: Writer<'_>) -> Result<Generated, EngineError> {
        let mut rows = self.logits_after(&history)?;
        let mut guesses: Vec<TokenId> = Vec::new();
        loop {
            for (row, guess) in guesses.iter().copied().map(Some).chain([None]).enumerate() {
                self.check_cancelled()?;
                let Some(token) = writer.write(&rows.narrow(0, row, 1)?)? else {
                    return Ok(writer.finish());
                };
                history.push(token);
                self.usage.generated += 1;
                if writer.is_finished() {
                    return Ok(writer.finish());
                }
                if guess != Some(token) {
                    break;
                }
                self.usage.accepted_by_lookup += 1;
            }
            let certain = history.len() - 1;
            self.cache.truncate(certain);
            let guesses_max = GUESSES_MAX.min(self.cache.tokens_max() - history.len());
            guesses = writer.possible(lookup::guess(&history, guesses_max))?.to_vec();
            let pass = [history.get(certain..).unwrap_or_default(), &guesses].concat();
            rows = self.decoder.read(&mut self.cache, &pass, Logits::All)?;
        }
    }
}

/// The next tokens to read after `held`, never leaving a single one for the pass after.
fn next_chunk(tokens: &[TokenId], held: usize) -> &[TokenId] {
    let left = tokens.len() - held;
    let take = match left {
        0..=CHUNK_TOKENS => left,
        _ if left == CHUNK_TOKENS + 1 => CHUNK_TOKENS - 1,
        _ => CHUNK_TOKENS,
    };
    tokens.get(held..held + take).unwrap_or_default()
}

/// How many tokens the pass that yields logits reads: what is left after the cache and whole chunks, at least two.
fn last_pass_len(tokens: usize, shared: usize) -> usize {
    let left = tokens - shared.min(tokens);
    let tail = left % CHUNK_TOKENS;
    match (left, tail) {
        (0 | 1, _) => 2.min(tokens),
        (_, 0) => CHUNK_TOKENS,
        (_, 1) => CHUNK_TOKENS + 1,
        _ => tail,
    }
}

fn first_tokens(vocabulary: &Vocabulary, spellings: [&str; 3]) -> Result<Vec<TokenId>, EngineError> {
    let mut tokens = Vec::new();
    for spelling in spellings {
        tokens.extend(vocabulary.encode_plain(spelling)?.first().copied());
    }
    tokens.sort_unstable();
    tokens.dedup();
    Ok(tokens)
}
