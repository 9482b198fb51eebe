//! The local models: files, forward pass, masks and embeddings. The only user of candle, tokenizers and llguidance.

pub mod catalog;
pub mod embedder;
pub mod pull;
