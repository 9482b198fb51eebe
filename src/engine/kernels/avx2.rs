//! Tiles times inputs with 256-bit integer instructions. Whole numbers are summed exactly and the float steps are the same
//! for one row of inputs as for many, so a row's result does not depend on the rows that are computed with it.

#![expect(
    unsafe_code,
    reason = "vector loads and stores go through pointers; here they always come from an array of known length"
)]

use std::arch::x86_64::*;

use super::activations::InputBlock;
use super::tiles::{Eights, LANES, Q4_STRETCHES, Q4Tile, Q6_STRETCHES, Q6Tile, SixBits};

/// Proof that this processor has the instructions.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2")
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

/// A type of one byte, so that sixteen of them fill a vector.
pub(super) trait Byte {}
impl Byte for u8 {}
impl Byte for i8 {}

/// The rows of inputs that are still to be multiplied, and where their products are added.
pub(super) type Rows<'a> = (&'a [InputBlock], &'a mut [[f32; LANES]]);

/// Something for the first eight and the last eight rows of a tile.
type Halves<T> = [T; 2];

/// A tile's scales and minimums as what `madd` takes: two 16-bit factors for each row of the matrix.
struct Q4Factors {
    /// Each scale twice.
    scales: [Halves<__m256i>; Q4_STRETCHES],
    /// The minimums of two neighbouring stretches.
    minimums: [Halves<__m256i>; Q4_STRETCHES / 2],
    scale_unit: Halves<__m256>,
    minimum_unit: Halves<__m256>,
}

struct Q6Factors {
    scales: [Halves<__m256i>; Q6_STRETCHES],
    /// The scales of two neighbouring stretches, for the offset of 32 that the format takes off every value.
    pairs: [Halves<__m256i>; Q6_STRETCHES / 2],
    scale_unit: Halves<__m256>,
}

#[target_feature(enable = "avx2,fma,f16c")]
fn q4(tile: &Q4Tile, rows: Rows<'_>) {
    // Loops and not closures: a closure that is handed to a library function is not inlined into this one.
    let mut factors = Q4Factors {
        scales: [[_mm256_setzero_si256(); 2]; Q4_STRETCHES],
        minimums: [[_mm256_setzero_si256(); 2]; Q4_STRETCHES / 2],
        scale_unit: half_floats(&tile.scale_unit),
        minimum_unit: half_floats(&tile.minimum_unit),
    };
    for (stretch, scales) in factors.scales.iter_mut().enumerate() {
        *scales = twice_each(_mm256_cvtepu8_epi16(six_bits(&tile.scales, stretch)));
    }
    for (pair, minimums) in factors.minimums.iter_mut().enumerate() {
        let first = six_bits(&tile.minimums, 2 * pair);
        let second = six_bits(&tile.minimums, 2 * pair + 1);
        *minimums = [
            _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(first, second)),
            _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(first, second)),
        ];
    }
    let rows = q4_rows::<4>(tile, &factors, rows);
    let rows = q4_rows::<3>(tile, &factors, rows);
    let rows = q4_rows::<2>(tile, &factors, rows);
    q4_rows::<1>(tile, &factors, rows);
}

/// Multiplies `N` rows at a time while there are as many; gives back the rest.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn q4_rows<'a, const N: usize>(tile: &Q4Tile, factors: &Q4Factors, (inputs, sums): Rows<'a>) -> Rows<'a> {
    let (inputs, inputs_left) = inputs.as_chunks::<N>();
    let (sums, sums_left) = sums.as_chunks_mut::<N>();
    for (inputs, sums) in inputs.iter().zip(sums) {
        for half in 0..2 {
            let whole = q4_whole_sums(tile, factors, inputs, half);
            for (row, (input, sums)) in inputs.iter().zip(&mut *sums).enumerate() {
                let scale = _mm256_set1_ps(input.scale);
                let mut below = _mm256_setzero_si256();
                for (minimums, &sums) in factors.minimums.iter().zip(&input.long_sums) {
                    below = _mm256_add_epi32(below, _mm256_madd_epi16(minimums[half], two_sums(sums)));
                }
                let product = _mm256_fmadd_ps(
                    _mm256_cvtepi32_ps(whole[row]),
                    _mm256_mul_ps(factors.scale_unit[half], scale),
                    eight_floats(sums, half),
                );
                let product = _mm256_fnmadd_ps(
                    _mm256_cvtepi32_ps(below),
                    _mm256_mul_ps(factors.minimum_unit[half], scale),
                    product,
                );
                set_eight_floats(sums, half, product);
            }
        }
    }
    (inputs_left, sums_left)
}

