//! Products of 32-bit floats with a matrix that is used again and again: its rows are laid side by side in panels, so that one
//! step of the sum for many outputs is one read. Every output is summed in the order of its inputs with fused steps, whatever
//! the processor's instructions, so that all of them give the same numbers.

use rayon::prelude::*;

use super::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;

/// Outputs of one panel.
pub(in crate::engine) const COLUMNS: usize = 32;
/// Rows of inputs that are multiplied with a panel at once.
pub(super) const ROWS: usize = 12;
/// Rows that one thread takes: enough for a panel to be read from its cache many times.
const ROWS_PER_TASK: usize = 8 * ROWS;

/// One step of the sums of a panel's outputs.
pub(super) type Step = [f32; COLUMNS];
/// The same step of several rows of inputs.
pub(super) type Inputs = [f32; ROWS];
pub(super) type Sums = [Step; ROWS];

/// A matrix with one row for each output.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Panels {
    outputs: usize,
    inputs: usize,
    /// Panel after panel, each with a step for each input. Outputs that fill the last panel up are zeros.
    steps: Vec<Step>,
}

/// What multiplies on this processor.
#[derive(Clone, Copy)]
pub(super) enum Multiplier {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    Avx2(Avx2),
    Plain,
}

impl Multiplier {
    pub(super) fn detect() -> Self {
        Self::all().into_iter().next().unwrap_or(Self::Plain)
    }

    /// All that this processor has, fastest first.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        all.extend(Avx512::detect().map(Self::Avx512));
        all.extend(Avx2::detect().map(Self::Avx2));
        all.push(Self::Plain);
        all
    }

    fn add(self, inputs: &[Inputs], panel: &[Step], sums: &mut Sums) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(instructions) => instructions.add_panel(inputs, panel, sums),
            Self::Avx2(instructions) => instructions.add_panel(inputs, panel, sums),
            Self::Plain => add_plain(inputs, panel, sums),
        }
    }
}

pub(super) fn add_plain(inputs: &[Inputs], panel: &[Step], sums: &mut Sums) {
    for (inputs, step) in inputs.iter().zip(panel) {
        for (sums, input) in sums.iter_mut().zip(inputs) {
            for (sum, weight) in sums.iter_mut().zip(step) {
                *sum = input.mul_add(*weight, *sum);
            }
        }
    }
}

impl Panels {
    /// From a matrix in rows, each `inputs` long.
    pub(in crate::engine) fn of_rows<'a>(
        rows: impl ExactSizeIterator<Item = &'a [f32]>,
        inputs: usize,
    ) -> Self {
        let outputs = rows.len();
        let mut steps = vec![[0.0; COLUMNS]; outputs.div_ceil(COLUMNS) * inputs];
        for (output, row) in rows.enumerate() {
            let panel = output / COLUMNS * inputs;
            for (step, weight) in steps[panel..].iter_mut().zip(row) {
                step[output % COLUMNS] = *weight;
            }
        }
        Self {
            outputs,
            inputs,
            steps,
        }
    }

    /// From a matrix with a row for each input, each at most [`COLUMNS`] long.
    pub(in crate::engine) fn of_columns<'a>(columns: impl ExactSizeIterator<Item = &'a [f32]>) -> Self {
        let inputs = columns.len();
        let mut outputs = 0;
        let steps = columns.map(|column| {
            outputs = column.len().min(COLUMNS);
            let mut step = [0.0; COLUMNS];
            step[..outputs].copy_from_slice(&column[..outputs]);
            step
        });
        Self {
            steps: steps.collect(),
            inputs,
            outputs,
        }
    }

    pub(in crate::engine) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(in crate::engine) fn outputs(&self) -> usize {
        self.outputs
    }

    /// The products of rows of inputs, on all threads; `found` is (rows, outputs), and what stands in it is added to.
    pub(in crate::engine) fn add_products(&self, inputs: &[f32], found: &mut [f32]) {
        let multiplier = Multiplier::detect();
        found
            .par_chunks_mut(ROWS_PER_TASK * self.outputs.max(1))
            .zip(inputs.par_chunks(ROWS_PER_TASK * self.inputs.max(1)))
            .for_each(|(found, inputs)| self.add_some(multiplier, inputs, found));
    }

    /// The same on this thread.
    pub(in crate::engine) fn add_products_here(&self, inputs: &[f32], found: &mut [f32]) {
        self.add_some(Multiplier::detect(), inputs, found);
    }

    pub(super) fn add_some(&self, multiplier: Multiplier, inputs: &[f32], found: &mut [f32]) {
        if self.outputs == 0 || self.inputs == 0 {
            return;
        }
        let blocks: Vec<Vec<Inputs>> = inputs
            .chunks(ROWS * self.inputs)
            .map(|rows| side_by_side(rows, self.inputs))
            .collect();
        for (number, panel) in self.steps.chunks_exact(self.inputs).enumerate() {
            let first = number * COLUMNS;
            let columns = first..(first + COLUMNS).min(self.outputs);
            for (inputs, found) in blocks.iter().zip(found.chunks_mut(ROWS * self.outputs)) {
                let mut sums = [[0.0; COLUMNS]; ROWS];
                for (sums, row) in sums.iter_mut().zip(found.chunks_exact(self.outputs)) {
                    sums[..columns.len()].copy_from_slice(&row[columns.clone()]);
                }
                multiplier.add(inputs, panel, &mut sums);
                for (sums, row) in sums.iter().zip(found.chunks_exact_mut(self.outputs)) {
                    row[columns.clone()].copy_from_slice(&sums[..columns.len()]);
                }
            }
        }
    }
}

