//! Integration tests, in one binary so that the libraries are linked once.

mod architecture;
mod ingest;
