//! One weight matrix of the model, in the form that is multiplied fastest here, and never held twice.

use candle_core::Result;

use super::gguf::RawMatrix;
use super::kernels::{Inputs, Matrix, products};
use super::rows::Rows;
use super::stored::Stored;

/// A matrix of `rows` outputs over `columns` inputs.
pub(super) struct Weights {
    form: Form,
    bytes: usize,
    pub rows: usize,
    pub columns: usize,
}

enum Form {
    Tiled(Matrix),
    Stored(Stored),
}

impl Weights {
    /// In tiles if this kind of matrix and this processor allow it.
    pub(super) fn new(raw: RawMatrix<'_>) -> Result<Self> {
        match Matrix::new(raw.bytes, raw.dtype, raw.rows, raw.columns) {
            Some(matrix) => Ok(Self {
                bytes: raw.bytes.len(),
                rows: raw.rows,
                columns: raw.columns,
                form: Form::Tiled(matrix),
            }),
            None => Self::as_stored(raw),
        }
    }

    /// As the file has it, for candle's kernels and for an embedding, of which only single rows are read.
    pub(super) fn as_stored(raw: RawMatrix<'_>) -> Result<Self> {
        let (bytes, rows, columns) = (raw.bytes.len(), raw.rows, raw.columns);
        Ok(Self {
            bytes,
            form: Form::Stored(Stored::new(raw)?),
            rows,
            columns,
        })
    }

    /// Bytes that the file has for it.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// `inputs` is (n, columns); the result is (n, rows), each row of it the same whatever rows are beside it.
    pub(super) fn times(&self, inputs: &Rows) -> Result<Rows> {
        let [product] = Self::each_times([self], inputs)?;
        Ok(product)
    }

    /// The products of several matrices with the same inputs, which together are faster than one by one.
    pub(super) fn each_times<const N: usize>(matrices: [&Self; N], inputs: &Rows) -> Result<[Rows; N]> {
        if inputs.count() == 0 || matrices.iter().any(|weights| weights.columns != inputs.width) {
            candle_core::bail!("inputs of width {} do not fit a matrix", inputs.width);
        }
        let tiled: Vec<&Matrix> = (matrices.iter())
            .filter_map(|weights| match &weights.form {
                Form::Tiled(matrix) => Some(matrix),
                Form::Stored(_) => None,
            })
            .collect();
        let mut from_tiles = match tiled.is_empty() {
            true => Vec::new(),
            false => products(&tiled, &Inputs::new(&inputs.values, inputs.width)),
        }
        .into_iter();
        let mut outputs = Vec::with_capacity(N);
        for weights in matrices {
            outputs.push(match &weights.form {
                Form::Stored(stored) => stored.times(inputs)?,
                Form::Tiled(_) => Rows::new(from_tiles.next().unwrap_or_default(), weights.rows),
            });
        }
        outputs
            .try_into()
            .map_err(|_| candle_core::Error::Msg("a product is missing".to_owned()))
    }

    /// Rows of the matrix by number, as floats: (ids, columns). Nothing but these rows is dequantized.
    pub(super) fn rows_as_floats(&self, ids: &[u32]) -> Result<Rows> {
        if let Some(id) = ids.iter().find(|&&id| id as usize >= self.rows) {
            candle_core::bail!("there is no row {id} in a matrix of {}", self.rows);
        }
        match &self.form {
            Form::Stored(stored) => stored.rows_as_floats(ids),
            Form::Tiled(matrix) => {
                let rows = ids.iter().flat_map(|&id| matrix.row(id as usize)).collect();
                Ok(Rows::new(rows, self.columns))
            }
        }
    }

    /// Makes the matrix ready at once rather than at the first request.
    pub(super) fn prepare(&self) -> Result<()> {
        match &self.form {
            Form::Stored(stored) => stored.prepare(),
            Form::Tiled(_) => Ok(()),
        }
    }

    /// Like [`Weights::prepare`], for an embedding that is the output head as well: its rows stay readable.
    pub(super) fn prepare_with_rows(&self) -> Result<()> {
        match &self.form {
            Form::Stored(stored) => stored.warm(),
            Form::Tiled(_) => Ok(()),
        }
    }
}