/// Up to [`ROWS`] rows turned, so that the numbers of one step stand together; missing rows are zeros.
fn side_by_side(rows: &[f32], inputs: usize) -> Vec<Inputs> {
    let mut turned = vec![[0.0; ROWS]; inputs];
    for (place, row) in rows.chunks_exact(inputs).enumerate() {
        for (step, value) in turned.iter_mut().zip(row) {
            step[place] = *value;
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn floats(count: usize) -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0f32..1.0, count)
    }

    fn case() -> impl Strategy<Value = (usize, usize, Vec<f32>, Vec<f32>)> {
        (1usize..40, 1usize..70, 1usize..40).prop_flat_map(|(rows, outputs, inputs)| {
            (
                Just(outputs),
                Just(inputs),
                floats(rows * inputs),
                floats(outputs * inputs),
            )
        })
    }

    proptest! {
        #[test]
        fn all_instructions_give_the_sums_of_plain_arithmetic((outputs, inputs, rows, weights) in case()) {
            let panels = Panels::of_rows(weights.chunks_exact(inputs), inputs);
            let expected: Vec<f32> = rows
                .chunks_exact(inputs)
                .flat_map(|row| {
                    let product = |weights: &[f32]| row.iter().zip(weights).fold(0.5f32, |sum, (a, b)| a.mul_add(*b, sum));
                    weights.chunks_exact(inputs).map(product).collect::<Vec<_>>()
                })
                .collect();
            for multiplier in Multiplier::all() {
                let mut found = vec![0.5; expected.len()];
                panels.add_some(multiplier, &rows, &mut found);
                prop_assert_eq!(&found, &expected);
            }
            let mut found = vec![0.5; expected.len()];
            panels.add_products(&rows, &mut found);
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!(panels.outputs(), outputs);
        }

        #[test]
        fn columns_and_rows_make_the_same_panels(outputs in 1usize..=COLUMNS, inputs in 1usize..20, seed in floats(COLUMNS * 20)) {
            let row = |output: usize| -> Vec<f32> { (0..inputs).map(|input| seed[output * 20 + input]).collect() };
            let rows: Vec<Vec<f32>> = (0..outputs).map(row).collect();
            let columns: Vec<Vec<f32>> = (0..inputs).map(|input| rows.iter().map(|row| row[input]).collect()).collect();
            let by_rows = Panels::of_rows(rows.iter().map(Vec::as_slice), inputs);
            let by_columns = Panels::of_columns(columns.iter().map(Vec::as_slice));
            prop_assert_eq!(by_rows.steps, by_columns.steps);
            prop_assert_eq!(by_rows.outputs, by_columns.outputs);
        }
    }
}
