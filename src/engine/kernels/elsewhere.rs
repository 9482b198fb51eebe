//! Stands in for the vector instructions on processors of another kind: there are none, so no matrix is ever tiled.

use super::activations::InputBlock;
use super::heads::KEYS;
use super::panels::{Inputs as PanelInputs, Step, Sums};
use super::tiles::{LANES, Q4Tile, Q6Tile};

#[derive(Clone, Copy)]
pub(super) enum Instructions {}

pub(super) type Ready = Instructions;

impl Instructions {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    #[cfg(test)]
    pub(super) fn all() -> Vec<Self> {
        Vec::new()
    }

    pub(super) fn ready(self) -> Self {
        self
    }

    pub(super) fn add_q4(&mut self, _: &Q4Tile, _: &[InputBlock], _: &mut [[f32; LANES]]) {
        match *self {}
    }

    pub(super) fn add_q6(&mut self, _: &Q6Tile, _: &[InputBlock], _: &mut [[f32; LANES]]) {
        match *self {}
    }
}

#[derive(Clone, Copy)]
pub(super) enum Avx2 {}

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        None
    }

    pub(super) fn scores<const N: usize>(self, _: [&[f32]; N], _: &[[f32; KEYS]]) -> [[f32; KEYS]; N] {
        match self {}
    }

    pub(super) fn add_panel(self, _: &[PanelInputs], _: &[Step], _: &mut Sums) {
        match self {}
    }

    pub(super) fn byte_product(self, _: &[i16], _: &[i8]) -> i32 {
        match self {}
    }

    pub(super) fn mix<const N: usize>(self, _: &[&[f32]; N], _: &[f32], _: usize, _: &mut [f32]) {
        match self {}
    }
}
