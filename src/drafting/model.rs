//! What drafting asks of the model, so that its decisions can be tested without one.

use super::prompts::Prompt;
use crate::engine::{EngineError, Generated, Grammar, Session};

/// The model as drafting sees it: tokens to count, prompts to read, two kinds of answers.
pub(super) trait Model {
    fn count_tokens(&self, text: &str) -> usize;
    fn read(&mut self, prompt: &Prompt) -> Result<(), EngineError>;
    fn yes_probability(&mut self, prompt: &Prompt) -> Result<f32, EngineError>;
    /// The same with the hidden state that it is answered from.
    fn yes_with_state(&mut self, prompt: &Prompt, layer: usize) -> Result<(f32, Vec<f32>), EngineError>;
    /// The SHA-256 of the model's file.
    fn file_sha256(&self) -> &str;
    fn write(&mut self, prompt: &Prompt, mask: &Grammar, tokens_max: usize)
    -> Result<Generated, EngineError>;
    /// Tokens read and written so far.
    fn tokens(&self) -> u64;
}

impl Model for Session {
    fn count_tokens(&self, text: &str) -> usize {
        Session::count_tokens(self, text)
    }

    fn read(&mut self, prompt: &Prompt) -> Result<(), EngineError> {
        self.prefill(&prompt.segments())
    }

    fn yes_probability(&mut self, prompt: &Prompt) -> Result<f32, EngineError> {
        Session::yes_probability(self, &prompt.segments())
    }

    fn yes_with_state(&mut self, prompt: &Prompt, layer: usize) -> Result<(f32, Vec<f32>), EngineError> {
        Session::yes_with_state(self, &prompt.segments(), layer)
    }

    fn file_sha256(&self) -> &str {
        &self.identity().file_sha256
    }

    fn write(
        &mut self,
        prompt: &Prompt,
        mask: &Grammar,
        tokens_max: usize,
    ) -> Result<Generated, EngineError> {
        self.generate(&prompt.segments(), Some(mask), tokens_max, &mut |_| {})
    }

    fn tokens(&self) -> u64 {
        let usage = self.usage();
        usage.prefilled + usage.generated
    }
}
