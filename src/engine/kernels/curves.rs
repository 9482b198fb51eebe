//! The curves that an encoder needs for every number it computes, eight numbers at a time where the processor can. The steps
//! are the same everywhere, so all processors give the same numbers.

#[cfg(target_arch = "x86_64")]
use super::Avx2;

/// Replaces each value x by x times the share of the normal distribution below it ("GELU", Hendrycks and Gimpel 2016).
pub(in crate::engine) fn gelu(values: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(instructions) = Avx2::detect() {
        return instructions.gelu(values);
    }
    gelu_steps(values);
}

/// Replaces scores by shares that add up to one, each in proportion to the power e^score.
pub(in crate::engine) fn softmax(scores: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if let Some(instructions) = Avx2::detect() {
        return instructions.softmax(scores);
    }
    softmax_steps(scores);
}

/// Numbers summed side by side, so that the order of a sum does not depend on the instructions.
const LANES: usize = 16;

#[inline(always)]
pub(super) fn gelu_steps(values: &mut [f32]) {
    for value in values {
        let x = *value;
        *value = 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2));
    }
}

#[inline(always)]
pub(super) fn softmax_steps(scores: &mut [f32]) {
    let mut largest = [f32::NEG_INFINITY; LANES];
    let (lanes, rest) = scores.as_chunks::<LANES>();
    for some in lanes {
        for (largest, score) in largest.iter_mut().zip(some) {
            *largest = if *score > *largest { *score } else { *largest };
        }
    }
    let largest = largest
        .iter()
        .chain(rest)
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    let mut sums = [0.0; LANES];
    let (lanes, rest) = scores.as_chunks_mut::<LANES>();
    for some in lanes {
        for (sum, score) in sums.iter_mut().zip(some) {
            *score = exp(*score - largest);
            *sum += *score;
        }
    }
    let mut sum: f32 = sums.iter().sum();
    for score in rest {
        *score = exp(*score - largest);
        sum += *score;
    }
    let share = 1.0 / sum;
    for score in scores {
        *score *= share;
    }
}

/// e to the power of `x`, to within two units in the last place; zero below the smallest normal number.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding this to a number leaves its whole part in the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let bounded = x.clamp(-87.0, 88.0);
    let shifted = bounded.mul_add(std::f32::consts::LOG2_E, WHOLE);
    let whole = shifted - WHOLE;
    let rest = whole.mul_add(-LN_2_LOW, whole.mul_add(-LN_2_HIGH, bounded));
    // The series of e^x up to the sixth power; `rest` is at most 0.35.
    let series = rest
        .mul_add(1.0 / 720.0, 1.0 / 120.0)
        .mul_add(rest, 1.0 / 24.0)
        .mul_add(rest, 1.0 / 6.0)
        .mul_add(rest, 0.5)
        .mul_add(rest, 1.0)
        .mul_add(rest, 1.0);
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    if x < -87.0 { 0.0 } else { series * power }
}

/// The error function, to within 2·10⁻⁷ (Abramowitz and Stegun 1964, 7.1.26).
#[inline(always)]
fn erf(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / size.mul_add(0.327_591_1, 1.0);
    let series = t
        .mul_add(1.061_405_4, -1.453_152)
        .mul_add(t, 1.421_413_7)
        .mul_add(t, -0.284_496_74)
        .mul_add(t, 0.254_829_6)
        * t;
    (1.0 - series * exp(-size * size)).copysign(x)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn powers_of_e_are_near_the_exact_ones(x in -100.0f32..88.0) {
            let exact = f64::from(x).exp();
            prop_assert!((f64::from(exp(x)) - exact).abs() <= 3e-7 * exact + 1e-37);
        }

        #[test]
        fn gelu_is_near_the_exact_one_on_all_instructions(values in prop::collection::vec(-12.0f32..12.0, 0..60)) {
            let (mut found, mut plain) = (values.clone(), values.clone());
            gelu(&mut found);
            gelu_steps(&mut plain);
            prop_assert_eq!(&found, &plain);
            for (x, found) in values.iter().zip(found) {
                let exact = 0.5 * f64::from(*x) * (1.0 + exact_erf(f64::from(*x) / 2f64.sqrt()));
                prop_assert!((f64::from(found) - exact).abs() < 2e-6, "{x}: {found} {exact}");
            }
        }

        #[test]
        fn shares_add_up_to_one(scores in prop::collection::vec(-60.0f32..60.0, 1..60)) {
            let (mut found, mut plain) = (scores.clone(), scores.clone());
            softmax(&mut found);
            softmax_steps(&mut plain);
            prop_assert_eq!(&found, &plain);
            prop_assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            prop_assert!(found.iter().all(|share| (0.0..=1.0).contains(share)));
        }
    }

    /// The error function by its series, which for small numbers is exact enough to compare with; it is 1 beyond.
    fn exact_erf(x: f64) -> f64 {
        if x.abs() > 5.0 {
            return x.signum();
        }
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }
}
