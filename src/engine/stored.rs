//! A matrix of a kind that only candle's kernels know, kept once: where those make a repacked copy of the blocks, the
//! blocks as they came from the file are let go as soon as nothing reads them any more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use candle_core::quantized::{GgmlDType, QStorage, QTensor, QuantizedType};
use candle_core::{CpuStorage, Device, Result, Tensor};
use half::f16;

use super::gguf::RawMatrix;
use super::rows::Rows;

/// Rows of activations that reach each of candle's kernels that a pass uses: a few, and the least that makes its widest
/// kernel (AMX, where there is one) prepare its own copy.
const KERNEL_ROWS: [usize; 2] = [2, 32];

/// A matrix that candle multiplies with.
pub(super) struct Stored {
    tensor: QTensor,
    blocks: Arc<Blocks>,
    columns: usize,
}

impl Stored {
    pub(super) fn new(raw: RawMatrix<'_>) -> Result<Self> {
        let RawMatrix {
            bytes,
            dtype,
            rows,
            columns,
        } = raw;
        let blocks = Arc::new(Blocks::new(dtype.from_data(bytes.into()), dtype));
        let tensor = QTensor::new(QStorage::Cpu(Box::new(Shared(blocks.clone()))), (rows, columns))?;
        Ok(Self {
            tensor,
            blocks,
            columns,
        })
    }

    /// `inputs` is (n, columns); the result is (n, rows). candle multiplies a single row by other kernels, which round
    /// differently and read other blocks, so it is never given one.
    pub(super) fn times(&self, inputs: &Rows) -> Result<Rows> {
        let tensor = inputs.to_tensor()?;
        let product = match inputs.count() {
            1 => Tensor::cat(&[&tensor, &tensor], 0)?
                .apply_op1_no_bwd(&self.tensor)?
                .narrow(0, 0, 1)?,
            _ => tensor.apply_op1_no_bwd(&self.tensor)?,
        };
        Rows::from_tensor(&product)
    }

    /// Rows of the matrix by number, as floats: (ids, columns). Nothing but these rows is dequantized.
    pub(super) fn rows_as_floats(&self, ids: &[u32]) -> Result<Rows> {
        Rows::from_tensor(&self.tensor.embedding(&Tensor::new(ids, &Device::Cpu)?)?)
    }

    /// Makes every kernel prepare its copy now rather than at the first request, then lets the file's blocks go if a
    /// second round of the same kernels does not touch them.
    pub(super) fn prepare(&self) -> Result<()> {
        self.warm()?;
        let before = self.blocks.touches();
        self.warm()?;
        if self.blocks.touches() == before {
            self.blocks.release();
        }
        Ok(())
    }

    /// Bytes of the file's blocks that are still held.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        self.blocks.with(|held| held.storage_size_in_bytes()).unwrap_or(0)
    }

    /// Makes every kernel prepare its copy and lets nothing go: for an embedding that is the output head as well.
    pub(super) fn warm(&self) -> Result<()> {
        for rows in KERNEL_ROWS {
            self.times(&Rows::new(vec![0.0; rows * self.columns], self.columns))?;
        }
        Ok(())
    }
}

/// The file's blocks, which can be let go, and a count of how often they were needed.
struct Blocks {
    held: RwLock<Option<Box<dyn QuantizedType>>>,
    dtype: GgmlDType,
    bytes: usize,
    touches: AtomicUsize,
}

impl Blocks {
    fn new(blocks: Box<dyn QuantizedType>, dtype: GgmlDType) -> Self {
        let bytes = blocks.storage_size_in_bytes();
        Self {
            held: RwLock::new(Some(blocks)),
            dtype,
            bytes,
            touches: AtomicUsize::new(0),
        }
    }

    fn touches(&self) -> usize {
        self.touches.load(Ordering::Relaxed)
    }

    fn release(&self) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn with<T>(&self, read: impl FnOnce(&dyn QuantizedType) -> T) -> Option<T> {
        self.touches.fetch_add(1, Ordering::Relaxed);
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_deref()
            .map(read)
    }

    fn with_held<T>(&self, read: impl FnOnce(&dyn QuantizedType) -> Result<T>) -> Result<T> {
        let released = || {
            Err(candle_core::Error::Msg(
                "these weights were let go after loading".to_owned(),
            ))
        };
        self.with(read).unwrap_or_else(released)
    }
}

/// The blocks in the form candle takes a tensor's storage in.
struct Shared(Arc<Blocks>);

impl QuantizedType for Shared {
    fn dtype(&self) -> GgmlDType {
        self.0.dtype
    }

    fn matmul_t(&self, mkn: (usize, usize, usize), lhs: &[f32], dst: &mut [f32]) -> Result<()> {
        self.0.with_held(|blocks| blocks.matmul_t(mkn, lhs, dst))
    }

    fn matmul_t_f16(&self, mkn: (usize, usize, usize), lhs: &[f16], dst: &mut [f16]) -> Result<()> {
        self.0.with_held(|blocks| blocks.matmul_t_f16(mkn, lhs, dst))
    }

    fn embedding(&self, ids: &[u32], rows: usize, hidden: usize) -> Result<CpuStorage> {
        self.0.with_held(|blocks| blocks.embedding(ids, rows, hidden))
    }

    fn dequantize(&self, elem_count: usize) -> Result<CpuStorage> {
        self.0.with_held(|blocks| blocks.dequantize(elem_count))
    }

    fn storage_size_in_bytes(&self) -> usize {
        self.0.bytes
    }

    /// candle reads through this pointer, so blocks that are gone must stop the job (which the engine survives) rather
    /// than hand out a dangling address. The pointer stays good after the lock: blocks go only in `Stored::prepare`,
    /// on the one thread that multiplies, between multiplications.
    fn as_ptr(&self) -> *const u8 {
        match self.0.with(|blocks| blocks.as_ptr()) {
            Some(pointer) => pointer,
            None => panic!("a kernel asked for weights that were let go after loading"),
        }
    }

    fn block_size(&self) -> usize {
        self.0.dtype.block_size()
    }

    fn from_float(&mut self, _: &[f32]) {
        unreachable!("weights from a file are never quantized again");
    }

    fn from_float_imatrix(&mut self, _: &[f32], _: &[f32], _: usize) {
        unreachable!("weights from a file are never quantized again");
    }

    fn size(&self) -> usize {
        self.0.bytes
    }
}
