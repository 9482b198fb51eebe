//! The forward pass of llama, qwen2 and qwen3 models, written for what drafting needs: a cache that can be cut back, the
//! output head only for rows somebody looks at, and no matrix ever held as floats.

use candle_core::{Result, Tensor};
use candle_nn::ops::{rms_norm, silu};

use super::attention::{attend, causal_mask};
use super::cache::Cache;
use super::error::LoadError;
use super::gguf::{Dimensions, ModelFile};
use super::positions::Positions;
use super::weights::Weights;

/// Rows that every pass computes at least. candle multiplies a single row by other kernels, which round differently;
/// with two at least, reading, writing and checking guesses all give the same numbers to the last bit, and the blocks
/// that only those kernels need can be let go. A second row costs next to nothing.
const PASS_ROWS_MIN: usize = 2;

/// Which rows' logits a pass is for; the head is a fifth of the work of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logits {
    Last,
    All,
}

pub(super) struct Decoder {
    dimensions: Dimensions,
    embedding: Weights,
    layers: Vec<Layer>,
    norm: Tensor,
    /// Absent when the file ties the head to the embedding.
    head: Option<Weights>,
    positions: Positions,
}

struct Layer {
    attention_norm: Tensor,
    query: Projection,
    key: Projection,
    value: Projection,
    output: Weights,
    query_norm: Option<Tensor>,
    key_norm: Option<Tensor>,
    feed_norm: Tensor,
    gate: Weights,
    up: Weights,
    down: Weights,
}

/// A matrix with an optional bias on its outputs.
struct Projection {
    weights: Weights,
    bias: Option<Tensor>,
}

impl Projection {
    fn apply(&self, inputs: &Tensor) -> Result<Tensor> {
        let outputs = self.weights.times(inputs)?;
        match &self.bias {
            Some(bias) => outputs.broadcast_add(bias),
            None => Ok(outputs),
        }
    }
}

impl Decoder {
    /// Reads all weights; `tokens_max` bounds the positions that will ever be asked for.
    pub(super) fn load(
        file: &mut ModelFile,
        dimensions: Dimensions,
        tokens_max: usize,
    ) -> std::result::Result<Self, LoadError> {
        let factors = match file.has("rope_freqs.weight") {
            true => Some(file.vector("rope_freqs.weight")?),
            false => None,
        };
        let positions = Positions::new(&dimensions, factors, tokens_max + 1).map_err(LoadError::Tensors)?;
        let embedding = weights(file, "token_embd.weight", dimensions.hidden)?;
        let layers = (0..dimensions.layers)
            .map(|layer| Layer::load(file, &dimensions, layer))
            .collect::<std::result::Result<_, _>>()?;
        let norm = file.vector("output_norm.weight")?;
        let head = match file.has("output.weight") {
            true => Some(weights(file, "output.weight", dimensions.hidden)?),
            false => None,
        };
        match &head {
            Some(head) => head.prepare(),
            None => embedding.warm(),
        }
        .map_err(LoadError::Tensors)?;
        Ok(Self {
            dimensions,
            embedding,
            layers,
            norm,
            head,
            positions,
        })
    }

    pub(super) fn vocabulary_len(&self) -> usize {
        self.head.as_ref().unwrap_or(&self.embedding).rows
    }

    /// Reads `tokens` behind what `cache` holds. The result is (rows asked for, vocabulary). After an error the cache
    /// holds what it held before.
    pub(super) fn read(&self, cache: &mut Cache, tokens: &[u32], logits: Logits) -> Result<Tensor> {
        let hidden = self.hidden(cache, tokens)?;
        let (first, count) = match logits {
            Logits::Last => (tokens.len() - 1, 1),
            Logits::All => (0, tokens.len()),
        };
        // The head, too, computes two rows or more; see `PASS_ROWS_MIN`.
        let rows = hidden.narrow(
            0,
            first.min(hidden.dim(0)? - PASS_ROWS_MIN),
            count.max(PASS_ROWS_MIN),
        )?;
        let skipped = first - first.min(hidden.dim(0)? - PASS_ROWS_MIN);
        let normed = rms_norm(&rows.contiguous()?, &self.norm, self.dimensions.norm_epsilon)?;
        let logits = self.head.as_ref().unwrap_or(&self.embedding).times(&normed)?;
        logits.narrow(0, skipped, count)
    }

    /// Like [`Decoder::read`], for tokens whose logits nobody needs.
    pub(super) fn skim(&self, cache: &mut Cache, tokens: &[u32]) -> Result<()> {
        self.hidden(cache, tokens).map(drop)
    }

    /// The last layer's outputs for `tokens`, and rows to throw away if those are fewer than a pass must have.
    fn hidden(&self, cache: &mut Cache, tokens: &[u32]) -> Result<Tensor> {
        if tokens.is_empty() || cache.len() + tokens.len() > cache.tokens_max() {
            candle_core::bail!(
                "{} tokens do not fit behind {} of {}",
                tokens.len(),
                cache.len(),
                cache.tokens_max()
            );
        }
        let padding = tokens
            .iter()
            .copied()
            .cycle()
            .take(PASS_ROWS_MIN.saturating_sub(tokens.len()));
        let rows: Vec<u32> = tokens.iter().copied().chain(padding).collect();
        let mask = causal_mask(cache.len(), rows.len())?;
        let mut hidden = self.embedding.rows_as_floats(&rows)?;
        for (number, layer) in self.layers.iter().enumerate() {
            let normed = rms_norm(&hidden, &layer.attention_norm, self.dimensions.norm_epsilon)?;
            hidden = (hidden + self.attend(number, layer, &normed, cache, &mask)?)?;
            let normed = rms_norm(&hidden, &layer.feed_norm, self.dimensions.norm_epsilon)?;
            hidden = (hidden + layer.feed(&normed)?)?;
        }
        cache.commit(tokens);
        Ok(hidden)
    }

