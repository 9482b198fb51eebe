//! From a model file to a session that can be asked.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::caches::Caches;
use super::decoder::Decoder;
use super::error::LoadError;
use super::gguf::ModelFile;
use super::session::{ModelIdentity, Session};
use super::vocabulary::Vocabulary;

/// Loads the model; an error says what to do. The file is hashed while its weights are being prepared, because the
/// hash goes into every draft's record.
pub(super) fn session(path: &Path, context_tokens_max: usize) -> Result<Session, String> {
    std::thread::scope(|scope| {
        let hash = scope.spawn(|| file_sha256(path));
        let parts = parts(path, context_tokens_max).map_err(|error| error.reason())?;
        let file_sha256 = match hash.join() {
            Ok(hash) => {
                hash.map_err(|error| format!("{} could not be read again: {error}", path.display()))?
            }
            Err(_) => return Err("the model file could not be hashed".to_owned()),
        };
        let (name, vocabulary, decoder, caches) = parts;
        let tokenizer_sha256 = vocabulary.sha256().to_owned();
        let identity = ModelIdentity {
            name,
            file_sha256,
            tokenizer_sha256,
        };
        Session::new(decoder, caches, Arc::new(vocabulary), identity).map_err(|error| error.to_string())
    })
}

fn parts(path: &Path, context_tokens_max: usize) -> Result<(String, Vocabulary, Decoder, Caches), LoadError> {
    let mut file = ModelFile::open(path)?;
    let dimensions = file.dimensions()?;
    let file_name = || path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = file.name().or_else(file_name).unwrap_or_default();
    let vocabulary = Vocabulary::new(file.take_metadata())?;
    let tokens_max = context_tokens_max.clamp(1, dimensions.context_tokens_max.max(1));
    let caches = Caches::new(&dimensions, tokens_max);
    let decoder = Decoder::load(&mut file, dimensions, tokens_max)?;
    if decoder.vocabulary_len() < vocabulary.len() {
        return Err(LoadError::Unexpected("tokenizer.ggml.tokens".to_owned()));
    }
    Ok((name, vocabulary, decoder, caches))
}

fn file_sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(hash.finalize())),
            count => hash.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}
