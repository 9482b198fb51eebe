//! Hidden states of the model, kept in a file so that an interrupted run goes on where it stopped and a second fit takes
//! seconds. One JSON object a line; lines of another model, prompt or question are simply not found again.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;

#[derive(Debug, thiserror::Error)]
pub enum StatesError {
    #[error("the model's states cannot be kept in {}; those so far are kept", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the drafting model cannot be asked; states so far are kept, run the command again to go on")]
    Engine(#[from] EngineError),
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    /// The numbers' bytes, least significant first, in hexadecimal.
    state: String,
}

/// The file, and what was read from it.
pub(super) struct KeptStates {
    path: PathBuf,
    file: File,
    known: BTreeMap<String, Vec<f32>>,
}

impl KeptStates {
    pub fn open(path: &Path) -> Result<Self, StatesError> {
        let at = |source| StatesError::File {
            path: path.to_owned(),
            source,
        };
        let known = match path.is_file() {
            true => read(&fs::read_to_string(path).map_err(at)?),
            false => BTreeMap::new(),
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(at)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(at)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            known,
        })
    }

    pub fn take(&mut self, key: &str) -> Option<Vec<f32>> {
        self.known.remove(key)
    }

    pub fn keep(&mut self, key: String, state: &[f32]) -> Result<(), StatesError> {
        let bytes: Vec<u8> = state.iter().flat_map(|x| x.to_le_bytes()).collect();
        let line = Line {
            key,
            state: hex::encode(bytes),
        };
        // The newline comes first: after a line that was cut off, this one still begins on its own.
        let written = serde_json::to_string(&line)
            .map_err(std::io::Error::from)
            .and_then(|json| self.file.write_all(format!("\n{json}").as_bytes()));
        written.map_err(|source| StatesError::File {
            path: self.path.clone(),
            source,
        })
    }
}

/// A line cut off by an interruption is passed over: its question is asked again.
fn read(text: &str) -> BTreeMap<String, Vec<f32>> {
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok());
    lines
        .filter_map(|line| {
            let bytes = hex::decode(&line.state).ok()?;
            let (numbers, rest) = bytes.as_chunks::<4>();
            rest.is_empty()
                .then(|| (line.key, numbers.iter().map(|x| f32::from_le_bytes(*x)).collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_come_back_and_a_line_cut_off_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/states.jsonl");
        let state = vec![1.5, -0.0, f32::MIN_POSITIVE];
        let mut kept = KeptStates::open(&path).unwrap();
        kept.keep("a".to_owned(), &state).unwrap();
        kept.keep("b".to_owned(), &state).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 9]).unwrap();
        let mut again = KeptStates::open(&path).unwrap();
        assert_eq!(again.take("b"), None);
        again.keep("b".to_owned(), &state).unwrap();
        let mut third = KeptStates::open(&path).unwrap();
        assert_eq!(
            (third.take("a"), third.take("b")),
            (Some(state.clone()), Some(state))
        );
    }
}