/// Sum over the block of scale × weight × input, in whole numbers. A stretch's sums stay within 16 bits: 16 products of
/// at most 15 × 128.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn q4_whole_sums<const N: usize>(
    tile: &Q4Tile,
    factors: &Q4Factors,
    inputs: &[InputBlock; N],
    half: usize,
) -> [__m256i; N] {
    let low_bits = _mm256_set1_epi8(15);
    let mut whole = [_mm256_setzero_si256(); N];
    for (stretch, scales) in factors.scales.iter().enumerate() {
        let mut sums = [_mm256_setzero_si256(); N];
        for eight in 4 * stretch..4 * stretch + 4 {
            let both = thirty_two(&tile.values[eight], half);
            let low = _mm256_and_si256(both, low_bits);
            let high = _mm256_and_si256(_mm256_srli_epi16::<4>(both), low_bits);
            for (sum, input) in sums.iter_mut().zip(inputs) {
                let products = _mm256_maddubs_epi16(low, four_inputs(input, 2 * eight));
                *sum = _mm256_add_epi16(*sum, products);
                let products = _mm256_maddubs_epi16(high, four_inputs(input, 2 * eight + 1));
                *sum = _mm256_add_epi16(*sum, products);
            }
        }
        for (whole, sum) in whole.iter_mut().zip(sums) {
            *whole = _mm256_add_epi32(*whole, _mm256_madd_epi16(sum, scales[half]));
        }
    }
    whole
}

#[target_feature(enable = "avx2,fma,f16c")]
fn q6(tile: &Q6Tile, rows: Rows<'_>) {
    let mut factors = Q6Factors {
        scales: [[_mm256_setzero_si256(); 2]; Q6_STRETCHES],
        pairs: [[_mm256_setzero_si256(); 2]; Q6_STRETCHES / 2],
        scale_unit: half_floats(&tile.scale_unit),
    };
    for (factors, scales) in factors.scales.iter_mut().zip(&tile.scales) {
        *factors = twice_each(_mm256_cvtepi8_epi16(sixteen(scales)));
    }
    for (pairs, scales) in factors.pairs.iter_mut().zip(tile.scales.as_chunks::<2>().0) {
        let (first, second) = (sixteen(&scales[0]), sixteen(&scales[1]));
        *pairs = [
            _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(first, second)),
            _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(first, second)),
        ];
    }
    let rows = q6_rows::<4>(tile, &factors, rows);
    let rows = q6_rows::<3>(tile, &factors, rows);
    let rows = q6_rows::<2>(tile, &factors, rows);
    q6_rows::<1>(tile, &factors, rows);
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn q6_rows<'a, const N: usize>(tile: &Q6Tile, factors: &Q6Factors, (inputs, sums): Rows<'a>) -> Rows<'a> {
    let (inputs, inputs_left) = inputs.as_chunks::<N>();
    let (sums, sums_left) = sums.as_chunks_mut::<N>();
    for (inputs, sums) in inputs.iter().zip(sums) {
        for half in 0..2 {
            let whole = q6_whole_sums(tile, factors, inputs, half);
            for (row, (input, sums)) in inputs.iter().zip(&mut *sums).enumerate() {
                let mut offset = _mm256_setzero_si256();
                for (scales, &sums) in factors.pairs.iter().zip(&input.short_sums) {
                    offset = _mm256_add_epi32(offset, _mm256_madd_epi16(scales[half], two_sums(sums)));
                }
                let whole = _mm256_sub_epi32(whole[row], _mm256_slli_epi32::<5>(offset));
                let product = _mm256_fmadd_ps(
                    _mm256_cvtepi32_ps(whole),
                    _mm256_mul_ps(factors.scale_unit[half], _mm256_set1_ps(input.scale)),
                    eight_floats(sums, half),
                );
                set_eight_floats(sums, half, product);
            }
        }
    }
    (inputs_left, sums_left)
}

