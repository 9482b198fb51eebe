//! What drafting asks of the model, so that its decisions can be tested without one.

use super::prompts::Prompt;
use crate::engine::{EngineError, Generated, Grammar, Session};

/// The model as drafting sees it: tokens to count, prompts to read, two kinds of answers.
pub(super) trait Model {
    fn count_tokens(&self, text: &str) -> usize;
    fn read(&mut self, prompt: &Prompt) -> Result<(), EngineError>;
    fn yes_probability(&mut self, prompt: &Prompt) -> Result<f32, EngineError>;
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
