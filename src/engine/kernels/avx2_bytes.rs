//! A vector times a row of bytes with 256-bit instructions.

#![expect(
    unsafe_code,
    reason = "vector loads go through pointers; here they always come from an array of known length"
)]

use std::arch::x86_64::*;

use super::avx2::Avx2;
use super::bytes::plain_product;

impl Avx2 {
    /// See [`super::bytes::byte_products`].
    pub(super) fn byte_product(self, vector: &[i16], row: &[i8]) -> i32 {
        // SAFETY: `self` proves the features that `product` is compiled for.
        unsafe { product(vector, row) }
    }
}

#[target_feature(enable = "avx2")]
fn product(vector: &[i16], row: &[i8]) -> i32 {
    let (vector, vector_rest) = vector.as_chunks::<16>();
    let (row, row_rest) = row.as_chunks::<16>();
    let mut sums = [_mm256_setzero_si256(); 2];
    for (place, (vector, row)) in vector.iter().zip(row).enumerate() {
        // SAFETY: they read the sixteen numbers of each array.
        let (vector, row) = unsafe {
            (
                _mm256_loadu_si256(vector.as_ptr().cast()),
                _mm_loadu_si128(row.as_ptr().cast()),
            )
        };
        let products = _mm256_madd_epi16(vector, _mm256_cvtepi8_epi16(row));
        sums[place % 2] = _mm256_add_epi32(sums[place % 2], products);
    }
    let sums = _mm256_add_epi32(sums[0], sums[1]);
    let halves = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    let pairs = _mm_add_epi32(halves, _mm_shuffle_epi32(halves, 0b1110));
    let one = _mm_add_epi32(pairs, _mm_shuffle_epi32(pairs, 1));
    _mm_cvtsi128_si32(one) + plain_product(vector_rest, row_rest)
}
