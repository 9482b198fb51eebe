//! What lies in the cache, and whether it is what the catalog says.
//!
//! `verify` hashes every byte. `locate` is for start-up: it trusts a stamp that says "this length, this time of last
//! change, this checksum", and hashes only a file the stamp does not speak for.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::catalog::{CatalogEntry, CatalogFile, ModelRole};

const STAMP_FILE: &str = ".verified.toml";
const READ_BUFFER_BYTES: usize = 1 << 20;

/// A model whose files are in the cache and are what the catalog says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFiles {
    pub id: String,
    pub role: ModelRole,
    pub files: Vec<ModelFile>,
}

/// One file in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
}

/// Why a model cannot be used as it lies in the cache.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("{} is not there; {remedy}", path.display())]
    Missing { path: PathBuf, remedy: String },
    #[error("{} has {got_bytes} bytes instead of {expected_bytes}; {remedy}", path.display())]
    WrongSize {
        path: PathBuf,
        expected_bytes: u64,
        got_bytes: u64,
        remedy: String,
    },
    #[error("{} is damaged: its SHA-256 is {got} instead of {expected}; {remedy}", path.display())]
    WrongHash {
        path: PathBuf,
        expected: String,
        got: String,
        remedy: String,
    },
    #[error("{} cannot be read; check its permissions and the disk", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// Where models are kept: `$COUNTERSIGN_MODELS`, else `countersign/models` in the user's cache directory.
pub fn cache_dir() -> PathBuf {
    cache_dir_from(|name| std::env::var_os(name), std::env::home_dir())
}

/// Hashes every file of the model and says the first thing that is wrong.
pub fn verify(entry: &CatalogEntry, cache: &Path) -> Result<ModelFiles, VerifyError> {
    check_all(entry, cache, &Stamps::default())
}

/// Finds the model's files quickly: sizes always, checksums only where nobody has checked this very file before.
pub fn locate(entry: &CatalogEntry, cache: &Path) -> Result<ModelFiles, VerifyError> {
    check_all(entry, cache, &Stamps::read(&cache.join(&entry.id)))
}

/// The files of a model that have to be fetched, each with what is wrong with it now.
pub(super) fn wrong_files(entry: &CatalogEntry, cache: &Path) -> Vec<(CatalogFile, VerifyError)> {
    let directory = cache.join(&entry.id);
    let known = Stamps::read(&directory);
    let check =
        |file: &CatalogFile| check_file(&directory.join(&file.name), file, &known, &remedy(entry)).err();
    entry
        .files
        .iter()
        .filter_map(|file| Some((file.clone(), check(file)?)))
        .collect()
}

/// How many bytes of the model an interrupted download has left in the cache.
pub fn partial_bytes(entry: &CatalogEntry, cache: &Path) -> u64 {
    let directory = cache.join(&entry.id);
    let length =
        |file: &CatalogFile| std::fs::metadata(partial_path(&directory, file)).map_or(0, |meta| meta.len());
    entry.files.iter().map(length).sum()
}

impl ModelFiles {
    /// The file with this name.
    pub fn file(&self, name: &str) -> Option<&ModelFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The weights of a drafting model.
    pub fn gguf(&self) -> Option<&ModelFile> {
        self.files.iter().find(|file| file.name.ends_with(".gguf"))
    }
}

/// The name a file has while it is being fetched.
pub(super) fn partial_path(directory: &Path, file: &CatalogFile) -> PathBuf {
    directory.join(format!("{}.partial", file.name))
}

/// Writes a small file beside the weights in one step, readable by everybody who shares the cache.
pub(super) fn replace_file(path: &Path, text: &str) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let readable = std::fs::Permissions::from_mode(0o644);
    let mut file = tempfile::Builder::new()
        .permissions(readable)
        .tempfile_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// The SHA-256 of everything a reader gives, in lower-case hexadecimal, and how many bytes that was.
