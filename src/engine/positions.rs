//! Rotary positions: the angles by which queries and keys are turned so that attention knows how far apart tokens are.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::rotary_emb::{rope, rope_i};

use super::gguf::{Dimensions, Family};

/// Sines and cosines for every position that can occur.
pub(super) struct Positions {
    cosines: Tensor,
    sines: Tensor,
    /// llama files pair neighbouring values, the qwen families the two halves of a head.
    neighbours_paired: bool,
}

impl Positions {
    /// `factors` stretch the wave lengths one by one (the tensor `rope_freqs.weight`, which Llama 3.1 and later carry).
    pub(super) fn new(dimensions: &Dimensions, factors: Option<Tensor>, tokens_max: usize) -> Result<Self> {
        let width = dimensions.head_width;
        let frequency = |pair: usize| dimensions.rope_base.powf(-((2 * pair) as f32) / width as f32);
        let frequencies: Vec<f32> = (0..width / 2).map(frequency).collect();
        let mut frequencies = Tensor::from_vec(frequencies, (1, width / 2), &Device::Cpu)?;
        if let Some(factors) = factors {
            frequencies = frequencies.broadcast_div(&factors)?;
        }
        let steps = Tensor::arange(0, tokens_max as u32, &Device::Cpu)?
            .to_dtype(DType::F32)?
            .reshape((tokens_max, 1))?;
        let angles = steps.broadcast_mul(&frequencies)?;
        Ok(Self {
            cosines: angles.cos()?,
            sines: angles.sin()?,
            neighbours_paired: dimensions.family == Family::Llama,
        })
    }

    /// Turns (heads, n, head width), whose first token is at position `start`.
    pub(super) fn rotate(&self, heads: &Tensor, start: usize) -> Result<Tensor> {
        let count = heads.dim(1)?;
        let cosines = self.cosines.narrow(0, start, count)?;
        let sines = self.sines.narrow(0, start, count)?;
        let batch = heads.unsqueeze(0)?;
        let turned = match self.neighbours_paired {
            true => rope_i(&batch, &cosines, &sines)?,
            false => rope(&batch, &cosines, &sines)?,
        };
        turned.squeeze(0)
    }
}
