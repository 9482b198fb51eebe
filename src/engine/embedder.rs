//! Turns text into vectors whose closeness is closeness of meaning, with a sentence-transformer of the BERT family.
//!
//! The method is that of all-MiniLM-L6-v2: the mean of the last layer over all tokens, scaled to length 1
//! (Reimers and Gurevych 2019, "Sentence-BERT"). Text comes from documents and from the public, so any text is taken
//! and none of it is ever read as a control token.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokenizers::{Tokenizer, TruncationParams};

use super::encoder::{Encoder, Shape};
use super::pull::ModelFiles;

/// The model was trained on texts of this length; what follows is not seen.
const TOKENS_MAX: usize = 256;
/// Text past this cannot become one of the first `TOKENS_MAX` tokens except after absurdly long words; cutting it off
/// bounds the tokenizer's work.
const TEXT_BYTES_MAX: usize = 32 * 1024;
/// Tokens in one forward pass: enough to keep the cores busy, little enough for what passes between layers to stay in their
/// caches.
const BATCH_TOKENS_MAX: usize = 1024;

/// The three files of an embedding model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingFiles {
    pub model: PathBuf,
    pub tokenizer: PathBuf,
    pub config: PathBuf,
}

/// A loaded embedding model. Calls block for as long as the processor works; any thread may make them.
pub struct Embedder {
    model: Encoder,
    tokenizer: Tokenizer,
    sha256: String,
}

/// The embedding model cannot be loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    #[error("{} cannot be read; run `countersign models verify`", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} is not a configuration of a BERT model", path.display())]
    Config {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    #[error("this embedding model gives vectors of {got} numbers; {expected} are expected")]
    Dimensions { expected: usize, got: usize },
    #[error("the tokenizer of the embedding model failed")]
    Tokenizer(#[source] tokenizers::Error),
    #[error("the weights of the embedding model cannot be read; run `countersign models verify`")]
    Weights(#[from] candle_core::Error),
    #[error("this embedding model cannot be used: {0}")]
    Unusable(String),
}

impl EmbeddingFiles {
    /// The files of a model from the catalog, when it is an embedding model.
    pub fn from_model(files: &ModelFiles) -> Option<EmbeddingFiles> {
        let path = |name| files.file(name).map(|file| file.path.clone());
        Some(EmbeddingFiles {
            model: path("model.safetensors")?,
            tokenizer: path("tokenizer.json")?,
            config: path("config.json")?,
        })
    }
}

impl Embedder {
    /// Numbers in a vector.
    pub const DIMENSIONS: usize = 384;

    pub fn load(files: &EmbeddingFiles) -> Result<Embedder, EmbedError> {
        let shape: Shape =
            serde_json::from_slice(&read(&files.config)?).map_err(|source| EmbedError::Config {
                path: files.config.clone(),
                source,
            })?;
        if shape.hidden_size != Self::DIMENSIONS {
            return Err(EmbedError::Dimensions {
                expected: Self::DIMENSIONS,
                got: shape.hidden_size,
            });
        }
        let tokenizer = load_tokenizer(&read(&files.tokenizer)?)?;
        let weights = read(&files.model)?;
        let sha256 = hex::encode(Sha256::digest(&weights));
        let model = Encoder::load(&weights, shape)?;
        if model.positions() < TOKENS_MAX {
            return Err(EmbedError::Unusable(format!(
                "it reads fewer than {TOKENS_MAX} tokens"
            )));
        }
        Ok(Embedder {
            model,
            tokenizer,
            sha256,
        })
    }

    /// One vector of length 1 for each text, in the texts' order.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut tokens = Vec::with_capacity(texts.len());
        for text in texts {
            let encoding = self
                .tokenizer
                .encode_fast(beginning(text), true)
                .map_err(EmbedError::Tokenizer)?;
            tokens.push(encoding.get_ids().to_vec());
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in batches(&tokens) {
            let ids: Vec<&[u32]> = batch.iter().map(Vec::as_slice).collect();
            vectors.extend(self.model.forward(&ids)?);
        }
        Ok(vectors)
    }

    /// The SHA-256 of the weights that were loaded, for the record of what made an index.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

fn load_tokenizer(json: &[u8]) -> Result<Tokenizer, EmbedError> {
    let mut tokenizer = Tokenizer::from_bytes(json).map_err(EmbedError::Tokenizer)?;
    // The file asks for padding to 128 tokens; padding is added per batch instead.
    tokenizer.with_padding(None);
    let truncation = TruncationParams {
        max_length: TOKENS_MAX,
        ..Default::default()
    };
    tokenizer
        .with_truncation(Some(truncation))
        .map_err(EmbedError::Tokenizer)?;
    // "[SEP]" in a text is five characters of text; only the tokenizer's own template adds control tokens.
    tokenizer.set_encode_special_tokens(true);
    Ok(tokenizer)
}

/// Cuts texts into runs of at most `BATCH_TOKENS_MAX` tokens; a run has at least one text.
fn batches(texts: &[Vec<u32>]) -> impl Iterator<Item = &[Vec<u32>]> {
    let mut tokens = 0;
    texts.chunk_by(move |before, next| {
        if tokens == 0 {
            tokens = before.len();
        }
        tokens += next.len();
        let fits = tokens <= BATCH_TOKENS_MAX;
        tokens *= usize::from(fits);
        fits
    })
}

/// As much of a text as can matter, cut between two characters.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX))
        .unwrap_or(text)
}

fn read(path: &Path) -> Result<Vec<u8>, EmbedError> {
    std::fs::read(path).map_err(|source| EmbedError::Read {
        path: path.to_path_buf(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_thread_may_embed() {
        fn shared<T: Send + Sync>() {}
        shared::<Embedder>();
    }

    #[test]
    fn a_text_is_cut_between_two_characters() {
        let text = "é".repeat(TEXT_BYTES_MAX);
        assert_eq!(beginning(&text).len(), TEXT_BYTES_MAX);
        let shifted = format!("a{text}");
        assert_eq!(beginning(&shifted).len(), TEXT_BYTES_MAX - 1);
        assert_eq!(beginning("short"), "short");
    }

    #[test]
    fn missing_files_are_named() {
        let nowhere = PathBuf::from("/nonexistent/config.json");
        let files = EmbeddingFiles {
            model: nowhere.clone(),
            tokenizer: nowhere.clone(),
            config: nowhere,
        };
        let error = Embedder::load(&files).err().unwrap();
        assert!(error.to_string().contains("/nonexistent/config.json"), "{error}");
    }

    proptest! {
        #[test]
        fn batches_keep_every_text_in_order_and_their_bound(lengths in proptest::collection::vec(1_usize..3000, 0..60)) {
            let texts: Vec<Vec<u32>> = lengths.iter().map(|&length| vec![7; length]).collect();
            let cut: Vec<_> = batches(&texts).collect();
            prop_assert_eq!(cut.concat(), texts.clone());
            for batch in cut {
                let tokens: usize = batch.iter().map(Vec::len).sum();
                prop_assert!(batch.len() == 1 || tokens <= BATCH_TOKENS_MAX);
            }
        }
    }
}
