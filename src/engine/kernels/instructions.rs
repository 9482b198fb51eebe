//! Which of the processor's instructions multiply tiles: the widest that it has. All of them give the same numbers, so a draft
//! does not depend on the processor.

use super::activations::InputBlock;
use super::amx::{Amx, Shaped};
use super::avx2::Avx2;
use super::avx512::Avx512;
use super::tiles::{LANES, Q4Tile, Q6Tile};

#[derive(Clone, Copy)]
pub(super) enum Instructions {
    Amx(Amx),
    Avx512(Avx512),
    Avx2(Avx2),
}

/// The instructions, ready on this thread.
pub(super) enum Ready {
    Amx(Shaped),
    Avx512(Avx512),
    Avx2(Avx2),
}

impl Instructions {
    pub(super) fn detect() -> Option<Self> {
        Self::all().into_iter().next()
    }

    /// All that this processor has, fastest first.
    pub(super) fn all() -> Vec<Self> {
        [
            Amx::detect().map(Self::Amx),
            Avx512::detect().map(Self::Avx512),
            Avx2::detect().map(Self::Avx2),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    pub(super) fn ready(self) -> Ready {
        match self {
            Self::Amx(instructions) => Ready::Amx(instructions.shape()),
            Self::Avx512(instructions) => Ready::Avx512(instructions),
            Self::Avx2(instructions) => Ready::Avx2(instructions),
        }
    }
}

impl Ready {
    /// Adds the tile's product with `inputs[row]` to `sums[row]`.
    pub(super) fn add_q4(&mut self, tile: &Q4Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        match self {
            Self::Amx(instructions) => instructions.add_q4(tile, inputs, sums),
            Self::Avx512(instructions) => instructions.add_q4(tile, inputs, sums),
            Self::Avx2(instructions) => instructions.add_q4(tile, inputs, sums),
        }
    }

    pub(super) fn add_q6(&mut self, tile: &Q6Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        match self {
            Self::Amx(instructions) => instructions.add_q6(tile, inputs, sums),
            Self::Avx512(instructions) => instructions.add_q6(tile, inputs, sums),
            Self::Avx2(instructions) => instructions.add_q6(tile, inputs, sums),
        }
    }
}
