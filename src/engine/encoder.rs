//! The forward pass of a sentence-transformer of the BERT family (Devlin et al. 2018), for texts of any lengths at once: their
//! tokens stand one after the other, so nothing is padded, and only attention looks at where one text ends.

use candle_core::{Device, safetensors};
use rayon::prelude::*;
use serde::Deserialize;

use super::embedder::EmbedError;
use super::kernels::{COLUMNS, Panels, gelu, softmax};

/// What the model's `config.json` says of its shape.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Shape {
    pub hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    layer_norm_eps: f32,
    hidden_act: String,
}

pub(super) struct Encoder {
    shape: Shape,
    words: Vec<f32>,
    /// Of each position, with that of the first kind of token, which is the only one used, added.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    mixed: Linear,
    mixed_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

struct Linear {
    weights: Panels,
    bias: Vec<f32>,
}

struct Norm {
    scale: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

/// The weights of a file by their names.
struct File(std::collections::HashMap<String, candle_core::Tensor>);

impl Encoder {
    /// Reads the weights, which must be there in the shape that the configuration says.
    pub fn load(weights: &[u8], shape: Shape) -> Result<Self, EmbedError> {
        let unusable = |reason: &str| EmbedError::Unusable(reason.to_owned());
        if shape.hidden_act != "gelu" {
            return Err(unusable("its layers do not use the activation \"gelu\""));
        }
        let width = shape.hidden_size;
        if shape.num_attention_heads == 0
            || !width.is_multiple_of(shape.num_attention_heads)
            || width / shape.num_attention_heads > COLUMNS
        {
            return Err(unusable("its attention heads have a width that is not supported"));
        }
        let file = File(safetensors::load_buffer(weights, &Device::Cpu)?);
        let places = file.floats(
            "embeddings.position_embeddings.weight",
            &[shape.max_position_embeddings, width],
        )?;
        let kinds = file.any("embeddings.token_type_embeddings.weight", width)?;
        let places = places
            .chunks_exact(width)
            .flat_map(|place| place.iter().zip(&kinds).map(|(place, kind)| place + kind))
            .collect();
        let layers = (0..shape.num_hidden_layers).map(|number| file.layer(number, &shape));
        Ok(Self {
            words: file.any("embeddings.word_embeddings.weight", width)?,
            norm: file.norm("embeddings.LayerNorm", &shape)?,
            layers: layers.collect::<Result<_, _>>()?,
            places,
            shape,
        })
    }

    pub fn positions(&self) -> usize {
        self.shape.max_position_embeddings
    }

    /// The mean of each text's last hidden states, scaled to length one. A text has at least one token and at most
    /// [`Encoder::positions`].
    pub fn forward(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let width = self.shape.hidden_size;
        let mut hidden = self.embedded(texts)?;
        self.norm.apply(&mut hidden);
        for layer in &self.layers {
            layer.apply(&mut hidden, texts, &self.shape);
        }
        let mut rest = hidden.as_slice();
        Ok(texts
            .iter()
            .map(|text| {
                let (states, others) = rest.split_at(text.len() * width);
                rest = others;
                mean(states, width)
            })
            .collect())
    }

    fn embedded(&self, texts: &[&[u32]]) -> Result<Vec<f32>, EmbedError> {
        let width = self.shape.hidden_size;
        let tokens: usize = texts.iter().map(|text| text.len()).sum();
        let mut hidden = Vec::with_capacity(tokens * width);
        for text in texts {
            for (token, place) in text.iter().zip(self.places.chunks_exact(width)) {
                let start = *token as usize * width;
                let word = self.words.get(start..start + width);
                let word = word.ok_or_else(|| {
                    EmbedError::Unusable(format!("its tokenizer has a token {token} that the model lacks"))
                })?;
                hidden.extend(word.iter().zip(place).map(|(word, place)| word + place));
            }
        }
        Ok(hidden)
    }
}

impl Layer {
    fn apply(&self, hidden: &mut [f32], texts: &[&[u32]], shape: &Shape) {
        let mut query = self.query.apply(hidden);
        let root = 1.0 / ((shape.hidden_size / shape.num_attention_heads) as f32).sqrt();
        query.iter_mut().for_each(|value| *value *= root);
        let (key, value) = (self.key.apply(hidden), self.value.apply(hidden));
        let attended = attention(&query, &key, &value, texts, shape);
        self.mixed.add(&attended, hidden);
        self.mixed_norm.apply(hidden);
        let mut inner = self.inner.apply(hidden);
        inner.par_chunks_mut(shape.intermediate_size).for_each(gelu);
        self.outer.add(&inner, hidden);
        self.outer_norm.apply(hidden);
    }
}

/// For each text and head, the values mixed by how much each token's query agrees with the others' keys.
fn attention(query: &[f32], key: &[f32], value: &[f32], texts: &[&[u32]], shape: &Shape) -> Vec<f32> {
    let (width, heads) = (shape.hidden_size, shape.num_attention_heads);
    let head_width = width / heads;
    let mut first = 0;
    let mut tasks = Vec::with_capacity(texts.len() * heads);
    for text in texts {
        tasks.extend((0..heads).map(|head| (first, text.len(), head)));
        first += text.len();
    }
    let mixed: Vec<Vec<f32>> = tasks
        .par_iter()
        .map(|(first, count, head)| {
            let of_head = |all: &[f32]| -> Vec<f32> {
                let rows = all[first * width..(first + count) * width].chunks_exact(width);
                rows.flat_map(|row| &row[head * head_width..(head + 1) * head_width])
                    .copied()
                    .collect()
            };
            let (query, key, value) = (of_head(query), of_head(key), of_head(value));
            let keys = Panels::of_rows(key.chunks_exact(head_width), head_width);
            let mut scores = vec![0.0; count * count];
            keys.add_products_here(&query, &mut scores);
            scores.chunks_exact_mut(*count).for_each(softmax);
            let values = Panels::of_columns(value.chunks_exact(head_width));
            let mut mixed = vec![0.0; count * head_width];
            values.add_products_here(&scores, &mut mixed);
            mixed
        })
        .collect();
    let mut attended = vec![0.0; query.len()];
    for ((first, count, head), mixed) in tasks.iter().zip(mixed) {
        let rows = attended[first * width..(first + count) * width].chunks_exact_mut(width);
        for (row, mixed) in rows.zip(mixed.chunks_exact(head_width)) {
            row[head * head_width..(head + 1) * head_width].copy_from_slice(mixed);
        }
    }
    attended
}

impl Linear {
    fn apply(&self, inputs: &[f32]) -> Vec<f32> {
        let rows = inputs.len() / self.weights.inputs().max(1);
        let mut outputs = vec![0.0; rows * self.weights.outputs()];
        self.add(inputs, &mut outputs);
        outputs
    }

