//! A district's own model file: checked, copied into the cache and remembered there.
//!
//! It is also the way in for a machine without a network: a file whose checksum the catalog knows is installed as that
//! model.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::DiskError;
use super::gguf_header::{self, Header, HeaderError};
use super::installed::{hash, replace_file};
use crate::engine::catalog::{Catalog, CatalogEntry, CatalogFile, ModelRole};

/// The model families the forward pass knows.
const ARCHITECTURES: [&str; 3] = ["llama", "qwen2", "qwen3"];
const ADDED_FILE: &str = "added.toml";
const ID_CHARS_MAX: usize = 80;

/// Why a file was not added, or added ones cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    #[error("{} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} cannot be used as a model", path.display())]
    NotAModel {
        path: PathBuf,
        #[source]
        source: HeaderError,
    },
    #[error(
        "{} is a model of the family \"{architecture}\"; this program runs {}",
        path.display(), ARCHITECTURES.join(", ")
    )]
    Architecture { path: PathBuf, architecture: String },
    #[error("the list of added models {} cannot be used: {problem}; correct or remove it", path.display())]
    List { path: PathBuf, problem: String },
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Adds a GGUF file to the cache and says as which model. The file itself is left alone.
///
/// A file the catalog knows by its checksum becomes that model; any other gets an id made from its name and is kept in
/// the cache's own list, which `added_models` reads.
pub fn add_file(path: &Path, catalog: &Catalog, cache: &Path) -> Result<CatalogEntry, AddError> {
    let unreadable = |source| AddError::Read {
        path: path.to_path_buf(),
        source,
    };
    // A hard link to a symbolic link would be one itself.
    let path = path.canonicalize().map_err(unreadable)?;
    let mut file = File::open(&path).map_err(unreadable)?;
    let header = read_header(&path, &file)?;
    std::io::Seek::rewind(&mut file).map_err(unreadable)?;
    let (sha256, bytes) = hash(&mut file).map_err(unreadable)?;

    let mut added = added_models(cache)?;
    let known = catalog
        .entries()
        .iter()
        .chain(&added)
        .find(|entry| entry.files.iter().any(|f| f.sha256 == sha256));
    if let Some(entry) = known.cloned() {
        install(&path, &entry, cache)?;
        return Ok(entry);
    }
    let id = free_id(&path, &sha256, catalog, &added);
    let entry = new_entry(id, header, bytes, sha256);
    install(&path, &entry, cache)?;
    added.push(entry.clone());
    write_list(cache, added)?;
    Ok(entry)
}

/// The models added to this cache so far, for `Catalog::with_added`.
pub fn added_models(cache: &Path) -> Result<Vec<CatalogEntry>, AddError> {
    let path = cache.join(ADDED_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(AddError::Read { path, source }),
    };
    let list = toml::from_str::<AddedList>(&text).map_err(|error| error.message().to_owned());
    let checked = list.and_then(|list| {
        list.models
            .iter()
            .try_for_each(CatalogEntry::check)
            .map(|()| list.models)
    });
    checked.map_err(|problem| AddError::List { path, problem })
}

#[derive(Default, Serialize, Deserialize)]
struct AddedList {
    #[serde(default)]
    models: Vec<CatalogEntry>,
}

fn read_header(path: &Path, file: &File) -> Result<Header, AddError> {
    let header = gguf_header::read(&mut BufReader::new(file)).map_err(|source| AddError::NotAModel {
        path: path.to_path_buf(),
        source,
    })?;
    if !ARCHITECTURES.contains(&header.architecture.as_str()) {
        return Err(AddError::Architecture {
            path: path.to_path_buf(),
            architecture: header.architecture,
        });
    }
    Ok(header)
}

fn new_entry(id: String, header: Header, bytes: u64, sha256: String) -> CatalogEntry {
    let said = |text: Option<String>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    CatalogEntry {
        name: said(header.name).unwrap_or_else(|| id.clone()),
        licence: said(header.licence).unwrap_or_else(|| "not stated in the file".into()),
        role: ModelRole::Drafting,
        files: vec![CatalogFile {
            name: format!("{id}.gguf"),
            bytes,
            sha256,
        }],
        sources: Vec::new(),
        id,
    }
}

/// An id from the file's name; with the checksum's beginning behind it when that is taken.
fn free_id(path: &Path, sha256: &str, catalog: &Catalog, added: &[CatalogEntry]) -> String {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') {
            c
        } else {
            '-'
        }
    };
    let slug: String = stem.chars().map(plain).take(ID_CHARS_MAX).collect();
    let slug = slug.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let short_hash: String = sha256.chars().take(8).collect();
    if slug.is_empty() {
        return format!("model-{short_hash}");
    }
    let taken = catalog
        .entries()
        .iter()
        .chain(added)
        .any(|entry| entry.id == slug);
    if taken {
        format!("{slug}-{short_hash}")
    } else {
        slug.to_owned()
    }
}

/// Puts the file into the cache under the entry's name: as a second name for the same bytes where the disk can do that.
fn install(path: &Path, entry: &CatalogEntry, cache: &Path) -> Result<(), AddError> {
    let directory = cache.join(&entry.id);
    let target = entry
        .files
        .iter()
        .map(|file| directory.join(&file.name))
        .next()
        .unwrap_or(directory.clone());
    let disk = |source| DiskError {
        path: target.clone(),
        source,
    };
    if target.canonicalize().is_ok_and(|there| there == path) {
        return Ok(());
    }
    std::fs::create_dir_all(&directory).map_err(disk)?;
    let temporary = tempfile::Builder::new()
        .prefix(".adding-")
        .tempdir_in(&directory)
        .map_err(disk)?;
    let copy = temporary.path().join("file");
    std::fs::hard_link(path, &copy)
        .or_else(|_| std::fs::copy(path, &copy).map(|_| ()))
        .map_err(disk)?;
    File::open(&copy).and_then(|file| file.sync_all()).map_err(disk)?;
    std::fs::rename(&copy, &target).map_err(disk)?;
    Ok(())
}

fn write_list(cache: &Path, models: Vec<CatalogEntry>) -> Result<(), AddError> {
    let path = cache.join(ADDED_FILE);
    let list = toml::to_string(&AddedList { models }).map_err(std::io::Error::other);
    let text = list.map(|list| format!("# Models added with `countersign models add`.\n{list}"));
    let written = text.and_then(|text| replace_file(&path, &text));
    written.map_err(|source| {
        DiskError {
            path: path.clone(),
            source,
        }
        .into()
    })
}

#[cfg(test)]
mod tests;