/// Like [`q4_whole_sums`], the offset of 32 still in. Here four products of at most 63 × 128 fill 16 bits.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn q6_whole_sums<const N: usize>(
    tile: &Q6Tile,
    factors: &Q6Factors,
    inputs: &[InputBlock; N],
    half: usize,
) -> [__m256i; N] {
    let low_bits = _mm256_set1_epi8(0x0f);
    let high_bits = _mm256_set1_epi8(0x30);
    let mut whole = [_mm256_setzero_si256(); N];
    for (stretch, scales) in factors.scales.iter().enumerate() {
        let first = thirty_two(&tile.values[stretch].low[0], half);
        let second = thirty_two(&tile.values[stretch].low[1], half);
        let high = thirty_two(&tile.values[stretch].high, half);
        let both = |low: __m256i, high: __m256i| {
            _mm256_or_si256(_mm256_and_si256(low, low_bits), _mm256_and_si256(high, high_bits))
        };
        let a = both(first, _mm256_slli_epi16::<4>(high));
        let b = both(_mm256_srli_epi16::<4>(first), _mm256_slli_epi16::<2>(high));
        let c = both(second, high);
        let d = both(_mm256_srli_epi16::<4>(second), _mm256_srli_epi16::<2>(high));
        for (whole, input) in whole.iter_mut().zip(inputs) {
            let four = |number: usize| four_inputs(input, 4 * stretch + number);
            let sum = _mm256_add_epi16(_mm256_maddubs_epi16(a, four(0)), _mm256_maddubs_epi16(b, four(1)));
            *whole = _mm256_add_epi32(*whole, _mm256_madd_epi16(sum, scales[half]));
            let sum = _mm256_add_epi16(_mm256_maddubs_epi16(c, four(2)), _mm256_maddubs_epi16(d, four(3)));
            *whole = _mm256_add_epi32(*whole, _mm256_madd_epi16(sum, scales[half]));
        }
    }
    whole
}

/// The 6-bit numbers of a stretch, one byte a row.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn six_bits(numbers: &SixBits, stretch: usize) -> __m128i {
    let low = sixteen(&numbers.low[stretch % 4]);
    let low = if stretch < 4 {
        low
    } else {
        _mm_srli_epi16::<4>(low)
    };
    let high = sixteen(&numbers.high[stretch / 4]);
    let high = match stretch % 4 {
        0 => _mm_slli_epi16::<4>(high),
        1 => _mm_slli_epi16::<2>(high),
        2 => high,
        _ => _mm_srli_epi16::<2>(high),
    };
    _mm_or_si128(
        _mm_and_si128(low, _mm_set1_epi8(0x0f)),
        _mm_and_si128(high, _mm_set1_epi8(0x30)),
    )
}

/// Every 16-bit number twice, the first eight numbers in the first vector.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn twice_each(numbers: __m256i) -> Halves<__m256i> {
    let first = _mm256_castsi256_si128(numbers);
    let second = _mm256_extracti128_si256::<1>(numbers);
    [
        _mm256_set_m128i(_mm_unpackhi_epi16(first, first), _mm_unpacklo_epi16(first, first)),
        _mm256_set_m128i(
            _mm_unpackhi_epi16(second, second),
            _mm_unpacklo_epi16(second, second),
        ),
    ]
}

/// Four neighbouring inputs, the same for every row of the matrix.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn four_inputs(input: &InputBlock, four: usize) -> __m256i {
    _mm256_set1_epi32(four_inputs_as_one(input.values[four]))
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn two_sums(sums: [i16; 2]) -> __m256i {
    _mm256_set1_epi32(two_sums_as_one(sums))
}

/// The bytes of four inputs as the one number that is put into every place of a vector.
#[inline]
pub(super) fn four_inputs_as_one([a, b, c, d]: [i8; 4]) -> i32 {
    i32::from_le_bytes([a as u8, b as u8, c as u8, d as u8])
}

#[inline]
pub(super) fn two_sums_as_one([first, second]: [i16; 2]) -> i32 {
    let ([a, b], [c, d]) = (first.to_le_bytes(), second.to_le_bytes());
    i32::from_le_bytes([a, b, c, d])
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub(super) fn sixteen<T: Byte>(bytes: &[T; LANES]) -> __m128i {
    // SAFETY: reads the 16 bytes of the array.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn thirty_two(eights: &Eights, half: usize) -> __m256i {
    let halves = eights.as_chunks::<32>().0;
    // SAFETY: reads the 32 bytes of one half; the index is checked.
    unsafe { _mm256_loadu_si256(halves[half].as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn half_floats(numbers: &[u16; LANES]) -> Halves<__m256> {
    let halves = numbers.as_chunks::<8>().0;
    // SAFETY: both read the eight 16-bit numbers of one half; the indices are checked.
    let (first, second) = unsafe {
        (
            _mm_loadu_si128(halves[0].as_ptr().cast()),
            _mm_loadu_si128(halves[1].as_ptr().cast()),
        )
    };
    [_mm256_cvtph_ps(first), _mm256_cvtph_ps(second)]
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn eight_floats(sums: &[f32; LANES], half: usize) -> __m256 {
    let halves = sums.as_chunks::<8>().0;
    // SAFETY: reads the eight floats of one half; the index is checked.
    unsafe { _mm256_loadu_ps(halves[half].as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn set_eight_floats(sums: &mut [f32; LANES], half: usize, floats: __m256) {
    let halves = sums.as_chunks_mut::<8>().0;
    // SAFETY: writes the eight floats of one half; the index is checked.
    unsafe { _mm256_storeu_ps(halves[half].as_mut_ptr(), floats) }
}
