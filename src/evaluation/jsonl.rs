//! Reading a set's files; whatever is wrong in one is named by file and line.

use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

use super::error::EvaluationError;

/// The values of a file with one JSON value a line; a name that ends in `.gz` is unpacked. Empty lines are
/// passed over.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, EvaluationError> {
    let text = text(path)?;
    let mut values = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let value = serde_json::from_str(line).map_err(|reason| malformed(path, number, &reason))?;
        values.push(value);
    }
    Ok(values)
}

/// The value of a file that is one JSON value.
pub(super) fn read_one<T: DeserializeOwned>(path: &Path) -> Result<T, EvaluationError> {
    serde_json::from_str(&text(path)?).map_err(|reason| malformed(path, reason.line(), &reason))
}

/// A file's text, unpacked where its name ends in `.gz`, with its line ends as they are.
pub(super) fn text(path: &Path) -> Result<String, EvaluationError> {
    let unreadable = |source| EvaluationError::Unreadable {
        path: path.to_owned(),
        source,
    };
    if path.extension().is_none_or(|ending| ending != "gz") {
        return fs::read_to_string(path).map_err(unreadable);
    }
    let mut text = String::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

fn malformed(path: &Path, line: usize, reason: &serde_json::Error) -> EvaluationError {
    EvaluationError::Malformed {
        path: path.to_owned(),
        line,
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_malformed_line_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("questions.jsonl");
        fs::write(&path, "{\"a\": 1}\n\n{\"a\": \n").expect("written");
        let error = read::<serde_json::Value>(&path)
            .expect_err("malformed")
            .to_string();
        assert!(
            error.contains("questions.jsonl") && error.contains("line 3"),
            "{error}"
        );
    }

    #[test]
    fn a_packed_file_is_unpacked() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("corpus.jsonl.gz");
        let file = fs::File::create(&path).expect("made");
        let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        packer.write_all(b"1\n2\n").expect("packed");
        packer.finish().expect("finished");
        assert_eq!(read::<u8>(&path).expect("read"), [1, 2]);
    }
}
