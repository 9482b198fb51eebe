//! The two sums of attention for the queries that share their keys: products of queries with keys, and values by weight.

use super::Avx2;

/// Keys in one block of the cache, and values of a row that are mixed at once.
pub(in crate::engine) const KEYS: usize = 16;

/// How these sums are computed on this processor.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Heads(Option<Avx2>);

impl Heads {
    pub(in crate::engine) fn detect() -> Self {
        Self(Avx2::detect())
    }

    /// The product of every query with the keys of one block, put into `scores` (each query's row of scores) at `at`.
    /// `queries` is (n, width), `keys` is (width, [`KEYS`]).
    pub(in crate::engine) fn scores(
        self,
        queries: &[f32],
        keys: &[f32],
        scores: &mut [&mut [f32]],
        at: usize,
    ) {
        let keys = keys.as_chunks::<KEYS>().0;
        let mut queries = queries.chunks_exact(keys.len());
        let mut rest = scores;
        while !rest.is_empty() {
            let (some, others) = rest.split_at_mut(group(rest.len()));
            match some.len() {
                6 => self.score::<6>(&mut queries, keys, some, at),
                4 => self.score::<4>(&mut queries, keys, some, at),
                2 => self.score::<2>(&mut queries, keys, some, at),
                _ => self.score::<1>(&mut queries, keys, some, at),
            }
            rest = others;
        }
    }

    fn score<'a, const N: usize>(
        self,
        queries: &mut impl Iterator<Item = &'a [f32]>,
        keys: &[[f32; KEYS]],
        scores: &mut [&mut [f32]],
        at: usize,
    ) {
        let queries: [&[f32]; N] = std::array::from_fn(|_| queries.next().unwrap_or_default());
        let found = match self.0 {
            Some(instructions) => instructions.scores(queries, keys),
            None => queries.map(|query| plain_scores(query, keys)),
        };
        for (row, found) in scores.iter_mut().zip(found) {
            row[at..at + KEYS].copy_from_slice(&found);
        }
    }

    /// Adds the values, each times its weight, to every query's sums. `weights` are the queries' weights for just these
    /// values; `values` is (positions, width), `sums` is (n, width).
    pub(in crate::engine) fn mix(self, weights: &[&[f32]], values: &[f32], width: usize, sums: &mut [f32]) {
        let (mut weights, mut sums) = (weights, sums);
        while !weights.is_empty() {
            let count = group(weights.len());
            let (some, other_weights) = weights.split_at(count);
            let (some_sums, other_sums) = sums.split_at_mut(count * width);
            match *some {
                [a, b, c, d, e, f] => self.mix_some(&[a, b, c, d, e, f], values, width, some_sums),
                [a, b, c, d] => self.mix_some(&[a, b, c, d], values, width, some_sums),
                [a, b] => self.mix_some(&[a, b], values, width, some_sums),
                [a] => self.mix_some(&[a], values, width, some_sums),
                _ => {}
            }
            (weights, sums) = (other_weights, other_sums);
        }
    }

    fn mix_some<const N: usize>(self, weights: &[&[f32]; N], values: &[f32], width: usize, sums: &mut [f32]) {
        let mut mixed = 0;
        if let Some(instructions) = self.0 {
            instructions.mix(weights, values, width, sums);
            mixed = width - width % KEYS;
        }
        if mixed == width {
            return;
        }
        for (weights, sums) in weights.iter().zip(sums.chunks_exact_mut(width)) {
            for (weight, values) in weights.iter().zip(values.chunks_exact(width)) {
                for (sum, value) in sums[mixed..].iter_mut().zip(&values[mixed..]) {
                    *sum += weight * value;
                }
            }
        }
    }
}

/// How many of `count` queries are taken next.
fn group(count: usize) -> usize {
    [6, 4, 2].into_iter().find(|&size| size <= count).unwrap_or(1)
}

fn plain_scores(query: &[f32], keys: &[[f32; KEYS]]) -> [f32; KEYS] {
    let mut sums = [0f32; KEYS];
    for (value, keys) in query.iter().zip(keys) {
        for (sum, key) in sums.iter_mut().zip(keys) {
            *sum += value * key;
        }
    }
    sums
}
