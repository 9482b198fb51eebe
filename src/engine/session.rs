//! One conversation with the drafting model at a time: what a job on the model thread can ask for.

use std::sync::Arc;
use std::time::Instant;

use llguidance::toktrie::TokenId;
use serde::{Deserialize, Serialize};

use super::caches::Caches;
use super::cancel::Cancel;
use super::decoder::{Decoder, Logits};
use super::error::EngineError;
use super::generation::{Generated, Writer};
use super::grammar::{Grammar, Mask, MaskFactory};
use super::lookup;
use super::measures::{MaskCost, RecordedCall, TokenUsage};
use super::rows::Rows;
use super::vocabulary::{Segment, Vocabulary};

/// Tokens read in one pass: the more, the fewer times the weights are unpacked. Work can be cancelled between passes.
const CHUNK_TOKENS: usize = 128;

/// Guesses checked together with the token that is certain, which our products compute for the price of one row; and so
/// many once all of the last were right, for then a phrase is being copied and is likely to go on.
const GUESSES: usize = 3;
const GUESSES_WHILE_COPYING: usize = 7;

/// Which model wrote something: its name, and hashes of its file and of its tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelIdentity {
    pub name: String,
    pub file_sha256: String,
    pub tokenizer_sha256: String,
}

/// The loaded model with its caches, which are kept between jobs. It never leaves the model thread.
pub struct Session {
    decoder: Decoder,
    caches: Caches,
    vocabulary: Arc<Vocabulary>,
    masks: MaskFactory,
    yes_no: YesNo,
    identity: ModelIdentity,
    usage: TokenUsage,
    mask_cost: MaskCost,
    looks_up: bool,
    calls: Option<Vec<RecordedCall>>,
    /// Either ends the running job: asked for, or nobody is waiting for its result any more.
    stops: [Cancel; 2],
}

/// First tokens of the ways to write an answer.
struct YesNo {
    yes: Vec<TokenId>,
    no: Vec<TokenId>,
}

