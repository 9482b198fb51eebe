//! What was measured, question by question, written as it comes, so that an interrupted run goes on.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::EvaluationError;

/// One line of a record file.
#[derive(Serialize, Deserialize)]
struct Line<T> {
    id: String,
    /// What the result depends on, hashed: a result made with anything else is made anew.
    fingerprint: String,
    /// The source that the program was built from.
    commit: Option<String>,
    result: T,
}

/// Where the records are kept, and who writes them.
#[derive(Debug, Clone)]
pub(super) struct RecordsFolder {
    pub path: PathBuf,
    pub commit: Option<String>,
    /// Whether what was kept before this run is left alone.
    pub fresh: bool,
}

/// The results of one part of one set that were made under one fingerprint.
pub(super) struct Records<T> {
    path: PathBuf,
    file: File,
    fingerprint: String,
    commit: Option<String>,
    results: BTreeMap<String, T>,
    /// How many of the results were made by a program built from another source.
    pub by_other_builds: usize,
}

impl<T: Serialize + DeserializeOwned> Records<T> {
    /// Opens `NAME.jsonl`. Lines under another fingerprint stay in the file and are not looked at; a line that
    /// cannot be read, such as one cut off by a power cut, counts as not there.
    pub fn open(folder: &RecordsFolder, name: &str, fingerprint: &str) -> Result<Self, EvaluationError> {
        let path = folder.path.join(format!("{name}.jsonl"));
        let unwritable = |source| EvaluationError::Unwritable {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(&folder.path).map_err(unwritable)?;
        let kept = fs::read(&path).unwrap_or_default();
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(unwritable)?;
        if kept.last().is_some_and(|byte| *byte != b'\n') {
            file.write_all(b"\n").map_err(unwritable)?;
        }
        let lines: BTreeMap<String, Line<T>> = kept
            .split(|byte| *byte == b'\n')
            .filter(|_| !folder.fresh)
            .filter_map(|line| serde_json::from_slice::<Line<T>>(line).ok())
            .filter(|line| line.fingerprint == fingerprint)
            .map(|line| (line.id.clone(), line))
            .collect();
        Ok(Self {
            path,
            file,
            fingerprint: fingerprint.to_owned(),
            commit: folder.commit.clone(),
            by_other_builds: lines.values().filter(|line| line.commit != folder.commit).count(),
            results: lines.into_iter().map(|(id, line)| (id, line.result)).collect(),
        })
    }

    pub fn get(&self, id: &str) -> Option<&T> {
        self.results.get(id)
    }

    /// Writes the result out before it is used.
    pub fn add(&mut self, id: &str, result: T) -> Result<(), EvaluationError> {
        let unwritable = |source| EvaluationError::Unwritable {
            path: self.path.clone(),
            source,
        };
        let line = Line {
            id: id.to_owned(),
            fingerprint: self.fingerprint.clone(),
            commit: self.commit.clone(),
            result,
        };
        let mut bytes = serde_json::to_vec(&line).map_err(|error| unwritable(error.into()))?;
        bytes.push(b'\n');
        self.file.write_all(&bytes).map_err(unwritable)?;
        self.results.insert(line.id, line.result);
        Ok(())
    }
}

/// One hash over everything that a result depends on; every part is length-prefixed.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn folder(path: &Path, commit: &str, fresh: bool) -> RecordsFolder {
        RecordsFolder {
            path: path.to_owned(),
            commit: Some(commit.to_owned()),
            fresh,
        }
    }

    fn open(path: &Path, fingerprint: &str) -> Records<u32> {
        Records::open(&folder(path, "a", false), "set", fingerprint).expect("opens")
    }

    #[test]
    fn results_come_back_under_their_fingerprint_only() {
        let dir = tempfile::tempdir().expect("a folder");
        open(dir.path(), "one").add("q", 1).expect("kept");
        open(dir.path(), "two").add("q", 2).expect("kept");
        assert_eq!(open(dir.path(), "one").get("q"), Some(&1));
        assert_eq!(open(dir.path(), "two").get("q"), Some(&2));
        assert_eq!(open(dir.path(), "three").get("q"), None);
    }

    #[test]
    fn results_of_other_builds_are_counted_and_can_be_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        open(dir.path(), "one").add("q", 1).expect("kept");
        let other = Records::<u32>::open(&folder(dir.path(), "b", false), "set", "one").expect("opens");
        assert_eq!((other.get("q"), other.by_other_builds), (Some(&1), 1));
        let fresh = Records::<u32>::open(&folder(dir.path(), "b", true), "set", "one").expect("opens");
        assert_eq!((fresh.get("q"), fresh.by_other_builds), (None, 0));
    }

    #[test]
    fn a_line_that_was_cut_off_is_made_anew() {
        let dir = tempfile::tempdir().expect("a folder");
        open(dir.path(), "one").add("q", 1).expect("kept");
        let path = dir.path().join("set.jsonl");
        let whole = fs::read_to_string(&path).expect("read");
        fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).expect("written");
        open(dir.path(), "one").add("r", 2).expect("kept");
        let records = open(dir.path(), "one");
        assert_eq!((records.get("q"), records.get("r")), (Some(&1), Some(&2)));
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
