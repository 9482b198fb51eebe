//! Tiles times inputs with 512-bit integer instructions: one vector holds four values of all sixteen rows of a tile, and one
//! instruction multiplies and sums them (Intel's vector neural network instructions). The whole numbers and the float steps
//! are those of the 256-bit ones, so a draft is the same on either processor.

#![expect(
    unsafe_code,
    reason = "vector loads and stores go through pointers; here they always come from an array of known length"
)]

use std::arch::x86_64::*;

use super::activations::InputBlock;
use super::avx2::{Rows, four_inputs_as_one, six_bits, sixteen, two_sums_as_one};
use super::tiles::{Eights, LANES, Q4_STRETCHES, Q4Tile, Q6_STRETCHES, Q6Tile};

/// Proof that this processor has the instructions.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("f16c");
        has.then_some(Self(()))
    }

    /// Adds the tile's product with `inputs[row]` to `sums[row]`.
    pub(super) fn add_q4(self, tile: &Q4Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        // SAFETY: `self` proves the features that `q4` is compiled for.
        unsafe { q4(tile, (inputs, sums)) }
    }

    pub(super) fn add_q6(self, tile: &Q6Tile, inputs: &[InputBlock], sums: &mut [[f32; LANES]]) {
        // SAFETY: `self` proves the features that `q6` is compiled for.
        unsafe { q6(tile, (inputs, sums)) }
    }
}

/// What turns a block's whole sums into floats; one row of the matrix in each place.
pub(super) struct Q4Units {
    /// The minimums of two neighbouring stretches.
    minimums: [__m512i; Q4_STRETCHES / 2],
    scale_unit: __m512,
    minimum_unit: __m512,
}

struct Q4Factors {
    scales: [__m512i; Q4_STRETCHES],
    units: Q4Units,
}

struct Q6Factors {
    scales: [__m512i; Q6_STRETCHES],
    /// The scales of two neighbouring stretches, for the offset of 32 that the format takes off every value.
    pairs: [__m512i; Q6_STRETCHES / 2],
    scale_unit: __m512,
}

impl Q4Units {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
    pub(super) fn of(tile: &Q4Tile) -> Self {
        // A loop and not a closure: a closure that is handed to a library function is not inlined into this one.
        let mut minimums = [_mm512_setzero_si512(); Q4_STRETCHES / 2];
        for (pair, minimums) in minimums.iter_mut().enumerate() {
            let first = _mm512_cvtepu8_epi32(six_bits(&tile.minimums, 2 * pair));
            let second = _mm512_cvtepu8_epi32(six_bits(&tile.minimums, 2 * pair + 1));
            *minimums = _mm512_or_si512(first, _mm512_slli_epi32::<16>(second));
        }
        Self {
            minimums,
            scale_unit: half_floats(&tile.scale_unit),
            minimum_unit: half_floats(&tile.minimum_unit),
        }
    }

    /// Adds the product of a block, of which `whole` is the sum of scale × weight × input.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
    pub(super) fn add(&self, whole: __m512i, input: &InputBlock, sums: &mut [f32; LANES]) {
        let scale = _mm512_set1_ps(input.scale);
        let mut below = _mm512_setzero_si512();
        for (&minimums, &sums) in self.minimums.iter().zip(&input.long_sums) {
            below = _mm512_dpwssd_epi32(below, minimums, _mm512_set1_epi32(two_sums_as_one(sums)));
        }
        let product = _mm512_fmadd_ps(
            _mm512_cvtepi32_ps(whole),
            _mm512_mul_ps(self.scale_unit, scale),
            sixteen_floats(sums),
        );
        let product = _mm512_fnmadd_ps(
            _mm512_cvtepi32_ps(below),
            _mm512_mul_ps(self.minimum_unit, scale),
            product,
        );
        set_sixteen_floats(sums, product);
    }
}

