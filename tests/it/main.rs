//! Integration tests, in one binary so that the libraries are linked once.

mod architecture;
mod audit;
mod embedder;
mod engine;
mod engines;
mod models;
mod retrieval;
mod store;
