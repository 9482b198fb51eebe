//! Integration tests.

mod embedder;
mod models;
