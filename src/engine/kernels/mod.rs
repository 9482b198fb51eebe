//! Products with 4-bit and 6-bit weights, which are all the drafting model's matrices. candle's kernels for them copy the
//! weights into tiles of 6 and 10 bits a value, so decoding, which does nothing but read weights, reads 1.4 times what
//! the file has, and both copies do not fit into the memory that the model may take. These read the file's own bits, in
//! an order that suits vectors; where they do not apply (other formats, other processors) candle's are used.
//!
//! Beside them stand the products that embedding and searching need: with 32-bit floats and with single bytes.

mod activations;
#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2_bytes;
#[cfg(target_arch = "x86_64")]
mod avx2_curves;
#[cfg(target_arch = "x86_64")]
mod avx2_floats;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx_panels;
mod bytes;
mod curves;
#[cfg(not(target_arch = "x86_64"))]
mod elsewhere;
mod heads;
#[cfg(target_arch = "x86_64")]
mod instructions;
mod matrix;
mod panels;
mod tiles;

#[cfg(test)]
mod tests;

#[cfg(not(target_arch = "x86_64"))]
use elsewhere::{Avx2, Instructions, Ready};
#[cfg(target_arch = "x86_64")]
use {
    avx2::Avx2,
    instructions::{Instructions, Ready},
};

pub(super) use activations::Inputs;
pub(crate) use bytes::byte_products;
pub(super) use curves::{gelu, softmax};
pub(super) use heads::{Heads, KEYS};
pub(super) use matrix::{Matrix, products};
pub(super) use panels::{COLUMNS, Panels};
