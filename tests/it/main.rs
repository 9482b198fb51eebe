//! Integration tests, in one binary so that the libraries are linked once.

mod architecture;
mod audit;
mod engines;
mod store;
mod embedder;
mod engine;
mod models;
mod openapi;
mod public_pages;
mod retrieval;
mod routes;
mod sessions;
mod site;
