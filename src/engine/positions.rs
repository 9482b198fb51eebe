//! Rotary positions: the angles by which queries and keys are turned so that attention knows how far apart tokens are
//! (Su et al. 2021, "RoFormer").

use super::gguf::{Dimensions, Family};
use super::rows::Rows;

/// Sines and cosines for every position that can occur.
pub(super) struct Positions {
    /// Both are (positions, half a head's width).
    cosines: Rows,
    sines: Rows,
    /// llama files pair neighbouring values, the qwen families the two halves of a head.
    neighbours_paired: bool,
}

impl Positions {
    /// `factors` stretch the wave lengths one by one (the tensor `rope_freqs.weight`, which Llama 3.1 and later carry).
    pub(super) fn new(dimensions: &Dimensions, factors: Option<&[f32]>, tokens_max: usize) -> Self {
        let width = dimensions.head_width;
        let frequencies: Vec<f32> = (0..width / 2)
            .map(|pair| {
                let frequency = dimensions.rope_base.powf(-((2 * pair) as f32) / width as f32);
                frequency / factors.and_then(|factors| factors.get(pair)).unwrap_or(&1.0)
            })
            .collect();
        let angles = |of: fn(f32) -> f32| {
            let angles = (0..tokens_max).flat_map(|position| {
                frequencies
                    .iter()
                    .map(move |frequency| of(position as f32 * frequency))
            });
            Rows::new(angles.collect(), width / 2)
        };
        Self {
            cosines: angles(f32::cos),
            sines: angles(f32::sin),
            neighbours_paired: dimensions.family == Family::Llama,
        }
    }

    /// Turns every head of every row; the first row's token is at position `start`.
    pub(super) fn rotate(&self, rows: &mut Rows, start: usize) {
        let half = self.cosines.width;
        let angles = (self.cosines.values.chunks_exact(half)).zip(self.sines.values.chunks_exact(half));
        let width = rows.width;
        for (row, (cosines, sines)) in rows.values.chunks_exact_mut(width).zip(angles.skip(start)) {
            for head in row.chunks_exact_mut(2 * half) {
                match self.neighbours_paired {
                    true => rotate_neighbours(head, cosines, sines),
                    false => rotate_halves(head, cosines, sines),
                }
            }
        }
    }
}

fn rotate_halves(head: &mut [f32], cosines: &[f32], sines: &[f32]) {
    let (first, second) = head.split_at_mut(cosines.len());
    for ((x, y), (cosine, sine)) in first.iter_mut().zip(second).zip(cosines.iter().zip(sines)) {
        (*x, *y) = (*x * cosine - *y * sine, *x * sine + *y * cosine);
    }
}

fn rotate_neighbours(head: &mut [f32], cosines: &[f32], sines: &[f32]) {
    for (pair, (cosine, sine)) in head.chunks_exact_mut(2).zip(cosines.iter().zip(sines)) {
        if let [x, y] = pair {
            (*x, *y) = (*x * cosine - *y * sine, *x * sine + *y * cosine);
        }
    }
}