/// Adds the product of a block, of which `whole` is the sum of scale × (weight − 32) × input.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
pub(super) fn add_q6_sums(scale_unit: __m512, whole: __m512i, input: &InputBlock, sums: &mut [f32; LANES]) {
    let product = _mm512_fmadd_ps(
        _mm512_cvtepi32_ps(whole),
        _mm512_mul_ps(scale_unit, _mm512_set1_ps(input.scale)),
        sixteen_floats(sums),
    );
    set_sixteen_floats(sums, product);
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q4(tile: &Q4Tile, rows: Rows<'_>) {
    let mut factors = Q4Factors {
        scales: [_mm512_setzero_si512(); Q4_STRETCHES],
        units: Q4Units::of(tile),
    };
    for (stretch, scales) in factors.scales.iter_mut().enumerate() {
        *scales = _mm512_cvtepu8_epi32(six_bits(&tile.scales, stretch));
    }
    let rows = q4_rows::<16>(tile, &factors, rows);
    let rows = q4_rows::<8>(tile, &factors, rows);
    let rows = q4_rows::<4>(tile, &factors, rows);
    let rows = q4_rows::<2>(tile, &factors, rows);
    q4_rows::<1>(tile, &factors, rows);
}

/// Multiplies `N` rows at a time while there are as many; gives back the rest.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q4_rows<'a, const N: usize>(tile: &Q4Tile, factors: &Q4Factors, (inputs, sums): Rows<'a>) -> Rows<'a> {
    let (inputs, inputs_left) = inputs.as_chunks::<N>();
    let (sums, sums_left) = sums.as_chunks_mut::<N>();
    for (inputs, sums) in inputs.iter().zip(sums) {
        let whole = q4_whole_sums(tile, factors, inputs);
        for (whole, (input, sums)) in whole.into_iter().zip(inputs.iter().zip(&mut *sums)) {
            factors.units.add(whole, input, sums);
        }
    }
    (inputs_left, sums_left)
}

/// Sum over the block of scale × weight × input, in whole numbers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q4_whole_sums<const N: usize>(
    tile: &Q4Tile,
    factors: &Q4Factors,
    inputs: &[InputBlock; N],
) -> [__m512i; N] {
    let mut whole = [_mm512_setzero_si512(); N];
    for (stretch, &scales) in factors.scales.iter().enumerate() {
        let mut weights = [_mm512_setzero_si512(); 8];
        for (weights, eights) in weights
            .as_chunks_mut::<2>()
            .0
            .iter_mut()
            .zip(&tile.values[4 * stretch..])
        {
            *weights = q4_weights(eights);
        }
        for (whole, input) in whole.iter_mut().zip(inputs) {
            let mut sum = _mm512_setzero_si512();
            for (&weights, &four) in weights.iter().zip(&input.values[8 * stretch..]) {
                sum = _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi32(four_inputs_as_one(four)));
            }
            *whole = _mm512_add_epi32(*whole, _mm512_mullo_epi32(sum, scales));
        }
    }
    whole
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q6(tile: &Q6Tile, rows: Rows<'_>) {
    let mut factors = Q6Factors {
        scales: [_mm512_setzero_si512(); Q6_STRETCHES],
        pairs: [_mm512_setzero_si512(); Q6_STRETCHES / 2],
        scale_unit: half_floats(&tile.scale_unit),
    };
    for (factors, scales) in factors.scales.iter_mut().zip(&tile.scales) {
        *factors = _mm512_cvtepi8_epi32(sixteen(scales));
    }
    let low_half = _mm512_set1_epi32(0xffff);
    for (pairs, scales) in factors.pairs.iter_mut().zip(factors.scales.as_chunks::<2>().0) {
        *pairs = _mm512_or_si512(
            _mm512_and_si512(scales[0], low_half),
            _mm512_slli_epi32::<16>(scales[1]),
        );
    }
    let rows = q6_rows::<16>(tile, &factors, rows);
    let rows = q6_rows::<8>(tile, &factors, rows);
    let rows = q6_rows::<4>(tile, &factors, rows);
    let rows = q6_rows::<2>(tile, &factors, rows);
    q6_rows::<1>(tile, &factors, rows);
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q6_rows<'a, const N: usize>(tile: &Q6Tile, factors: &Q6Factors, (inputs, sums): Rows<'a>) -> Rows<'a> {
    let (inputs, inputs_left) = inputs.as_chunks::<N>();
    let (sums, sums_left) = sums.as_chunks_mut::<N>();
    for (inputs, sums) in inputs.iter().zip(sums) {
        let whole = q6_whole_sums(tile, factors, inputs);
        for (row, (input, sums)) in inputs.iter().zip(&mut *sums).enumerate() {
            let mut offset = _mm512_setzero_si512();
            for (&scales, &sums) in factors.pairs.iter().zip(&input.short_sums) {
                offset = _mm512_dpwssd_epi32(offset, scales, _mm512_set1_epi32(two_sums_as_one(sums)));
            }
            let whole = _mm512_sub_epi32(whole[row], _mm512_slli_epi32::<5>(offset));
            add_q6_sums(factors.scale_unit, whole, input, sums);
        }
    }
    (inputs_left, sums_left)
}

