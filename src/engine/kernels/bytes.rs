//! Products of one vector with many rows of bytes: what an exact search over vectors looks through first.

use super::Avx2;

/// The product of `vector` with each row of `rows`, which stand one after the other. A vector of up to 30,000 numbers within
/// ±4,096 cannot overflow its sums.
pub(crate) fn byte_products(vector: &[i16], rows: &[i8], products: &mut Vec<i32>) {
    if vector.is_empty() {
        return;
    }
    let rows = rows.chunks_exact(vector.len());
    match Avx2::detect() {
        Some(instructions) => products.extend(rows.map(|row| instructions.byte_product(vector, row))),
        None => products.extend(rows.map(|row| plain_product(vector, row))),
    }
}

pub(super) fn plain_product(vector: &[i16], row: &[i8]) -> i32 {
    vector
        .iter()
        .zip(row)
        .map(|(left, right)| i32::from(*left) * i32::from(*right))
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn products_are_those_of_plain_arithmetic(
            pairs in prop::collection::vec((-4096i16..=4096, any::<i8>(), any::<i8>()), 1..100),
        ) {
            let vector: Vec<i16> = pairs.iter().map(|(value, ..)| *value).collect();
            let rows: Vec<i8> = pairs.iter().map(|(_, a, _)| *a).chain(pairs.iter().map(|(.., b)| *b)).collect();
            let mut found = Vec::new();
            byte_products(&vector, &rows, &mut found);
            let expected: Vec<i32> = rows.chunks_exact(vector.len()).map(|row| plain_product(&vector, row)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
