//! The attention cache: room for a whole context set aside once, filled in place, cut back by forgetting its tail.

use super::gguf::Dimensions;
use super::kernels::KEYS;
use super::rows::Rows;

/// Keys and values of every layer for the tokens read so far.
pub(super) struct Cache {
    layers: Vec<Vec<HeadCache>>,
    tokens: Vec<u32>,
    tokens_max: usize,
    head_width: usize,
}

/// What one key-value head of one layer holds.
pub(super) struct HeadCache {
    /// (blocks of [`KEYS`] positions, head width, positions of the block): each step of a query's product with a block
    /// finds its keys side by side.
    pub keys: Vec<f32>,
    /// (positions, head width).
    pub values: Vec<f32>,
}

impl Cache {
    /// Zeroed pages are not backed by memory until they are written, so unused room costs nothing.
    pub(super) fn new(dimensions: &Dimensions, tokens_max: usize) -> Self {
        let room = tokens_max.next_multiple_of(KEYS) * dimensions.head_width;
        let head = |_| HeadCache {
            keys: vec![0.0; room],
            values: vec![0.0; room],
        };
        let layer = |_| (0..dimensions.kv_heads).map(head).collect();
        Self {
            layers: (0..dimensions.layers).map(layer).collect(),
            tokens: Vec::with_capacity(tokens_max),
            tokens_max,
            head_width: dimensions.head_width,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn tokens_max(&self) -> usize {
        self.tokens_max
    }

    /// What attention reads for each held token.
    pub(super) fn bytes_per_token(&self) -> usize {
        let heads: usize = self.layers.iter().map(Vec::len).sum();
        2 * heads * self.head_width * size_of::<f32>()
    }

    /// How many tokens of `prompt` the cache already holds, from the start.
    pub(super) fn shared_prefix(&self, prompt: &[u32]) -> usize {
        self.tokens
            .iter()
            .zip(prompt)
            .take_while(|(held, wanted)| held == wanted)
            .count()
    }

    /// Forgets everything after the first `len` tokens.
    pub(super) fn truncate(&mut self, len: usize) {
        self.tokens.truncate(len);
    }

    /// Writes one layer's keys and values (n, kv heads × head width) behind the held tokens and gives back the layer. The
    /// new ones count as held only once [`Cache::commit`] says that every layer has been written.
    pub(super) fn extend(&mut self, layer: usize, keys: &Rows, values: &Rows) -> &[HeadCache] {
        let width = self.head_width;
        let Some(heads) = self.layers.get_mut(layer) else {
            return &[];
        };
        let rows = keys
            .values
            .chunks_exact(keys.width)
            .zip(values.values.chunks_exact(values.width));
        for (position, (keys, values)) in (self.tokens.len()..).zip(rows) {
            let of_heads = keys.chunks_exact(width).zip(values.chunks_exact(width));
            for (head, (keys, values)) in heads.iter_mut().zip(of_heads) {
                let block = position / KEYS * KEYS * width;
                let places = head.keys[block..].iter_mut().skip(position % KEYS).step_by(KEYS);
                places.zip(keys).for_each(|(place, key)| *place = *key);
                head.values[position * width..][..width].copy_from_slice(values);
            }
        }
        heads
    }

    pub(super) fn commit(&mut self, tokens: &[u32]) {
        self.tokens.extend_from_slice(tokens);
    }
}
