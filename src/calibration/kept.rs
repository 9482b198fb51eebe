//! What the drafting model made of each example, kept in a file so that a second fit takes seconds and an interrupted run
//! goes on where it stopped. One JSON object a line; lines of another model, prompt or example are simply not found again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::EngineError;

#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    #[error("what the model made of the examples cannot be kept in {}; what was kept stays", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "the drafting model cannot be asked; what it made of the examples so far is kept, run the command again to go on"
    )]
    Engine(#[from] EngineError),
}

#[derive(Serialize, Deserialize)]
struct Line<T> {
    key: String,
    made: T,
}

/// The file, and what was read from it.
pub(super) struct Kept<T> {
    path: PathBuf,
    file: File,
    known: BTreeMap<String, T>,
}

impl<T: Serialize + DeserializeOwned> Kept<T> {
    /// A line that cannot be read, such as one cut off by an interruption, is passed over: its example is asked again.
    pub fn open(path: &Path) -> Result<Self, KeptError> {
        let at = |source| KeptError::File {
            path: path.to_owned(),
            source,
        };
        let text = match path.is_file() {
            true => fs::read_to_string(path).map_err(at)?,
            false => String::new(),
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(at)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(at)?;
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Line<T>>(line).ok());
        Ok(Self {
            path: path.to_owned(),
            file,
            known: lines.map(|line| (line.key, line.made)).collect(),
        })
    }

    pub fn take(&mut self, key: &str) -> Option<T> {
        self.known.remove(key)
    }

    pub fn keep(&mut self, key: String, made: T) -> Result<T, KeptError> {
        let line = Line { key, made };
        // The newline comes first: after a line that was cut off, this one still begins on its own.
        let written = serde_json::to_string(&line)
            .map_err(std::io::Error::from)
            .and_then(|json| self.file.write_all(format!("\n{json}").as_bytes()));
        written.map_err(|source| KeptError::File {
            path: self.path.clone(),
            source,
        })?;
        Ok(line.made)
    }
}

/// The key of what depends on these texts and on nothing else.
pub(super) fn key<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_and_a_line_cut_off_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/states.jsonl");
        let state = vec![1.5f32, -0.0, f32::MIN_POSITIVE];
        let mut kept = Kept::open(&path).unwrap();
        kept.keep("a".to_owned(), state.clone()).unwrap();
        kept.keep("b".to_owned(), state.clone()).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 9]).unwrap();
        let mut again = Kept::<Vec<f32>>::open(&path).unwrap();
        assert_eq!(again.take("b"), None);
        again.keep("b".to_owned(), state.clone()).unwrap();
        let mut third = Kept::open(&path).unwrap();
        assert_eq!(
            (third.take("a"), third.take("b")),
            (Some(state.clone()), Some(state))
        );
    }

    #[test]
    fn texts_that_are_parted_elsewhere_have_another_key() {
        assert_ne!(key(["ab", "c"]), key(["a", "bc"]));
    }
}
