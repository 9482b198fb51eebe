//! Logistic regression with an L2 penalty on standardised features, by Newton's method.
//!
//! Each Newton step is solved by conjugate gradients, so that no matrix is ever formed. No chance is involved; the
//! same rows give the same model.

use crate::drafting::LogisticModel;

/// One judged example.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub features: Vec<f32>,
    pub label: bool,
    /// Examples of one group (a document) are never split between fitting and judging.
    pub group: String,
}

const NEWTON_STEPS_MAX: usize = 25;
const SOLVE_STEPS_MAX: usize = 100;
/// The fit is done when no weight moves by more than this.
const TOLERANCE: f64 = 1e-4;

/// How a model is fitted.
#[derive(Debug, Clone)]
pub struct Fit {
    pub names: Vec<String>,
    /// The penalty on half the squared weights, as if that many examples spoke for weight zero.
    pub l2: f64,
    /// The same for features without a name, the numbers of a hidden state.
    pub state_l2: f64,
}

impl Fit {
    /// A fit with one penalty for all features.
    pub fn logistic(rows: &[Row], names: &[String], l2: f64) -> LogisticModel {
        let fit = Fit {
            names: names.to_vec(),
            l2,
            state_l2: l2,
        };
        fit.on(&rows.iter().collect::<Vec<_>>())
    }

    /// The model that these rows give. Rows need `names.len()` features each.
    pub fn on(&self, rows: &[&Row]) -> LogisticModel {
        let (means, scales) = self.standards(rows);
        let inputs: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| {
                let values = row.features.iter().zip(&means).zip(&scales);
                let standardised = values.map(|((x, mean), scale)| (f64::from(*x) - mean) / scale);
                standardised.chain([1.0]).collect()
            })
            .collect();
        let labels: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(row.label))).collect();
        let mut weights = newton(&inputs, &labels, &self.penalties());
        let bias = weights.pop().unwrap_or_default();
        let narrow = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        LogisticModel {
            names: self.names.clone(),
            means: narrow(means),
            scales: narrow(scales),
            weights: narrow(weights),
            bias: bias as f32,
        }
    }

    fn penalties(&self) -> Vec<f64> {
        let names = self.names.iter();
        names
            .map(|name| if name.is_empty() { self.state_l2 } else { self.l2 })
            .collect()
    }

    /// Means and standard deviations.
    fn standards(&self, rows: &[&Row]) -> (Vec<f64>, Vec<f64>) {
        let count = rows.len().max(1) as f64;
        let column = |place: usize| {
            rows.iter()
                .map(move |row| f64::from(row.features.get(place).copied().unwrap_or_default()))
        };
        let mut standards = (Vec::new(), Vec::new());
        for place in 0..self.names.len() {
            let mean = column(place).sum::<f64>() / count;
            let variance = column(place).map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            standards.0.push(mean);
            standards
                .1
                .push(if variance > 1e-12 { variance.sqrt() } else { 1.0 });
        }
        standards
    }
}

/// The weights of the features from `first` on for features as they are, without standardising, and the bias that goes with
/// them.
pub(super) fn folded(model: &LogisticModel, first: usize) -> (Vec<f32>, f32) {
    let parts = model.weights.iter().zip(&model.scales).zip(&model.means);
    let parts: Vec<(f32, f32)> = parts
        .skip(first)
        .map(|((weight, scale), mean)| (weight / scale, *mean))
        .collect();
    let taken: f64 = parts
        .iter()
        .map(|(weight, mean)| f64::from(*weight) * f64::from(*mean))
        .sum();
    (
        parts.into_iter().map(|(weight, _)| weight).collect(),
        -taken as f32,
    )
}

/// The weights that fit best; the last input of every row is the constant 1 and goes without penalty.
fn newton(inputs: &[Vec<f64>], labels: &[f64], penalties: &[f64]) -> Vec<f64> {
    let columns = penalties.len() + 1;
    let mut weights = vec![0.0; columns];
    let penalty = |place: usize| penalties.get(place).copied().unwrap_or(1e-9);
    for _ in 0..NEWTON_STEPS_MAX {
        let chances: Vec<f64> = inputs
            .iter()
            .map(|row| 1.0 / (1.0 + (-dot(row, &weights)).exp()))
            .collect();
        let errors: Vec<f64> = labels.iter().zip(&chances).map(|(label, p)| label - p).collect();
        let mut gradient = transposed_times(inputs, &errors, columns);
        for (place, value) in gradient.iter_mut().enumerate() {
            *value -= penalty(place) * weights.get(place).copied().unwrap_or_default();
        }
        let curvature: Vec<f64> = chances.iter().map(|p| (p * (1.0 - p)).max(1e-9)).collect();
        let hessian = |direction: &[f64]| {
            let along: Vec<f64> = inputs
                .iter()
                .zip(&curvature)
                .map(|(row, c)| c * dot(row, direction))
                .collect();
            let mut product = transposed_times(inputs, &along, columns);
            for (place, value) in product.iter_mut().enumerate() {
                *value += penalty(place) * direction.get(place).copied().unwrap_or_default();
            }
            product
        };
        let step = solve(hessian, &gradient);
        weights.iter_mut().zip(&step).for_each(|(w, s)| *w += s);
        if step.iter().all(|s| s.abs() < TOLERANCE) {
            break;
        }
    }
    weights
}

