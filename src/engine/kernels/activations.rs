//! The inputs of a product as 8-bit numbers, in blocks that have one scale each, as the 4-bit and 6-bit formats are made
//! to be multiplied with.

use rayon::prelude::*;

use super::tiles::BLOCK;

/// Values whose sum is kept with the block: a minimum or an offset of the weights multiplies the sum, not the values.
const SHORT: usize = 16;

/// One block of one row: value = scale × (−128 to 127).
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct InputBlock {
    /// In fours, as one instruction takes them; first, so that no 64 of them lie across two cache lines.
    pub values: [[i8; 4]; BLOCK / 4],
    pub scale: f32,
    /// Sums of 16 values each, as pairs of neighbours.
    pub short_sums: [[i16; 2]; BLOCK / SHORT / 2],
    /// Sums of 32 values each, likewise.
    pub long_sums: [[i16; 2]; BLOCK / SHORT / 4],
}

/// Rows of inputs, ordered by block first, because a tile is multiplied with the same block of every row.
#[derive(Debug)]
pub(in crate::engine) struct Inputs {
    blocks: Vec<InputBlock>,
    rows: usize,
}

impl Inputs {
    /// `values` is (rows, columns); the columns are a multiple of [`BLOCK`].
    pub(in crate::engine) fn new(values: &[f32], columns: usize) -> Self {
        let rows = values.len() / columns;
        let block = |number: usize| {
            let (block, row) = (number / rows, number % rows);
            InputBlock::new(&values[row * columns + block * BLOCK..][..BLOCK])
        };
        let count = rows * columns / BLOCK;
        let blocks = match rows {
            1 => (0..count).map(block).collect(),
            _ => (0..count).into_par_iter().map(block).collect(),
        };
        Self { blocks, rows }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Block number `block` of every row.
    pub(super) fn block(&self, block: usize) -> &[InputBlock] {
        &self.blocks[block * self.rows..][..self.rows]
    }
}

impl InputBlock {
    /// Scaled so that the value farthest from zero becomes −127, as llama.cpp and candle do.
    fn new(values: &[f32]) -> Self {
        let farthest = farthest(values);
        let mut block = Self {
            scale: 0.0,
            short_sums: [[0; 2]; BLOCK / SHORT / 2],
            long_sums: [[0; 2]; BLOCK / SHORT / 4],
            values: [[0; 4]; BLOCK / 4],
        };
        if farthest == 0.0 {
            return block;
        }
        let factor = -127.0 / farthest;
        block.scale = 1.0 / factor;
        for (small, value) in block.values.as_flattened_mut().iter_mut().zip(values) {
            *small = nearest(value * factor);
        }
        let values = block.values.as_flattened().chunks_exact(SHORT);
        for (sum, values) in block.short_sums.as_flattened_mut().iter_mut().zip(values) {
            *sum = values.iter().map(|&value| i16::from(value)).sum();
        }
        for (sum, [first, second]) in (block.long_sums.as_flattened_mut().iter_mut()).zip(block.short_sums) {
            *sum = first + second;
        }
        block
    }
}

/// The value farthest from zero. Eight running extremes, so that a vector can hold them.
fn farthest(values: &[f32]) -> f32 {
    let (mut highest, mut lowest) = ([0f32; 8], [0f32; 8]);
    for eight in values.chunks_exact(8) {
        for ((high, low), &value) in highest.iter_mut().zip(&mut lowest).zip(eight) {
            *high = if value > *high { value } else { *high };
            *low = if value < *low { value } else { *low };
        }
    }
    let highest = highest.into_iter().fold(0f32, f32::max);
    let lowest = lowest.into_iter().fold(0f32, f32::min);
    if highest >= -lowest { highest } else { lowest }
}

/// Rounds a number of at most a few hundred: added to this one, only its whole part is left in the low bits.
fn nearest(value: f32) -> i8 {
    const WHOLE: f32 = 12_582_912.0;
    ((value + WHOLE).to_bits() as i32 - WHOLE.to_bits() as i32) as i8
}
