//! What the index needs of an embedding model, so that its tests run without one.

use std::error::Error;

use crate::engine::embedder::Embedder;

/// Turns texts into vectors of one length.
pub trait Embedding: Send + Sync {
    /// One vector per text, in order.
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>>;

    /// Names the model: vectors of different models cannot be compared.
    fn sha256(&self) -> &str;

    /// The length of every vector.
    fn dimensions(&self) -> usize;
}

impl Embedding for Embedder {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>> {
        Ok(Embedder::embed(self, texts)?)
    }

    fn sha256(&self) -> &str {
        Embedder::sha256(self)
    }

    fn dimensions(&self) -> usize {
        Embedder::DIMENSIONS
    }
}

/// The vector scaled to length one, so that a dot product is the cosine; a zero vector stays zero.
pub(super) fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vector
}

pub(super) fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}
