//! The attention cache: room for a whole context set aside once, filled in place, cut back by forgetting its tail.

use candle_core::{DType, Device, Result, Tensor};

use super::attention::keys_read;
use super::gguf::Dimensions;

/// Keys and values of every layer for the tokens read so far.
pub(super) struct Cache {
    layers: Vec<LayerCache>,
    tokens: Vec<u32>,
    tokens_max: usize,
}

struct LayerCache {
    /// Both are (kv heads, room, head width).
    keys: Tensor,
    values: Tensor,
}

impl Cache {
    /// The room is larger than `tokens_max`: a pass may write a row that is thrown away, and attention reads whole steps.
    /// Zeroed pages are not backed by memory until they are written, so unused room costs nothing.
    pub(super) fn new(dimensions: &Dimensions, tokens_max: usize) -> Result<Self> {
        let room_tokens = keys_read(tokens_max + 1);
        let shape = (dimensions.kv_heads, room_tokens, dimensions.head_width);
        let room = || Tensor::zeros(shape, DType::F32, &Device::Cpu);
        let layers = (0..dimensions.layers)
            .map(|_| {
                Ok(LayerCache {
                    keys: room()?,
                    values: room()?,
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            layers,
            tokens: Vec::with_capacity(tokens_max),
            tokens_max,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn tokens_max(&self) -> usize {
        self.tokens_max
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

    /// Writes one layer's keys and values (kv heads, n, head width) behind the held tokens and gives back all of them,
    /// the new ones and the rest of the last step included. The new ones count as held only once [`Cache::commit`] says
    /// that every layer has been written.
    pub(super) fn extend(&self, layer: usize, keys: &Tensor, values: &Tensor) -> Result<(Tensor, Tensor)> {
        let held = self.tokens.len();
        let total = keys_read(held + keys.dim(1)?);
        let Some(cache) = self.layers.get(layer) else {
            candle_core::bail!("the cache has no layer {layer}");
        };
        cache.keys.slice_set(keys, 1, held)?;
        cache.values.slice_set(values, 1, held)?;
        Ok((cache.keys.narrow(1, 0, total)?, cache.values.narrow(1, 0, total)?))
    }

    pub(super) fn commit(&mut self, tokens: &[u32]) {
        self.tokens.extend_from_slice(tokens);
    }
}
