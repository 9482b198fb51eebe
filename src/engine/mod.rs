//! The local models: files, forward pass, masks and embeddings. The only user of candle, tokenizers and llguidance.
//!
//! [`Engine`] is the way in: one thread owns the drafting model, jobs get a [`Session`] on it.

mod attention;
mod cache;
mod caches;
mod cancel;
pub mod catalog;
mod decoder;
pub mod embedder;
mod encoder;
mod error;
mod generation;
mod gguf;
mod grammar;
mod kernels;
mod load;
mod lookup;
mod measures;
mod positions;
pub mod pull;
mod rows;
mod session;
mod stored;
mod vocabulary;
mod weights;
mod worker;

#[cfg(test)]
mod tests;

pub use cancel::Cancel;
pub use error::EngineError;
pub use generation::{Generated, Stop};
pub use grammar::Grammar;
pub(crate) use kernels::byte_products;
pub use measures::{MaskCost, RecordedCall, TokenUsage};
pub use session::{ModelIdentity, Session};
pub use vocabulary::Segment;
pub use worker::{Engine, EngineSettings, EngineStatus};
