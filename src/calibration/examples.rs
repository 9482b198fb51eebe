//! Claims that people judged against their sources, from data laid out as the evaluation's.
//!
//! A set is a folder with a `dev.jsonl`. Sets that are absent are left out; a line that cannot be read is an error,
//! since a fit on half of the data would look like a fit on all of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// One claim with what it cites, and whether people found it supported.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub set: &'static str,
    /// The document or article that it is about; examples of one group are judged together.
    pub group: String,
    /// What a wrong claim gets wrong, where the set says it.
    pub kind: String,
    pub evidence: Vec<String>,
    pub claim: String,
    pub supported: bool,
}

/// The examples, and a hash of the files they came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examples {
    pub all: Vec<Example>,
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    #[error("{} cannot be read; nothing was written", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("line {line} of {} is not as the set's description has it; nothing was written", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        #[source]
        source: serde_json::Error,
    },
    #[error("there is nothing to fit on under {}: {wanted}", folder.display())]
    None { folder: PathBuf, wanted: &'static str },
}

#[derive(Deserialize)]
struct Wording {
    doc: String,
    evidence: Vec<String>,
    claim: String,
    label: String,
    kind: String,
}

#[derive(Deserialize)]
struct Wice {
    evidence: Vec<String>,
    claim: String,
    label: String,
    meta: WiceMeta,
}

#[derive(Deserialize)]
struct WiceMeta {
    claim_title: String,
}

impl From<Wording> for Example {
    fn from(line: Wording) -> Self {
        Self {
            set: "wordings",
            group: line.doc,
            kind: line.kind,
            evidence: line.evidence,
            claim: line.claim,
            supported: line.label == "supported",
        }
    }
}

impl From<Wice> for Example {
    fn from(line: Wice) -> Self {
        Self {
            set: "wice",
            group: line.meta.claim_title,
            supported: line.label == "supported",
            kind: line.label,
            evidence: line.evidence,
            claim: line.claim,
        }
    }
}

/// The judged claims in `folder`.
pub fn examples(folder: &Path) -> Result<Examples, ExamplesError> {
    let mut found = Examples::default();
    let mut hash = Sha256::new();
    let wordings: Vec<Wording> = lines(&folder.join("wordings/dev.jsonl"), &mut hash)?;
    let wice: Vec<Wice> = lines(&folder.join("wice/dev.jsonl"), &mut hash)?;
    found.all.extend(wordings.into_iter().map(Example::from));
    found.all.extend(wice.into_iter().map(Example::from));
    if found.all.is_empty() {
        return Err(ExamplesError::None {
            folder: folder.to_owned(),
            wanted: "wordings/dev.jsonl and wice/dev.jsonl are looked for, with a judged claim a line",
        });
    }
    found.sha256 = hex::encode(hash.finalize());
    Ok(found)
}

/// The lines of a file that may be absent; what is read goes into the hash.
pub(super) fn lines<Line: DeserializeOwned>(
    path: &Path,
    hash: &mut Sha256,
) -> Result<Vec<Line>, ExamplesError> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = text(path)?;
    hash.update(text.as_bytes());
    (1..)
        .zip(text.lines())
        .filter(|(_, json)| !json.trim().is_empty())
        .map(|(line, json)| {
            serde_json::from_str(json).map_err(|source| ExamplesError::Line {
                path: path.to_owned(),
                line,
                source,
            })
        })
        .collect()
}

pub(super) fn text(path: &Path) -> Result<String, ExamplesError> {
    fs::read_to_string(path).map_err(|source| ExamplesError::Read {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDING: &str = r#"{"id":"w","doc":"d","evidence":["a b"],"claim":"a","label":"supported","kind":"right-near","note":""}"#;

    #[test]
    fn sets_are_read_where_they_are() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(examples(folder.path()), Err(ExamplesError::None { .. })));
        fs::create_dir(folder.path().join("wordings")).unwrap();
        fs::write(folder.path().join("wordings/dev.jsonl"), format!("{WORDING}\n\n")).unwrap();
        let found = examples(folder.path()).unwrap();
        assert_eq!(found.all.len(), 1);
        assert!(found.all[0].supported);
        assert_eq!(found.all[0].group, "d");
    }

    #[test]
    fn a_broken_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wordings")).unwrap();
        fs::write(folder.path().join("wordings/dev.jsonl"), format!("{WORDING}\n{{")).unwrap();
        assert!(matches!(
            examples(folder.path()),
            Err(ExamplesError::Line { line: 2, .. })
        ));
    }
}
