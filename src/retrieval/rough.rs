//! Vectors in one byte a coordinate, with a bound on what that loses: a search looks through a quarter of the memory
//! and still finds exactly what it would have found in the vectors themselves.

use super::embedding::dot;
use crate::engine::byte_products;

/// The largest coordinate of a question in whole numbers; see [`byte_products`].
const QUESTION_MAX: f32 = 4_096.0;
const ROW_MAX: f32 = 127.0;
/// What the rounding of float sums can add; vectors have length one.
const ROUNDING: f32 = 1e-5;

/// The vectors of one version, rounded.
#[derive(Debug, Default)]
pub(super) struct RoughVectors {
    rows: Vec<i8>,
    /// Of each row: what its whole numbers are multiplied with, and how far the rounded vector is from the vector.
    scales: Vec<(f32, f32)>,
}

/// A question, rounded.
pub(super) struct RoughQuestion {
    whole: Vec<i16>,
    scale: f32,
    /// The length of the question, and how far the rounded one is from it.
    length: f32,
    lost: f32,
}

/// Between these the product of the vectors lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub low: f32,
    pub high: f32,
}

impl RoughVectors {
    /// Rounds vectors of `width` numbers that stand one after the other.
    pub fn of(vectors: &[f32], width: usize) -> Self {
        let mut rough = Self::default();
        for vector in vectors.chunks_exact(width.max(1)) {
            let scale = scale(vector, ROW_MAX);
            let from = rough.rows.len();
            rough
                .rows
                .extend(vector.iter().map(|value| (value / scale).round() as i8));
            let lost = distance(
                vector,
                rough.rows[from..].iter().map(|whole| f32::from(*whole) * scale),
            );
            rough.scales.push((scale, lost));
        }
        rough
    }

    /// Bounds for the product of the question with each vector, in their order.
    pub fn products(&self, question: &RoughQuestion, whole: &mut Vec<i32>, bounds: &mut Vec<Bounds>) {
        whole.clear();
        byte_products(&question.whole, &self.rows, whole);
        bounds.extend(whole.iter().zip(&self.scales).map(|(product, (scale, lost))| {
            let about = *product as f32 * scale * question.scale;
            // v·q − v'·q' = (v − v')·q + v'·(q − q'), and v' is at most 1 + lost long.
            let margin = lost * question.length + (1.0 + lost) * question.lost + ROUNDING;
            Bounds {
                low: about - margin,
                high: about + margin,
            }
        }));
    }
}

impl RoughQuestion {
    pub fn of(question: &[f32]) -> Self {
        let scale = scale(question, QUESTION_MAX);
        let whole: Vec<i16> = question
            .iter()
            .map(|value| (value / scale).round() as i16)
            .collect();
        Self {
            lost: distance(question, whole.iter().map(|whole| f32::from(*whole) * scale)),
            length: dot(question, question).sqrt(),
            whole,
            scale,
        }
    }
}

/// What the largest coordinate is divided by to become `most`; one for a vector of zeros.
fn scale(vector: &[f32], most: f32) -> f32 {
    let largest = vector
        .iter()
        .fold(0.0f32, |largest, value| largest.max(value.abs()));
    if largest > 0.0 { largest / most } else { 1.0 }
}

fn distance(left: &[f32], right: impl Iterator<Item = f32>) -> f32 {
    left.iter()
        .zip(right)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f32>()
        .sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::embedding::normalised;
    use super::*;

    fn vectors(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<f32>>> {
        let value = prop_oneof![4 => -1.0f32..1.0, 1 => Just(0.0)];
        prop::collection::vec(prop::collection::vec(value, 24).prop_map(normalised), count)
    }

    proptest! {
        #[test]
        fn the_true_product_lies_within_the_bounds(rows in vectors(1..20), questions in vectors(1..2)) {
            let question = &questions[0];
            let (mut whole, mut bounds) = (Vec::new(), Vec::new());
            RoughVectors::of(&rows.concat(), 24).products(&RoughQuestion::of(question), &mut whole, &mut bounds);
            prop_assert_eq!(bounds.len(), rows.len());
            for (row, bound) in rows.iter().zip(bounds) {
                let product = dot(question, row);
                prop_assert!(bound.low <= product && product <= bound.high, "{product} is not in {bound:?}");
                prop_assert!(bound.high - bound.low < 0.05, "{bound:?}");
            }
        }
    }

    #[test]
    fn vectors_of_zeros_have_no_nearness() {
        let (mut whole, mut bounds) = (Vec::new(), Vec::new());
        RoughVectors::of(&[0.0; 24], 24).products(&RoughQuestion::of(&[0.0; 24]), &mut whole, &mut bounds);
        assert!(bounds[0].low <= 0.0 && bounds[0].high >= 0.0);
    }
}
