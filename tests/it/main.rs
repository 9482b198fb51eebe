//! Integration tests, in one binary so that the libraries are linked once.

mod architecture;
mod ingest;
mod audit;
mod engines;
mod store;
mod embedder;
mod engine;
mod models;
mod product;
mod retrieval;