pub(super) fn hash(reader: &mut dyn Read) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let bytes = hash_into(&mut hasher, reader)?;
    Ok((hex::encode(hasher.finalize()), bytes))
}

/// Feeds a reader into a running hash and says how many bytes that was.
pub(super) fn hash_into(hasher: &mut Sha256, reader: &mut dyn Read) -> std::io::Result<u64> {
    let mut buffer = vec![0; READ_BUFFER_BYTES];
    let mut total_bytes = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(total_bytes),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(buffer.get(..count).unwrap_or_default());
        total_bytes += count as u64;
    }
}

fn cache_dir_from(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> PathBuf {
    let directory = |name| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(chosen) = directory("COUNTERSIGN_MODELS") {
        return chosen;
    }
    // The XDG specification says to ignore a relative path here.
    let user_cache = directory("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    user_cache
        .or_else(|| home.map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("countersign/models")
}

fn check_all(entry: &CatalogEntry, cache: &Path, known: &Stamps) -> Result<ModelFiles, VerifyError> {
    let directory = cache.join(&entry.id);
    let mut stamps = Stamps::default();
    let mut files = Vec::new();
    for file in &entry.files {
        let path = directory.join(&file.name);
        let stamp = check_file(&path, file, known, &remedy(entry))?;
        stamps.files.insert(file.name.clone(), stamp);
        files.push(ModelFile {
            name: file.name.clone(),
            path,
            bytes: file.bytes,
            sha256: file.sha256.clone(),
        });
    }
    if stamps != *known {
        // A cache this process may not write to is as good; it is then hashed at every start.
        let _ = stamps.write(&directory);
    }
    Ok(ModelFiles {
        id: entry.id.clone(),
        role: entry.role,
        files,
    })
}

fn check_file(path: &Path, file: &CatalogFile, known: &Stamps, remedy: &str) -> Result<Stamp, VerifyError> {
    let (path, remedy) = (path.to_path_buf(), remedy.to_owned());
    let unreadable = |source| VerifyError::Read {
        path: path.clone(),
        source,
    };
    let mut opened = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(VerifyError::Missing { path, remedy });
        }
        other => other.map_err(unreadable)?,
    };
    let stamp = Stamp::of(&opened, &file.sha256).map_err(unreadable)?;
    if stamp.bytes != file.bytes {
        return Err(VerifyError::WrongSize {
            path,
            expected_bytes: file.bytes,
            got_bytes: stamp.bytes,
            remedy,
        });
    }
    if known.files.get(&file.name) == Some(&stamp) {
        return Ok(stamp);
    }
    let (got, _) = hash(&mut opened).map_err(unreadable)?;
    if got != file.sha256 {
        return Err(VerifyError::WrongHash {
            path,
            expected: file.sha256.clone(),
            got,
            remedy,
        });
    }
    Ok(stamp)
}

fn remedy(entry: &CatalogEntry) -> String {
    if entry.sources.is_empty() {
        return "it was added from a file: run `countersign models add FILE` again".into();
    }
    format!("run `countersign models pull {}`", entry.id)
}

/// Which files were hashed and found right, and what they looked like from outside then.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Stamps {
    files: BTreeMap<String, Stamp>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    modified_ns: u64,
    sha256: String,
}

impl Stamps {
    /// The stamps of a folder; none when there are none or they cannot be read, for then everything is hashed.
    fn read(directory: &Path) -> Stamps {
        let text = std::fs::read_to_string(directory.join(STAMP_FILE)).unwrap_or_default();
        toml::from_str(&text).unwrap_or_default()
    }

    fn write(&self, directory: &Path) -> std::io::Result<()> {
        let text = toml::to_string(self).map_err(std::io::Error::other)?;
        replace_file(&directory.join(STAMP_FILE), &text)
    }
}

impl Stamp {
    fn of(file: &File, sha256: &str) -> std::io::Result<Stamp> {
        let meta = file.metadata()?;
        let since_epoch = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Stamp {
            bytes: meta.len(),
            modified_ns: u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX),
            sha256: sha256.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
