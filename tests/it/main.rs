//! Integration tests, in one binary so that the libraries are linked once.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and the panic says where"
)]

mod architecture;
mod audit;
mod document_care;
mod drafting;
mod embedder;
mod engine;
mod engines;
mod evaluation;
mod hidden_text;
mod imports;
mod ingest;
mod life;
mod models;
mod openapi;
mod product;
mod public_pages;
mod retrieval;
mod routes;
mod scans;
mod sessions;
mod site;
mod store;