impl YesNo {
    fn probability(&self, logits: &[f32]) -> f32 {
        let log_weight = |answers: &[TokenId]| {
            let logits: Vec<f32> = answers
                .iter()
                .filter_map(|&token| logits.get(token as usize).copied())
                .collect();
            let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            max + logits.iter().map(|logit| (logit - max).exp()).sum::<f32>().ln()
        };
        1.0 / (1.0 + (log_weight(&self.no) - log_weight(&self.yes)).exp())
    }
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
        self.read_up_to(&tokens)
    }

    /// P(Yes) / (P(Yes) + P(No)) for the token after the prompt, over the first tokens of the usual spellings.
    pub fn yes_probability(&mut self, prompt: &[Segment<'_>]) -> Result<f32, EngineError> {
        let tokens = self.tokens(prompt)?;
        self.record(prompt, tokens.len(), 0);
        let logits = self.logits_after(&tokens)?.values;
        Ok(self.yes_no.probability(&logits))
    }

    /// The same probability, and the hidden state that the model answers from: the output of `layer`, counted from 0,
    /// for the prompt's last token. The state is empty where the model has no such layer.
    pub fn yes_with_state(
        &mut self,
        prompt: &[Segment<'_>],
        layer: usize,
    ) -> Result<(f32, Vec<f32>), EngineError> {
        let tokens = self.tokens(prompt)?;
        self.record(prompt, tokens.len(), 0);
        let last = self.read_all_but_the_last(&tokens)?;
        let (logits, state) = (self.decoder).read_with_state(self.caches.current_mut(), last, layer)?;
        self.usage.prefilled += last.len() as u64;
        Ok((self.yes_no.probability(&logits.values), state))
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
        let mask = mask.map(|grammar| self.compiled(grammar)).transpose()?;
        let tokens_max = tokens_max.min(self.caches.current().tokens_max() - tokens.len());
        let vocabulary = self.vocabulary.clone();
        let writer = Writer::new(&vocabulary, mask, tokens_max, on_text);
        let prompt_len = tokens.len();
        let written = self.write(tokens, writer);
        self.caches.current_mut().truncate(prompt_len);
        let written = written?;
        self.record(prompt, prompt_len, written.tokens);
        Ok(written)
    }

    pub fn usage(&self) -> TokenUsage {
        self.usage
    }

    pub fn mask_cost(&self) -> MaskCost {
        self.mask_cost
    }

    pub fn reset_usage(&mut self) {
        self.usage = TokenUsage::default();
        self.mask_cost = MaskCost::default();
    }

    /// Whether tokens are guessed from what was read before. It changes the speed of writing, never what is written.
    pub fn set_look_up(&mut self, looks_up: bool) {
        self.looks_up = looks_up;
    }

    /// From here on every call is kept, until [`Session::recorded_calls`] takes them.
    pub fn record_calls(&mut self) {
        self.calls = Some(Vec::new());
    }

    /// The calls since [`Session::record_calls`]; none are kept any more.
    pub fn recorded_calls(&mut self) -> Vec<RecordedCall> {
        self.calls.take().unwrap_or_default()
    }

    /// Forgets all prompts, so that the next one is read whole.
    pub fn forget(&mut self) {
        self.caches.forget();
    }

    /// Bytes of weights that writing one token reads, and of the cache for each token before it.
    pub fn bytes_per_token(&self) -> (usize, usize) {
        (
            self.decoder.weight_bytes(),
            self.caches.current().bytes_per_token(),
        )
    }

    /// The layers of the model, each of which has a state for [`Session::yes_with_state`].
    pub fn layers(&self) -> usize {
        self.decoder.layers()
    }

    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    pub(super) fn new(
        decoder: Decoder,
        caches: Caches,
        vocabulary: Arc<Vocabulary>,
        identity: ModelIdentity,
    ) -> Result<Self, EngineError> {
        let masks = MaskFactory::new(vocabulary.clone())?;
        let yes_no = YesNo {
            yes: first_tokens(&vocabulary, ["Yes", "yes", " Yes"])?,
            no: first_tokens(&vocabulary, ["No", "no", " No"])?,
        };
        Ok(Self {
            decoder,
            caches,
            vocabulary,
            masks,
            yes_no,
            identity,
            usage: TokenUsage::default(),
            mask_cost: MaskCost::default(),
            looks_up: true,
            calls: None,
            stops: [Cancel::new(), Cancel::new()],
        })
    }

    /// From here on either of `stops` ends whatever the session is doing.
    pub(super) fn begin_job(&mut self, stops: [Cancel; 2]) {
        self.stops = stops;
    }

    fn compiled(&mut self, grammar: &Grammar) -> Result<Mask, EngineError> {
        let started = Instant::now();
        let mask = self.masks.mask(grammar);
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        self.mask_cost.compiled += 1;
        self.mask_cost.compile_ms += milliseconds;
        self.mask_cost.compile_ms_max = self.mask_cost.compile_ms_max.max(milliseconds);
        mask
    }

    fn record(&mut self, prompt: &[Segment<'_>], prompt_tokens: usize, written_tokens: usize) {
        if let Some(calls) = &mut self.calls {
            calls.push(RecordedCall {
                prompt: prompt.iter().map(Segment::text).collect(),
                prompt_tokens,
                written_tokens,
            });
        }
    }

    fn check_cancelled(&self) -> Result<(), EngineError> {
        match self.stops.iter().any(Cancel::is_cancelled) {
            true => Err(EngineError::Cancelled),
            false => Ok(()),
        }
    }

    fn tokens(&mut self, prompt: &[Segment<'_>]) -> Result<Vec<TokenId>, EngineError> {
        let tokens = self.vocabulary.encode(prompt)?;
        let tokens_max = self.caches.current().tokens_max();
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
        self.caches.turn_to(&tokens);
        Ok(tokens)
    }

    /// Makes the cache hold exactly `tokens`.
    fn read_up_to(&mut self, tokens: &[TokenId]) -> Result<(), EngineError> {
        self.check_cancelled()?;
        let held = self.caches.current().shared_prefix(tokens);
        self.caches.current_mut().truncate(held);
        let unread = tokens.get(held..).unwrap_or_default();
        for chunk in unread.chunks(CHUNK_TOKENS) {
            self.check_cancelled()?;
            self.decoder.skim(self.caches.current_mut(), chunk)?;
            self.usage.prefilled += chunk.len() as u64;
        }
        Ok(())
    }

    /// Logits for the token after the prompt, as (1, vocabulary).
    fn logits_after(&mut self, tokens: &[TokenId]) -> Result<Rows, EngineError> {
        let last = self.read_all_but_the_last(tokens)?;
        let logits = self.decoder.read(self.caches.current_mut(), last, Logits::Last)?;
        self.usage.prefilled += last.len() as u64;
        Ok(logits)
    }

    /// Reads what comes before the prompt's last pass and gives back the tokens of that pass.
    fn read_all_but_the_last<'t>(&mut self, tokens: &'t [TokenId]) -> Result<&'t [TokenId], EngineError> {
        // The last token is read in any case, for its logits; with it what is left of the unread ones after whole chunks.
        let certain = tokens.len() - 1;
        let unread = certain - self.caches.current().shared_prefix(tokens).min(certain);
        let (before, last) = tokens.split_at(certain - unread % CHUNK_TOKENS);
        self.read_up_to(before)?;
        self.check_cancelled()?;
        Ok(last)
    }

    fn write(&mut self, mut history: Vec<TokenId>, mut writer: Writer<'_>) -> Result<Generated, EngineError> {
        let mut rows = self.logits_after(&history)?;
        let mut guesses: Vec<TokenId> = Vec::new();
        loop {
            let mut right = 0;
            for (row, guess) in guesses.iter().copied().map(Some).chain([None]).enumerate() {
                self.check_cancelled()?;
                let Some(token) = writer.write(rows.row(row).unwrap_or_default())? else {
                    return Ok(self.finish(writer));
                };
                history.push(token);
                self.usage.generated += 1;
                if writer.is_finished() {
                    return Ok(self.finish(writer));
                }
                if guess != Some(token) {
                    break;
                }
                right += 1;
                self.usage.accepted_by_lookup += 1;
            }
            let certain = history.len() - 1;
            self.caches.current_mut().truncate(certain);
            let guesses_max = match (self.looks_up, right > 0 && right == guesses.len()) {
                (false, _) => 0,
                (true, false) => GUESSES,
                (true, true) => GUESSES_WHILE_COPYING,
            };
            let guesses_max = guesses_max.min(self.caches.current().tokens_max() - history.len());
            guesses = writer.possible(lookup::guess(&history, guesses_max))?.to_vec();
            let pass = [history.get(certain..).unwrap_or_default(), &guesses].concat();
            rows = self.decoder.read(self.caches.current_mut(), &pass, Logits::All)?;
        }
    }

    fn finish(&mut self, writer: Writer<'_>) -> Generated {
        if let Some(spent) = writer.mask_time() {
            self.mask_cost.tokens += writer.tokens() as u64;
            self.mask_cost.tokens_ms += spent.as_secs_f64() * 1e3;
        }
        writer.finish()
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
