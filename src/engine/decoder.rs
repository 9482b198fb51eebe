//! The forward pass of llama, qwen2 and qwen3 models, written for what drafting needs: a cache that can be cut back, the
//! output head only for rows somebody looks at, and no matrix ever held as floats.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ops::{rms_norm, silu, softmax_last_dim};

use super::cache::Cache;
use super::error::LoadError;
use super::gguf::{Dimensions, ModelFile};
use super::positions::Positions;
use super::weights::Weights;

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
        let positions = Positions::new(&dimensions, factors, tokens_max).map_err(LoadError::Tensors)?;
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
        let rows = match logits {
            Logits::Last => hidden.narrow(0, tokens.len() - 1, 1)?,
            Logits::All => hidden,
        };
        let rows = rms_norm(&rows.contiguous()?, &self.norm, self.dimensions.norm_epsilon)?;
        self.head.as_ref().unwrap_or(&self.embedding).times(&rows)
    }

    /// Like [`Decoder::read`], for tokens whose logits nobody needs.
    pub(super) fn skim(&self, cache: &mut Cache, tokens: &[u32]) -> Result<()> {
        self.hidden(cache, tokens).map(drop)
    }

    fn hidden(&self, cache: &mut Cache, tokens: &[u32]) -> Result<Tensor> {
        if tokens.is_empty() || cache.len() + tokens.len() > cache.tokens_max() {
            candle_core::bail!(
                "{} tokens do not fit behind {} of {}",
                tokens.len(),
                cache.len(),
                cache.tokens_max()
            );
        }
        let mask = causal_mask(cache.len(), tokens.len())?;
        let mut hidden = self.embedding.rows_as_floats(tokens)?;
        for (number, layer) in self.layers.iter().enumerate() {
            let normed = rms_norm(&hidden, &layer.attention_norm, self.dimensions.norm_epsilon)?;
            hidden = (hidden + self.attend(number, layer, &normed, cache, mask.as_ref())?)?;
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
        mask: Option<&Tensor>,
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

        // The query heads that share a kv head are stacked as rows, so that keys and values are read in place, once.
        let shared = heads / kv_heads;
        let queries =
            (queries.reshape((kv_heads, shared * count, head_width))? * (head_width as f64).sqrt().recip())?;
        let total = keys.dim(1)?;
        let mut scores = queries.matmul(&keys.t()?)?;
        if let Some(mask) = mask {
            scores = scores
                .reshape((heads, count, total))?
                .broadcast_add(mask)?
                .reshape((kv_heads, shared * count, total))?;
        }
        let mixed = softmax_last_dim(&scores)?.matmul(&values)?;
        let mixed = mixed
            .reshape((heads, count, head_width))?
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

/// What each of `count` new tokens may not see, as (count, held + count); one token alone may see everything.
fn causal_mask(held: usize, count: usize) -> Result<Option<Tensor>> {
    if count == 1 {
        return Ok(None);
    }
    let mut mask = vec![0f32; count * (held + count)];
    for (row, seen) in mask.chunks_mut(held + count).zip(held + 1..) {
        if let Some(hidden) = row.get_mut(seen..) {
            hidden.fill(f32::NEG_INFINITY);
        }
    }
    Tensor::from_vec(mask, (count, held + count), &Device::Cpu)?
        .to_dtype(DType::F32)
        .map(Some)
}