/// Like [`q4_whole_sums`], the offset of 32 still in.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2,fma,f16c")]
fn q6_whole_sums<const N: usize>(
    tile: &Q6Tile,
    factors: &Q6Factors,
    inputs: &[InputBlock; N],
) -> [__m512i; N] {
    let mut whole = [_mm512_setzero_si512(); N];
    for (stretch, &scales) in factors.scales.iter().enumerate() {
        let weights = q6_weights(tile, stretch);
        for (whole, input) in whole.iter_mut().zip(inputs) {
            let mut sum = _mm512_setzero_si512();
            for (&weights, &four) in weights.iter().zip(&input.values[4 * stretch..]) {
                sum = _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi32(four_inputs_as_one(four)));
            }
            *whole = _mm512_add_epi32(*whole, _mm512_mullo_epi32(sum, scales));
        }
    }
    whole
}

/// Four values of each row, and the next four, a byte each.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn q4_weights(eights: &Eights) -> [__m512i; 2] {
    let low_bits = _mm512_set1_epi8(15);
    let both = sixty_four(eights);
    [
        _mm512_and_si512(both, low_bits),
        _mm512_and_si512(_mm512_srli_epi16::<4>(both), low_bits),
    ]
}

/// The sixteen values of a stretch, four of each row in each vector, a byte each and 32 too high.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
pub(super) fn q6_weights(tile: &Q6Tile, stretch: usize) -> [__m512i; 4] {
    let low_bits = _mm512_set1_epi8(0x0f);
    let high_bits = _mm512_set1_epi8(0x30);
    let first = sixty_four(&tile.values[stretch].low[0]);
    let second = sixty_four(&tile.values[stretch].low[1]);
    let high = sixty_four(&tile.values[stretch].high);
    let both = |low: __m512i, high: __m512i| {
        _mm512_or_si512(_mm512_and_si512(low, low_bits), _mm512_and_si512(high, high_bits))
    };
    [
        both(first, _mm512_slli_epi16::<4>(high)),
        both(_mm512_srli_epi16::<4>(first), _mm512_slli_epi16::<2>(high)),
        both(second, high),
        both(_mm512_srli_epi16::<4>(second), _mm512_srli_epi16::<2>(high)),
    ]
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sixty_four(eights: &Eights) -> __m512i {
    // SAFETY: reads the 64 bytes of the array.
    unsafe { _mm512_loadu_si512(eights.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn half_floats(numbers: &[u16; LANES]) -> __m512 {
    // SAFETY: reads the sixteen 16-bit numbers of the array.
    _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) })
}

#[inline]
#[target_feature(enable = "avx512f")]
fn sixteen_floats(sums: &[f32; LANES]) -> __m512 {
    // SAFETY: reads the sixteen floats of the array.
    unsafe { _mm512_loadu_ps(sums.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn set_sixteen_floats(sums: &mut [f32; LANES], floats: __m512) {
    // SAFETY: writes the sixteen floats of the array.
    unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), floats) }
}
