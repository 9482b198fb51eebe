//! The float sums of attention with 256-bit instructions, six queries at a time: every key or value that is read is used
//! for all of them. The order of every sum is fixed by the positions alone.

#![expect(
    unsafe_code,
    reason = "vector loads and stores go through pointers; here they always come from an array of known length"
)]

use std::arch::x86_64::*;

use super::avx2::Avx2;
use super::heads::KEYS;

impl Avx2 {
    /// The products of each query with the keys of one block; see [`super::heads::Heads::scores`].
    pub(super) fn scores<const N: usize>(
        self,
        queries: [&[f32]; N],
        keys: &[[f32; KEYS]],
    ) -> [[f32; KEYS]; N] {
        // SAFETY: `self` proves the features that `scores` is compiled for.
        unsafe { scores(queries, keys) }
    }

    /// Adds values weighted by each query's weights, as far as whole vectors go; see [`super::heads::Heads::mix`].
    pub(super) fn mix<const N: usize>(
        self,
        weights: &[&[f32]; N],
        values: &[f32],
        width: usize,
        sums: &mut [f32],
    ) {
        // SAFETY: `self` proves the features that `mix` is compiled for.
        unsafe { mix(weights, values, width, sums) }
    }
}

#[target_feature(enable = "avx2,fma")]
fn scores<const N: usize>(queries: [&[f32]; N], keys: &[[f32; KEYS]]) -> [[f32; KEYS]; N] {
    let mut sums = [[_mm256_setzero_ps(); 2]; N];
    for (place, keys) in keys.iter().enumerate() {
        let keys = halves(keys);
        for (sums, query) in sums.iter_mut().zip(queries) {
            let query = _mm256_set1_ps(query[place]);
            sums[0] = _mm256_fmadd_ps(query, keys[0], sums[0]);
            sums[1] = _mm256_fmadd_ps(query, keys[1], sums[1]);
        }
    }
    let mut scores = [[0f32; KEYS]; N];
    for (scores, sums) in scores.iter_mut().zip(sums) {
        set_halves(scores, sums);
    }
    scores
}

#[target_feature(enable = "avx2,fma")]
fn mix<const N: usize>(weights: &[&[f32]; N], values: &[f32], width: usize, sums: &mut [f32]) {
    for start in (0..width - width % KEYS).step_by(KEYS) {
        let mut mixed = [[_mm256_setzero_ps(); 2]; N];
        for (mixed, sums) in mixed.iter_mut().zip(sums.chunks_exact(width)) {
            *mixed = halves(stretch(sums, start));
        }
        for (place, values) in values.chunks_exact(width).enumerate() {
            let values = halves(stretch(values, start));
            for (mixed, weights) in mixed.iter_mut().zip(weights) {
                let weight = _mm256_set1_ps(weights[place]);
                mixed[0] = _mm256_fmadd_ps(weight, values[0], mixed[0]);
                mixed[1] = _mm256_fmadd_ps(weight, values[1], mixed[1]);
            }
        }
        for (mixed, sums) in mixed.into_iter().zip(sums.chunks_exact_mut(width)) {
            set_halves(&mut sums[start..start + KEYS], mixed);
        }
    }
}

#[inline]
fn stretch(floats: &[f32], start: usize) -> &[f32] {
    &floats[start..start + KEYS]
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn halves(floats: &[f32]) -> [__m256; 2] {
    let halves = floats.as_chunks::<8>().0;
    // SAFETY: both read the eight floats of one half; the indices are checked.
    unsafe {
        [
            _mm256_loadu_ps(halves[0].as_ptr()),
            _mm256_loadu_ps(halves[1].as_ptr()),
        ]
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn set_halves(floats: &mut [f32], vectors: [__m256; 2]) {
    let halves = floats.as_chunks_mut::<8>().0;
    for (half, vector) in halves.iter_mut().zip(vectors) {
        // SAFETY: writes the eight floats of one half.
        unsafe { _mm256_storeu_ps(half.as_mut_ptr(), vector) };
    }
}
