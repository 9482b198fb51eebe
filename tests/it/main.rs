//! Integration tests.
mod retrieval;
