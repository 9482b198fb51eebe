//! Tests of the engine's mechanics on tiny models of random weights, which the tests write themselves.

mod decoder;
mod encoder;
mod engine;
mod reference;
mod session;
mod tiny;
mod vocabulary;
