//! Turns text into vectors whose closeness is closeness of meaning, with a sentence-transformer of the BERT family.
//!
//! The method is that of all-MiniLM-L6-v2: the mean of the last layer over all tokens, scaled to length 1
//! (Reimers and Gurevych 2019, "Sentence-BERT"). Text comes from documents and from the public, so any text is taken
//! and none of it is ever read as a control token.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use sha2::{Digest, Sha256};
use tokenizers::{Tokenizer, TruncationParams};

use super::pull::ModelFiles;

/// The model was trained on texts of this length; what follows is not seen.
const TOKENS_MAX: usize = 256;
/// Text past this cannot become one of the first `TOKENS_MAX` tokens except after absurdly long words; cutting it off
/// bounds the tokenizer's work.
const TEXT_BYTES_MAX: usize = 32 * 1024;
/// Padded tokens in one forward pass: enough to keep two cores busy, little enough to stay in their caches.
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
    model: BertModel,
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
    #[error("the embedding model failed")]
    Model(#[from] candle_core::Error),
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
        let config: Config =
            serde_json::from_slice(&read(&files.config)?).map_err(|source| EmbedError::Config {
                path: files.config.clone(),
                source,
            })?;
        if config.hidden_size != Self::DIMENSIONS {
            return Err(EmbedError::Dimensions {
                expected: Self::DIMENSIONS,
                got: config.hidden_size,
            });
        }
        let tokenizer = load_tokenizer(&read(&files.tokenizer)?)?;
        let weights = read(&files.model)?;
        let sha256 = hex::encode(Sha256::digest(&weights));
        let variables = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)?;
        Ok(Embedder {
            model: BertModel::load(variables, &config)?,
            tokenizer,
            sha256,
        })
    }

    /// One vector of length 1 for each text, in the texts' order.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut tokens = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let encoding = self
                .tokenizer
                .encode_fast(beginning(text), true)
                .map_err(EmbedError::Tokenizer)?;
            tokens.push((index, encoding.get_ids().to_vec()));
        }
        // Texts of about one length share a batch, so that little padding is computed.
        tokens.sort_by_key(|(_, ids)| ids.len());
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in batches(&tokens) {
            let ids: Vec<&[u32]> = batch.iter().map(|(_, ids)| ids.as_slice()).collect();
            let indices = batch.iter().map(|(index, _)| *index);
            vectors.extend(indices.zip(self.forward(&ids)?));
        }
        vectors.sort_by_key(|(index, _)| *index);
        Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
    }

    /// The SHA-256 of the weights that were loaded, for the record of what made an index.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    fn forward(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let width = texts.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for text in texts {
            let padding = width - text.len();
            ids.extend(text.iter().copied().chain(std::iter::repeat_n(0, padding)));
            mask.extend(std::iter::repeat_n(1_f32, text.len()).chain(std::iter::repeat_n(0.0, padding)));
        }
        let shape = (texts.len(), width);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let mask = mask.unsqueeze(2)?;
        let mean = hidden
            .broadcast_mul(&mask)?
            .sum(1)?
            .broadcast_div(&mask.sum(1)?)?;
        let length = mean.sqr()?.sum_keepdim(1)?.sqrt()?.maximum(f32::MIN_POSITIVE)?;
        Ok(mean.broadcast_div(&length)?.to_vec2()?)
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

/// Cuts texts sorted by length into runs that pad to at most `BATCH_TOKENS_MAX` tokens; a run has at least one text.
fn batches(sorted: &[(usize, Vec<u32>)]) -> impl Iterator<Item = &[(usize, Vec<u32>)]> {
    let mut rest = sorted;
    std::iter::from_fn(move || {
        let fits = |count: &usize| {
            let longest = rest.get(count - 1).map_or(usize::MAX, |(_, ids)| ids.len());
            longest.saturating_mul(*count) <= BATCH_TOKENS_MAX
        };
        let count = (1..=rest.len()).take_while(fits).last().unwrap_or(1);
        let (batch, behind) = rest.split_at_checked(count)?;
        rest = behind;
        Some(batch)
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

    fn texts_of(lengths: &[usize]) -> Vec<(usize, Vec<u32>)> {
        let mut texts: Vec<_> = lengths
            .iter()
            .map(|&length| vec![7; length])
            .enumerate()
            .collect();
        texts.sort_by_key(|(_, ids)| ids.len());
        texts
    }

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
        fn batches_keep_every_text_in_order_and_their_bound(lengths in proptest::collection::vec(0_usize..3000, 0..60)) {
            let texts = texts_of(&lengths);
            let cut: Vec<_> = batches(&texts).collect();
            prop_assert_eq!(cut.concat(), texts.clone());
            for batch in cut {
                let padded = batch.len() * batch.last().map_or(0, |(_, ids)| ids.len());
                prop_assert!(batch.len() == 1 || padded <= BATCH_TOKENS_MAX);
            }
        }
    }
}
