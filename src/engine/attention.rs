//! Attention over the cache, shaped so that an answer is the same to the last bit however its prompt was cut into passes:
//! the matrix library sums in an order that depends on sizes, so every sum here runs over blocks of fixed sizes.

use candle_core::{D, Device, Result, Tensor};
use candle_nn::ops::softmax_last_dim;

/// Keys and values are read in whole steps, masked behind the last token. Smaller steps would now and then fall under
/// the library's special case for small products.
const STEP_KEYS: usize = 256;

/// Longest sum the library does in one go.
const BLOCK_KEYS: usize = 512;

/// How many keys a pass that ends behind `total` tokens reads.
pub(super) fn keys_read(total: usize) -> usize {
    total.next_multiple_of(STEP_KEYS)
}

/// What each of `count` new tokens may not see, as (count, keys read): the tokens after it and the rest of the last step.
pub(super) fn causal_mask(held: usize, count: usize) -> Result<Tensor> {
    let total = keys_read(held + count);
    let mut mask = vec![0f32; count * total];
    for (row, seen) in mask.chunks_mut(total).zip(held + 1..) {
        if let Some(hidden) = row.get_mut(seen..) {
            hidden.fill(f32::NEG_INFINITY);
        }
    }
    Tensor::from_vec(mask, (count, total), &Device::Cpu)
}

/// Softmax of `queries` (heads, n, width) over `keys`, mixed from `values` (both kv heads, keys read, width), as
/// (heads, n, width). The query heads that share a kv head are stacked as rows, so keys and values are read in place.
pub(super) fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (heads, count, width) = queries.dims3()?;
    let (kv_heads, total, _) = keys.dims3()?;
    let rows = heads / kv_heads * count;
    let scaled = (queries * (width as f64).sqrt().recip())?.reshape((kv_heads, rows, width))?;
    let scores = scaled.matmul(&keys.t()?)?.reshape((heads, count, total))?;
    let weights = softmax_last_dim(&scores.broadcast_add(mask)?)?.reshape((kv_heads, rows, total))?;
    let mut mixed: Option<Tensor> = None;
    for start in (0..total).step_by(BLOCK_KEYS) {
        let len = BLOCK_KEYS.min(total - start);
        let part = weights
            .narrow(D::Minus1, start, len)?
            .matmul(&values.narrow(1, start, len)?)?;
        mixed = Some(match mixed {
            Some(sum) => (sum + part)?,
            None => part,
        });
    }
    let Some(mixed) = mixed else {
        candle_core::bail!("attention over nothing");
    };
    mixed.reshape((heads, count, width))
}
