//! Two attention caches, so that two kinds of prompts can take turns without forgetting their beginnings: the questions
//! about a request's evidence, and the ones that hold a claim against its source.

use llguidance::toktrie::TokenId;

use super::cache::Cache;
use super::gguf::Dimensions;

/// Fewer tokens in common than this are an accident: every prompt begins with the same few.
const SHARED_TOKENS_MIN: usize = 16;

pub(super) struct Caches {
    caches: [Cache; 2],
    /// The one that the last prompt is in; the other was used longer ago.
    current: usize,
}

impl Caches {
    pub(super) fn new(dimensions: &Dimensions, tokens_max: usize) -> Self {
        Self {
            caches: [
                Cache::new(dimensions, tokens_max),
                Cache::new(dimensions, tokens_max),
            ],
            current: 0,
        }
    }

    pub(super) fn current(&self) -> &Cache {
        &self.caches[self.current]
    }

    pub(super) fn current_mut(&mut self) -> &mut Cache {
        &mut self.caches[self.current]
    }

    /// Makes the cache current that begins as `prompt` does, or, if none does, the one used longer ago.
    pub(super) fn turn_to(&mut self, prompt: &[TokenId]) {
        let shared = self.caches.each_ref().map(|cache| cache.shared_prefix(prompt));
        let enough = SHARED_TOKENS_MIN.min(prompt.len());
        let better = usize::from(shared[1] > shared[0]);
        self.current = match shared[better] >= enough {
            true => better,
            false => 1 - self.current,
        };
    }

    pub(super) fn forget(&mut self) {
        self.caches.iter_mut().for_each(|cache| cache.truncate(0));
    }
}

#[cfg(test)]
mod tests {
    use super::super::gguf::Family;
    use super::*;

    #[test]
    fn two_kinds_of_prompts_keep_their_beginnings() {
        let dimensions = Dimensions {
            family: Family::Qwen2,
            layers: 1,
            hidden: 2,
            heads: 1,
            kv_heads: 1,
            head_width: 2,
            context_tokens_max: 64,
            rope_base: 1.0,
            norm_epsilon: 0.0,
        };
        let mut caches = Caches::new(&dimensions, 64);
        let prompt = |kind: TokenId, ending: TokenId| [vec![0; 5], vec![kind; 20], vec![ending; 3]].concat();
        let mut shared = Vec::new();
        for (kind, ending) in [(1, 7), (2, 7), (1, 8), (2, 8), (1, 9), (3, 7), (1, 7)] {
            let prompt = prompt(kind, ending);
            caches.turn_to(&prompt);
            let held = caches.current().shared_prefix(&prompt);
            caches.current_mut().truncate(held);
            caches.current_mut().commit(&prompt[held..]);
            shared.push(held);
        }
        assert_eq!(shared, [0, 0, 25, 25, 25, 5, 25]);
    }
}