    /// Adds the outputs to what is there.
    fn add(&self, inputs: &[f32], outputs: &mut [f32]) {
        for row in outputs.chunks_exact_mut(self.bias.len()) {
            row.iter_mut()
                .zip(&self.bias)
                .for_each(|(output, bias)| *output += bias);
        }
        self.weights.add_products(inputs, outputs);
    }
}

impl Norm {
    /// Scales each row to mean zero and variance one, then by the learnt scale (Ba et al. 2016).
    fn apply(&self, rows: &mut [f32]) {
        let width = self.scale.len();
        rows.par_chunks_exact_mut(width).for_each(|row| {
            let mean = sum(row, |value| value) / width as f32;
            let variance = sum(row, |value| (value - mean) * (value - mean)) / width as f32;
            let root = 1.0 / (variance + self.epsilon).sqrt();
            for ((value, scale), bias) in row.iter_mut().zip(&self.scale).zip(&self.bias) {
                *value = (*value - mean) * root * scale + bias;
            }
        });
    }
}

/// Sums side by side, which a processor does several at a time, in an order that is always the same.
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; 16];
    let (lanes, rest) = values.as_chunks::<16>();
    for some in lanes {
        for (sum, value) in sums.iter_mut().zip(some) {
            *sum += of(*value);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

fn mean(states: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0.0; width];
    for state in states.chunks_exact(width) {
        mean.iter_mut().zip(state).for_each(|(sum, value)| *sum += value);
    }
    // Dividing by the number of tokens would be undone by scaling to length one.
    let length = mean.iter().map(|value| value * value).sum::<f32>().sqrt();
    let length = length.max(f32::MIN_POSITIVE);
    mean.iter_mut().for_each(|value| *value /= length);
    mean
}

impl File {
    /// The floats of this name, which must be as many as the shape says.
    fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbedError> {
        let unusable =
            || EmbedError::Unusable(format!("its weights \"{name}\" are missing or of another shape"));
        let tensor = self.0.get(name).ok_or_else(unusable)?;
        if tensor.dims() != shape {
            return Err(unusable());
        }
        Ok(tensor
            .to_dtype(candle_core::DType::F32)?
            .flatten_all()?
            .to_vec1()?)
    }

    /// Rows of this width, however many.
    fn any(&self, name: &str, width: usize) -> Result<Vec<f32>, EmbedError> {
        let rows = self.0.get(name).and_then(|tensor| tensor.dims().first().copied());
        self.floats(name, &[rows.unwrap_or_default(), width])
    }

    fn linear(&self, name: &str, outputs: usize, inputs: usize) -> Result<Linear, EmbedError> {
        let weights = self.floats(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(Linear {
            weights: Panels::of_rows(weights.chunks_exact(inputs), inputs),
            bias: self.floats(&format!("{name}.bias"), &[outputs])?,
        })
    }

    fn norm(&self, name: &str, shape: &Shape) -> Result<Norm, EmbedError> {
        Ok(Norm {
            scale: self.floats(&format!("{name}.weight"), &[shape.hidden_size])?,
            bias: self.floats(&format!("{name}.bias"), &[shape.hidden_size])?,
            epsilon: shape.layer_norm_eps,
        })
    }

    fn layer(&self, number: usize, shape: &Shape) -> Result<Layer, EmbedError> {
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        let (width, inner) = (shape.hidden_size, shape.intermediate_size);
        Ok(Layer {
            query: self.linear(&name("attention.self.query"), width, width)?,
            key: self.linear(&name("attention.self.key"), width, width)?,
            value: self.linear(&name("attention.self.value"), width, width)?,
            mixed: self.linear(&name("attention.output.dense"), width, width)?,
            mixed_norm: self.norm(&name("attention.output.LayerNorm"), shape)?,
            inner: self.linear(&name("intermediate.dense"), inner, width)?,
            outer: self.linear(&name("output.dense"), width, inner)?,
            outer_norm: self.norm(&name("output.LayerNorm"), shape)?,
        })
    }
}
