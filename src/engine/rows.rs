//! A plain matrix of floats, and the small float steps of a pass that work on each of its rows alone.

use candle_core::{DType, Device, Result, Tensor};
use rayon::prelude::*;

/// `values` is (rows, `width`), row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    pub values: Vec<f32>,
    pub width: usize,
}

impl Rows {
    pub(super) fn new(values: Vec<f32>, width: usize) -> Self {
        Self { values, width }
    }

    pub(super) fn count(&self) -> usize {
        self.values.len() / self.width
    }

    /// None past the end.
    pub(super) fn row(&self, number: usize) -> Option<&[f32]> {
        self.values.chunks_exact(self.width).nth(number)
    }

    /// Row `first` and all that follow.
    pub(super) fn starting_at(mut self, first: usize) -> Self {
        self.values.drain(..first * self.width);
        self
    }

    pub(super) fn from_tensor(tensor: &Tensor) -> Result<Self> {
        let (_, width) = tensor.dims2()?;
        let values = tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
        Ok(Self { values, width })
    }

    pub(super) fn to_tensor(&self) -> Result<Tensor> {
        Tensor::from_slice(&self.values, (self.count(), self.width), &Device::Cpu)
    }

    /// Adds `other`, of the same shape.
    pub(super) fn add(&mut self, other: &Self) {
        for (value, more) in self.values.iter_mut().zip(&other.values) {
            *value += more;
        }
    }

    pub(super) fn add_to_each(&mut self, bias: &[f32]) {
        for row in self.values.chunks_exact_mut(bias.len()) {
            for (value, more) in row.iter_mut().zip(bias) {
                *value += more;
            }
        }
    }

    /// Scales each stretch of `weights.len()` values to a root mean square of one, then by the weights (Zhang and
    /// Sennrich 2019, "Root Mean Square Layer Normalization").
    pub(super) fn normed(&self, weights: &[f32], epsilon: f32) -> Self {
        let mut normed = self.clone();
        normed.norm(weights, epsilon);
        normed
    }

    pub(super) fn norm(&mut self, weights: &[f32], epsilon: f32) {
        for row in self.values.chunks_exact_mut(weights.len()) {
            let mut squares = [0f32; 16];
            for some in row.chunks(squares.len()) {
                for (square, value) in squares.iter_mut().zip(some) {
                    *square += value * value;
                }
            }
            let mean = squares.iter().sum::<f32>() / row.len() as f32;
            let factor = (mean + epsilon).sqrt().recip();
            for (value, weight) in row.iter_mut().zip(weights) {
                *value *= factor * weight;
            }
        }
    }

    /// `self` times its own sigmoid, times `other`: the gate of a feed-forward layer (Shazeer 2020, "GLU Variants Improve
    /// Transformer").
    pub(super) fn gate(&mut self, other: &Self) {
        const AT_ONCE: usize = 2048;
        let parts = (self.values.par_chunks_mut(AT_ONCE)).zip(other.values.par_chunks(AT_ONCE));
        parts.for_each(|(gates, values)| {
            for (gate, value) in gates.iter_mut().zip(values) {
                *gate = *gate / (1.0 + exp(-*gate)) * value;
            }
        });
    }
}

/// e to the power of `x`, to about the last two bits. The library's own is a call for each number, which no vector
/// instruction can replace; here `x` is split into a power of two and a rest of at most half a power, for which a
/// polynomial of the sixth degree is enough.
pub(super) fn exp(x: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let power = shifted - WHOLE;
    let rest = x - power * LN_2_HIGH - power * LN_2_LOW;
    let mut sum = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        sum = sum * rest + coefficient;
    }
    let exponent = (shifted.to_bits().wrapping_sub(WHOLE.to_bits()) as i32 + 127) << 23;
    sum * f32::from_bits(exponent as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn exp_is_the_library_s(x in -86.0f32..87.0) {
            prop_assert!((exp(x) / x.exp() - 1.0).abs() < 1e-6, "{} for {}", exp(x), x.exp());
        }

        #[test]
        fn a_normed_row_has_a_mean_square_of_one(values in prop::collection::vec(0.1f32..9.0, 64)) {
            let rows = Rows::new(values, 64).normed(&[1.0; 64], 0.0);
            let mean = rows.values.iter().map(|value| value * value).sum::<f32>() / 64.0;
            prop_assert!((mean - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn a_gate_is_silu_times_the_value() {
        let mut gates = Rows::new(vec![-100.0, -1.0, 0.0, 2.0], 4);
        gates.gate(&Rows::new(vec![3.0, 2.0, 1.0, 0.5], 4));
        for (ours, expected) in gates.values.iter().zip([0.0, -0.537_882_9, 0.0, 0.880_797]) {
            assert!((ours - expected).abs() < 1e-6, "{ours}, expected {expected}");
        }
    }
}
