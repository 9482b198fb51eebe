//! The forward pass of llama, qwen2 and qwen3 models, written for what drafting needs: a cache that can be cut back, the
//! output head only for rows somebody looks at, and no matrix ever held as floats.

use candle_core::Result;

use super::attention::attend;
use super::cache::Cache;
use super::error::LoadError;
use super::gguf::{Dimensions, ModelFile};
use super::positions::Positions;
use super::rows::Rows;
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
    norm: Vec<f32>,
    /// Absent when the file ties the head to the embedding.
    head: Option<Weights>,
    positions: Positions,
}

struct Layer {
    attention_norm: Vec<f32>,
    query: Projection,
    key: Projection,
    value: Projection,
    output: Weights,
    query_norm: Option<Vec<f32>>,
    key_norm: Option<Vec<f32>>,
    feed_norm: Vec<f32>,
    gate: Weights,
    up: Weights,
    down: Weights,
}

/// A matrix with an optional bias on its outputs.
struct Projection {
    weights: Weights,
    bias: Option<Vec<f32>>,
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
        let positions = Positions::new(&dimensions, factors.as_deref(), tokens_max);
        let is_tied = !file.has("output.weight");
        let embedding = embedding(file, &dimensions, is_tied)?;
        let layers = (0..dimensions.layers)
            .map(|layer| Layer::load(file, &dimensions, layer))
            .collect::<std::result::Result<_, _>>()?;
        let norm = file.vector("output_norm.weight")?;
        if norm.len() != dimensions.hidden {
            return Err(LoadError::Unexpected("output_norm.weight".to_owned()));
        }
        let head = match is_tied {
            true => None,
            false => Some(weights(file, "output.weight", dimensions.hidden)?),
        };
        head.iter()
            .try_for_each(Weights::prepare)
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

    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// What computing one token reads: every matrix but the embedding, of which it takes one row.
    pub(super) fn weight_bytes(&self) -> usize {
        let head = self.head.as_ref().unwrap_or(&self.embedding);
        let layers = self.layers.iter().flat_map(Layer::matrices);
        layers.chain([head]).map(Weights::bytes).sum()
    }

    /// Reads `tokens` behind what `cache` holds. The result is (rows asked for, vocabulary). After an error the cache
    /// holds what it held before.
    pub(super) fn read(&self, cache: &mut Cache, tokens: &[u32], logits: Logits) -> Result<Rows> {
        let hidden = self.hidden(cache, tokens, &mut |_, _| ())?;
        self.logits(hidden, tokens, logits)
    }

    /// Like [`Decoder::read`] for the last token's logits; beside them the output of `layer`, counted from 0, for that
    /// token. It is empty where there are fewer layers.
    pub(super) fn read_with_state(
        &self,
        cache: &mut Cache,
        tokens: &[u32],
        layer: usize,
    ) -> Result<(Rows, Vec<f32>)> {
        let mut state = Vec::new();
        let hidden = self.hidden(cache, tokens, &mut |number, rows| {
            if number == layer {
                state = rows.row(tokens.len() - 1).unwrap_or_default().to_vec();
            }
        })?;
        Ok((self.logits(hidden, tokens, Logits::Last)?, state))
    }

    fn logits(&self, hidden: Rows, tokens: &[u32], logits: Logits) -> Result<Rows> {
        let asked = match logits {
            Logits::Last => hidden.starting_at(tokens.len() - 1),
            Logits::All => hidden,
        };
        let normed = asked.normed(&self.norm, self.dimensions.norm_epsilon);
        self.head.as_ref().unwrap_or(&self.embedding).times(&normed)
    }

    /// Like [`Decoder::read`], for tokens whose logits nobody needs.
    pub(super) fn skim(&self, cache: &mut Cache, tokens: &[u32]) -> Result<()> {
        self.hidden(cache, tokens, &mut |_, _| ()).map(drop)
    }