    fn attend(
        &self,
        number: usize,
        layer: &Layer,
        inputs: &Tensor,
        cache: &Cache,
        mask: &Tensor,
    ) -> Result<Tensor> {
        let Dimensions {
            heads,
            kv_heads,
            head_width,
            ..
        } = self.dimensions;
        let count = inputs.dim(0)?;
        let queries = self.heads(&layer.query, layer.query_norm.as_ref(), inputs, heads)?;
        let keys = self.heads(&layer.key, layer.key_norm.as_ref(), inputs, kv_heads)?;
        let values = split_heads(&layer.value.apply(inputs)?, kv_heads, head_width)?;
        let queries = self.positions.rotate(&queries, cache.len())?;
        let keys = self.positions.rotate(&keys, cache.len())?;
        let (keys, values) = cache.extend(number, &keys, &values)?;
        let mixed = attend(&queries, &keys, &values, mask)?
            .transpose(0, 1)?
            .contiguous()?;
        layer.output.times(&mixed.reshape((count, heads * head_width))?)
    }

    /// Projects and splits into (heads, n, head width), with the norm per head that qwen3 has.
    fn heads(
        &self,
        projection: &Projection,
        norm: Option<&Tensor>,
        inputs: &Tensor,
        heads: usize,
    ) -> Result<Tensor> {
        let split = split_heads(&projection.apply(inputs)?, heads, self.dimensions.head_width)?;
        match norm {
            Some(norm) => rms_norm(&split, norm, self.dimensions.norm_epsilon),
            None => Ok(split),
        }
    }
}

impl Layer {
    fn load(
        file: &mut ModelFile,
        dimensions: &Dimensions,
        number: usize,
    ) -> std::result::Result<Self, LoadError> {
        let hidden = dimensions.hidden;
        let name = |part: &str| format!("blk.{number}.{part}");
        let layer = Self {
            attention_norm: file.vector(&name("attn_norm.weight"))?,
            query: projection(file, &name("attn_q"), hidden)?,
            key: projection(file, &name("attn_k"), hidden)?,
            value: projection(file, &name("attn_v"), hidden)?,
            output: weights(
                file,
                &name("attn_output.weight"),
                dimensions.heads * dimensions.head_width,
            )?,
            query_norm: optional_vector(file, &name("attn_q_norm.weight"))?,
            key_norm: optional_vector(file, &name("attn_k_norm.weight"))?,
            feed_norm: file.vector(&name("ffn_norm.weight"))?,
            gate: weights(file, &name("ffn_gate.weight"), hidden)?,
            up: weights(file, &name("ffn_up.weight"), hidden)?,
            down: down_weights(file, &name("ffn_down.weight"))?,
        };
        let fits = layer.query.weights.rows == dimensions.heads * dimensions.head_width
            && layer.key.weights.rows == dimensions.kv_heads * dimensions.head_width
            && layer.value.weights.rows == layer.key.weights.rows
            && layer.output.rows == hidden
            && layer.up.rows == layer.gate.rows
            && layer.down.columns == layer.up.rows
            && layer.down.rows == hidden;
        if !fits {
            return Err(LoadError::Unexpected(name("*")));
        }
        let matrices = [
            &layer.query.weights,
            &layer.key.weights,
            &layer.value.weights,
            &layer.output,
            &layer.gate,
            &layer.up,
            &layer.down,
        ];
        matrices
            .into_iter()
            .try_for_each(Weights::prepare)
            .map_err(LoadError::Tensors)?;
        Ok(layer)
    }

    fn feed(&self, inputs: &Tensor) -> Result<Tensor> {
        let gated = (silu(&self.gate.times(inputs)?)? * self.up.times(inputs)?)?;
        self.down.times(&gated)
    }
}

fn weights(file: &mut ModelFile, name: &str, columns: usize) -> std::result::Result<Weights, LoadError> {
    let raw = file.matrix(name)?;
    if raw.columns != columns {
        return Err(LoadError::Unexpected(name.to_owned()));
    }
    Weights::new(raw).map_err(LoadError::Tensors)
}

fn down_weights(file: &mut ModelFile, name: &str) -> std::result::Result<Weights, LoadError> {
    let raw = file.matrix(name)?;
    Weights::new(raw).map_err(LoadError::Tensors)
}

fn projection(
    file: &mut ModelFile,
    name: &str,
    columns: usize,
) -> std::result::Result<Projection, LoadError> {
    let weights = weights(file, &format!("{name}.weight"), columns)?;
    let bias = optional_vector(file, &format!("{name}.bias"))?;
    Ok(Projection { weights, bias })
}

fn optional_vector(file: &mut ModelFile, name: &str) -> std::result::Result<Option<Tensor>, LoadError> {
    file.has(name).then(|| file.vector(name)).transpose()
}

/// (n, heads × width) → (heads, n, width).
fn split_heads(joined: &Tensor, heads: usize, width: usize) -> Result<Tensor> {
    joined
        .reshape((joined.dim(0)?, heads, width))?
        .transpose(0, 1)?
        .contiguous()
}
