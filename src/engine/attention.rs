//! Attention over the cache. Each token's answer is computed from its own position alone, in an order that no other token
//! of the pass changes, so an answer is the same to the last bit however its prompt was cut into passes.

use rayon::prelude::*;

use super::cache::HeadCache;
use super::kernels::{Heads, KEYS};
use super::rows::{Rows, exp};

/// Tokens that look at a block of keys together while it is at hand.
const TOKENS_AT_ONCE: usize = 8;

/// Values that are mixed in one go.
const VALUES_AT_ONCE: usize = 64;

/// Softmax of `queries` (n, heads × width) over the keys of their head, mixed from its values, as (n, heads × width).
/// The last query is that of the last of the `held + n` tokens in the cache, and each sees none after itself.
pub(super) fn attend(queries: &Rows, layer: &[HeadCache], width: usize, held: usize) -> Rows {
    let mut mixed = Rows::new(vec![0.0; queries.values.len()], queries.width);
    let group = queries.width / layer.len();
    let heads = Heads::detect();
    (Part::cut(queries, &mut mixed, layer, group, held).into_par_iter())
        .for_each(|mut part| part.attend(heads, width));
    mixed
}

/// Some tokens' queries of one key-value head.
struct Part<'a> {
    head: &'a HeadCache,
    /// How many tokens the first of them sees; each further one sees one more.
    first_sees: usize,
    /// (queries of the head × width) of each token.
    queries: Vec<&'a [f32]>,
    mixed: Vec<&'a mut [f32]>,
}

impl<'a> Part<'a> {
    fn cut(
        queries: &'a Rows,
        mixed: &'a mut Rows,
        layer: &'a [HeadCache],
        group: usize,
        held: usize,
    ) -> Vec<Self> {
        let width = queries.width;
        let mut parts = Vec::new();
        let tokens = (queries.values.chunks(width * TOKENS_AT_ONCE))
            .zip(mixed.values.chunks_mut(width * TOKENS_AT_ONCE));
        for (number, (queries, mixed)) in tokens.enumerate() {
            let first = parts.len();
            parts.extend(layer.iter().map(|head| Self {
                head,
                first_sees: held + number * TOKENS_AT_ONCE + 1,
                queries: Vec::new(),
                mixed: Vec::new(),
            }));
            let new = &mut parts[first..];
            for (queries, mixed) in queries.chunks_exact(width).zip(mixed.chunks_exact_mut(width)) {
                let of_heads = queries.chunks_exact(group).zip(mixed.chunks_exact_mut(group));
                for (part, (queries, mixed)) in new.iter_mut().zip(of_heads) {
                    part.queries.push(queries);
                    part.mixed.push(mixed);
                }
            }
        }
        parts
    }

    fn attend(&mut self, heads: Heads, width: usize) {
        let sees_most = self.first_sees + self.queries.len() - 1;
        let room = sees_most.next_multiple_of(KEYS);
        let queries_of_token = self.queries.first().map_or(0, |queries| queries.len() / width);
        let mut scores = vec![0f32; self.queries.len() * queries_of_token * room];
        let mut of_tokens: Vec<Vec<&mut [f32]>> = (scores.chunks_exact_mut(queries_of_token * room))
            .map(|scores| scores.chunks_exact_mut(room).collect())
            .collect();
        for (block, keys) in self
            .head
            .keys
            .chunks_exact(KEYS * width)
            .take(room / KEYS)
            .enumerate()
        {
            let at = block * KEYS;
            for (number, (queries, scores)) in self.queries.iter().zip(&mut of_tokens).enumerate() {
                if at < self.first_sees + number {
                    heads.scores(queries, keys, scores, at);
                }
            }
        }
        let scale = (width as f32).sqrt().recip();
        for (number, scores) in of_tokens.iter_mut().enumerate() {
            for scores in scores.iter_mut() {
                softmax(&mut scores[..self.first_sees + number], scale);
            }
        }
        let values = &self.head.values[..sees_most * width];
        for (stretch, values) in values.chunks(VALUES_AT_ONCE * width).enumerate() {
            let start = stretch * VALUES_AT_ONCE;
            for (number, (scores, mixed)) in of_tokens.iter().zip(&mut self.mixed).enumerate() {
                let seen = (self.first_sees + number)
                    .saturating_sub(start)
                    .min(values.len() / width);
                let weights: Vec<&[f32]> = scores.iter().map(|scores| &scores[start..][..seen]).collect();
                heads.mix(&weights, &values[..seen * width], width, mixed);
            }
        }
    }
}

/// Turns scores into weights that add up to one. Extremes and sums run in sixteen places, so that vectors can hold them.
fn softmax(scores: &mut [f32], scale: f32) {
    let mut highest = [f32::NEG_INFINITY; KEYS];
    for some in scores.chunks(KEYS) {
        for (highest, &score) in highest.iter_mut().zip(some) {
            *highest = if score > *highest { score } else { *highest };
        }
    }
    let highest = highest.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let mut sums = [0f32; KEYS];
    for some in scores.chunks_mut(KEYS) {
        for (score, sum) in some.iter_mut().zip(&mut sums) {
            *score = exp((*score - highest) * scale);
            *sum += *score;
        }
    }
    let factor = sums.iter().sum::<f32>().recip();
    scores.iter_mut().for_each(|score| *score *= factor);
}