    /// The last layer's outputs for `tokens`. `watch` sees the number and the outputs of every layer.
    fn hidden(&self, cache: &mut Cache, tokens: &[u32], watch: &mut dyn FnMut(usize, &Rows)) -> Result<Rows> {
        if tokens.is_empty() || cache.len() + tokens.len() > cache.tokens_max() {
            candle_core::bail!(
                "{} tokens do not fit behind {} of {}",
                tokens.len(),
                cache.len(),
                cache.tokens_max()
            );
        }
        let mut hidden = self.embedding.rows_as_floats(tokens)?;
        for (number, layer) in self.layers.iter().enumerate() {
            let normed = hidden.normed(&layer.attention_norm, self.dimensions.norm_epsilon);
            hidden.add(&self.attend(number, layer, &normed, cache)?);
            let normed = hidden.normed(&layer.feed_norm, self.dimensions.norm_epsilon);
            hidden.add(&layer.feed(&normed)?);
            watch(number, &hidden);
        }
        cache.commit(tokens);
        Ok(hidden)
    }

    fn attend(&self, number: usize, layer: &Layer, inputs: &Rows, cache: &mut Cache) -> Result<Rows> {
        let projections = layer.projections();
        let mut outputs = Weights::each_times(projections.map(|projection| &projection.weights), inputs)?;
        for (projection, outputs) in projections.into_iter().zip(&mut outputs) {
            if let Some(bias) = &projection.bias {
                outputs.add_to_each(bias);
            }
        }
        let [mut queries, mut keys, values] = outputs;
        let held = cache.len();
        for (heads, norm) in [(&mut queries, &layer.query_norm), (&mut keys, &layer.key_norm)] {
            if let Some(norm) = norm {
                heads.norm(norm, self.dimensions.norm_epsilon);
            }
            self.positions.rotate(heads, held);
        }
        let heads = cache.extend(number, &keys, &values);
        let mixed = attend(&queries, heads, self.dimensions.head_width, held);
        layer.output.times(&mixed)
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
        let has_width =
            |norm: &Option<Vec<f32>>, width: usize| norm.as_ref().is_none_or(|norm| norm.len() == width);
        let fits = layer.query.weights.rows == dimensions.heads * dimensions.head_width
            && layer.key.weights.rows == dimensions.kv_heads * dimensions.head_width
            && layer.value.weights.rows == layer.key.weights.rows
            && layer.output.rows == hidden
            && layer.up.rows == layer.gate.rows
            && layer.down.columns == layer.up.rows
            && layer.down.rows == hidden
            && layer.attention_norm.len() == hidden
            && layer.feed_norm.len() == hidden
            && has_width(&layer.query_norm, dimensions.head_width)
            && has_width(&layer.key_norm, dimensions.head_width)
            && (layer.projections().into_iter())
                .all(|projection| has_width(&projection.bias, projection.weights.rows));
        if !fits {
            return Err(LoadError::Unexpected(name("*")));
        }
        (layer.matrices().into_iter())
            .try_for_each(Weights::prepare)
            .map_err(LoadError::Tensors)?;
        Ok(layer)
    }

    fn projections(&self) -> [&Projection; 3] {
        [&self.query, &self.key, &self.value]
    }

    fn matrices(&self) -> [&Weights; 7] {
        [
            &self.query.weights,
            &self.key.weights,
            &self.value.weights,
            &self.output,
            &self.gate,
            &self.up,
            &self.down,
        ]
    }

    fn feed(&self, inputs: &Rows) -> Result<Rows> {
        let [mut gates, values] = Weights::each_times([&self.gate, &self.up], inputs)?;
        gates.gate(&values);
        self.down.times(&gates)
    }
}

/// An embedding that is no output head is never multiplied with.
fn embedding(
    file: &mut ModelFile,
    dimensions: &Dimensions,
    is_head: bool,
) -> std::result::Result<Weights, LoadError> {
    let name = "token_embd.weight";
    if is_head {
        let embedding = weights(file, name, dimensions.hidden)?;
        embedding.prepare_with_rows().map_err(LoadError::Tensors)?;
        return Ok(embedding);
    }
    let raw = file.matrix(name)?;
    if raw.columns != dimensions.hidden {
        return Err(LoadError::Unexpected(name.to_owned()));
    }
    Weights::as_stored(raw).map_err(LoadError::Tensors)
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

fn optional_vector(file: &mut ModelFile, name: &str) -> std::result::Result<Option<Vec<f32>>, LoadError> {
    file.has(name).then(|| file.vector(name)).transpose()
}