/// Solves `matrix · x = target` for a positive definite matrix by conjugate gradients (Hestenes and Stiefel 1952).
fn solve(matrix: impl Fn(&[f64]) -> Vec<f64>, target: &[f64]) -> Vec<f64> {
    let mut x = vec![0.0; target.len()];
    let mut residual = target.to_vec();
    let mut direction = residual.clone();
    let mut length = dot(&residual, &residual);
    let enough = length * 1e-10;
    for _ in 0..SOLVE_STEPS_MAX {
        if length <= enough || length == 0.0 {
            break;
        }
        let product = matrix(&direction);
        let step = length / dot(&direction, &product);
        x.iter_mut().zip(&direction).for_each(|(x, d)| *x += step * d);
        residual
            .iter_mut()
            .zip(&product)
            .for_each(|(r, p)| *r -= step * p);
        let next = dot(&residual, &residual);
        let share = next / length;
        direction
            .iter_mut()
            .zip(&residual)
            .for_each(|(d, r)| *d = r + share * *d);
        length = next;
    }
    x
}

fn transposed_times(rows: &[Vec<f64>], factors: &[f64], columns: usize) -> Vec<f64> {
    let mut sums = vec![0.0; columns];
    for (row, factor) in rows.iter().zip(factors) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += factor * x);
    }
    sums
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(x: f32, y: f32, label: bool) -> Row {
        Row {
            features: vec![x, y],
            label,
            group: String::new(),
        }
    }

    fn names() -> Vec<String> {
        vec!["x".to_owned(), "y".to_owned()]
    }

    #[test]
    fn the_gradient_is_zero_at_the_fit() {
        let rows: Vec<Row> = [
            (0.0, 3.0, false),
            (1.0, -1.0, true),
            (2.0, 0.5, false),
            (3.0, 0.1, true),
            (4.0, 2.0, true),
        ]
        .map(|(x, y, label)| row(x, y, label))
        .into();
        let model = Fit::logistic(&rows, &names(), 0.5);
        for place in 0..2 {
            let pull: f32 = rows
                .iter()
                .map(|row| {
                    let error = f32::from(u8::from(row.label)) - model.probability(&row.features);
                    error * (row.features[place] - model.means[place]) / model.scales[place]
                })
                .sum();
            assert!(
                (pull - 0.5 * model.weights[place]).abs() < 1e-3,
                "{place}: {pull}"
            );
        }
    }

    #[test]
    fn a_feature_that_never_varies_weighs_nothing() {
        let rows = vec![row(1.0, 7.0, true), row(0.0, 7.0, false), row(2.0, 7.0, true)];
        let model = Fit::logistic(&rows, &names(), 1.0);
        assert!(model.weights[0] > 0.1);
        assert!(model.weights[1].abs() < 1e-6);
        assert!(model.probability(&[2.0, 7.0]) > model.probability(&[0.0, 7.0]));
    }

    #[test]
    fn numbers_without_a_name_have_a_penalty_of_their_own() {
        let rows = [row(1.0, 1.0, true), row(0.0, 0.0, false), row(2.0, 2.0, true)];
        let rows: Vec<&Row> = rows.iter().collect();
        let fit = Fit {
            names: vec!["x".to_owned(), String::new()],
            l2: 0.1,
            state_l2: 10.0,
        };
        let weights = fit.on(&rows).weights;
        assert!(weights[0] > 5.0 * weights[1] && weights[1] > 0.0, "{weights:?}");
    }

    #[test]
    fn a_stronger_penalty_gives_smaller_weights() {
        let rows = vec![row(1.0, 0.0, true), row(0.0, 1.0, false), row(2.0, 0.0, true)];
        let weak = Fit::logistic(&rows, &names(), 0.1).weights[0];
        let strong = Fit::logistic(&rows, &names(), 10.0).weights[0];
        assert!(weak > strong && strong > 0.0, "{weak} {strong}");
    }
}
