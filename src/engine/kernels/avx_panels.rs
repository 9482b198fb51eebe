//! A panel of a matrix times several rows of inputs, with 512-bit and with 256-bit instructions.

#![expect(
    unsafe_code,
    reason = "vector loads and stores go through pointers; here they always come from an array of known length"
)]

use std::arch::x86_64::*;

use super::avx2::Avx2;
use super::avx512::Avx512;
use super::panels::{Inputs, ROWS, Step, Sums};

/// Rows whose sums fit into the sixteen 256-bit registers beside what is multiplied.
const HALF: usize = ROWS / 2;

impl Avx512 {
    /// Adds to `sums` the products of each row of inputs with each column of the panel.
    pub(super) fn add_panel(self, inputs: &[Inputs], panel: &[Step], sums: &mut Sums) {
        // SAFETY: `self` proves the features that it is compiled for.
        unsafe { wide(inputs, panel, sums) }
    }
}

impl Avx2 {
    /// The same.
    pub(super) fn add_panel(self, inputs: &[Inputs], panel: &[Step], sums: &mut Sums) {
        for rows in [0, HALF] {
            for columns in [0, 16] {
                // SAFETY: `self` proves the features that it is compiled for.
                unsafe { narrow(inputs, panel, sums, rows, columns) }
            }
        }
    }
}

#[target_feature(enable = "avx512f")]
fn wide(inputs: &[Inputs], panel: &[Step], sums: &mut Sums) {
    let mut registers = [[_mm512_setzero_ps(); 2]; ROWS];
    for (registers, sums) in registers.iter_mut().zip(sums.iter()) {
        // SAFETY: both read sixteen of the thirty-two floats.
        *registers = unsafe {
            [
                _mm512_loadu_ps(sums.as_ptr()),
                _mm512_loadu_ps(sums[16..].as_ptr()),
            ]
        };
    }
    for (inputs, step) in inputs.iter().zip(panel) {
        // SAFETY: as above.
        let weights = unsafe {
            [
                _mm512_loadu_ps(step.as_ptr()),
                _mm512_loadu_ps(step[16..].as_ptr()),
            ]
        };
        for (registers, input) in registers.iter_mut().zip(inputs) {
            let input = _mm512_set1_ps(*input);
            registers[0] = _mm512_fmadd_ps(input, weights[0], registers[0]);
            registers[1] = _mm512_fmadd_ps(input, weights[1], registers[1]);
        }
    }
    for (registers, sums) in registers.iter().zip(sums.iter_mut()) {
        // SAFETY: both write sixteen of the thirty-two floats.
        unsafe {
            _mm512_storeu_ps(sums.as_mut_ptr(), registers[0]);
            _mm512_storeu_ps(sums[16..].as_mut_ptr(), registers[1]);
        }
    }
}

#[target_feature(enable = "avx2,fma")]
fn narrow(inputs: &[Inputs], panel: &[Step], sums: &mut Sums, rows: usize, columns: usize) {
    let mut registers = [[_mm256_setzero_ps(); 2]; HALF];
    for (registers, sums) in registers.iter_mut().zip(&sums[rows..rows + HALF]) {
        let sums = &sums[columns..columns + 16];
        // SAFETY: both read eight of the sixteen floats.
        *registers = unsafe {
            [
                _mm256_loadu_ps(sums.as_ptr()),
                _mm256_loadu_ps(sums[8..].as_ptr()),
            ]
        };
    }
    for (inputs, step) in inputs.iter().zip(panel) {
        let step = &step[columns..columns + 16];
        // SAFETY: as above.
        let weights = unsafe {
            [
                _mm256_loadu_ps(step.as_ptr()),
                _mm256_loadu_ps(step[8..].as_ptr()),
            ]
        };
        for (registers, input) in registers.iter_mut().zip(&inputs[rows..rows + HALF]) {
            let input = _mm256_set1_ps(*input);
            registers[0] = _mm256_fmadd_ps(input, weights[0], registers[0]);
            registers[1] = _mm256_fmadd_ps(input, weights[1], registers[1]);
        }
    }
    for (registers, sums) in registers.iter().zip(&mut sums[rows..rows + HALF]) {
        let sums = &mut sums[columns..columns + 16];
        // SAFETY: both write eight of the sixteen floats.
        unsafe {
            _mm256_storeu_ps(sums.as_mut_ptr(), registers[0]);
            _mm256_storeu_ps(sums[8..].as_mut_ptr(), registers[1]);
        }
    }
}
