//! What is imported, wherever it is: a ZIP, a folder, files that came in a form. Listed by name, read one by one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::archive::{self, ArchiveError, Packed, PackedKind};
use super::folder;
use super::names::{self, NameFate};
use crate::corpus::ExtractionLimits;

/// What an import may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLimits {
    /// Files and folders of one import.
    pub entries_max: u64,
    /// All that is read of one import, unpacked.
    pub all_bytes_max: u64,
    /// How many times its packed size a file may unpack to.
    pub ratio_max: u64,
    /// Of one file; a ZIP's child process is held to the same as the one that reads the file's text.
    pub extraction: ExtractionLimits,
}

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Material {
    /// A ZIP. It need not have a name on this machine.
    Archive(Arc<File>),
    /// A folder of this machine, with everything below it.
    Folder(PathBuf),
    /// Files of this machine, each with the name it is imported under.
    Files(Vec<(String, PathBuf)>),
    /// Files that came one after the other and lie in one file without a name of its own.
    Spool(Arc<File>, Vec<(String, Range<u64>)>),
}

/// One file, or what else bears a name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path within the import, as it is remembered; as it was written where it can't be.
    pub path: String,
    pub bytes: u64,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is to be read.
    Read(Handle),
    /// It is no document, and why.
    PassedOver(String),
    /// It may be meant as a document and is not read; why, and what to do.
    Failed(String),
}

/// How a file is got hold of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    Entry(usize),
    File(PathBuf),
    Part(Range<u64>),
}

/// Why the whole of it can't be read, for the person who added it.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{place} can't be read ({reason}). Check that it is there and who may read it.")]
    Place { place: String, reason: io::Error },
    #[error(
        "There are more than {entries_max} files; that is the most that is taken at once. Split them up."
    )]
    TooMany { entries_max: u64 },
}

impl Found {
    /// With the fate that its name gives it, if that is worse than its own.
    pub(super) fn judged(raw: &str, bytes: u64, fate: Fate) -> Found {
        match names::judged(raw) {
            Ok(path) => Found { path, bytes, fate },
            Err(verdict) => Found {
                path: shown(raw),
                bytes,
                fate: match verdict {
                    NameFate::PassedOver(why) => Fate::PassedOver(why.to_owned()),
                    NameFate::Failed(why) => Fate::Failed(why.to_owned()),
                },
            },
        }
    }

    /// Where it is on this machine, if it is a file there.
    pub fn file(&self) -> Option<&Path> {
        match &self.fate {
            Fate::Read(Handle::File(path)) => Some(path),
            _ => None,
        }
    }

    pub fn is_manifest(&self) -> bool {
        names::is_manifest(&self.path) && matches!(self.fate, Fate::Read(_))
    }
}

/// A name that is not remembered, as it can be shown: bounded, and without characters that do something.
fn shown(raw: &str) -> String {
    raw.chars()
        .take(200)
        .map(|c| {
            if c.is_control() || names::turns_direction(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// The last part of a path.
pub fn file_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A title for want of a better one: the file's name without its ending.
pub fn file_title(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

/// The name of a file of this machine.
pub fn name_of_file(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

impl Material {
    /// Everything that bears a name, each with what is to become of it.
    pub async fn list(&self, limits: &ImportLimits) -> Result<Vec<Found>, Unread> {
        let entries_max = limits.entries_max;
        let mut found = match self {
            Material::Archive(file) => unwrapped(of_archive(archive::list(file, limits).await?, limits)),
            Material::Folder(folder) => {
                let path = folder.clone();
                let listed = tokio::task::spawn_blocking(move || folder::list(&path, entries_max)).await;
                listed
                    .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
                    .map_err(|reason| Unread::Place {
                        place: folder.display().to_string(),
                        reason,
                    })?
            }
            Material::Files(files) => files
                .iter()
                .map(|(name, path)| {
                    let bytes = path.metadata().map_or(0, |data| data.len());
                    Found::judged(name, bytes, Fate::Read(Handle::File(path.clone())))
                })
                .collect(),
            Material::Spool(_, parts) => unwrapped(
                parts
                    .iter()
                    .map(|(name, part)| {
                        let bytes = part.end.saturating_sub(part.start);
                        Found::judged(name, bytes, Fate::Read(Handle::Part(part.clone())))
                    })
                    .collect(),
            ),
        };
        if found.len() as u64 > entries_max {
            return Err(Unread::TooMany { entries_max });
        }
        refuse_twins(&mut found);
        Ok(found)
    }

    /// The bytes of one file; refused without reading it where it says that it is too large.
    pub async fn read(&self, found: &Found, limits: &ImportLimits) -> Result<Vec<u8>, String> {
        let Fate::Read(handle) = &found.fate else {
            return Err("it is not read".to_owned());
        };
        let bytes_max = limits.extraction.bytes_max;
        if found.bytes > bytes_max {
            return Err(too_large(found.bytes, bytes_max));
        }
        match (self, handle) {
            (Material::Archive(file), Handle::Entry(place)) => archive::unpack(file, *place, limits)
                .await
                .map_err(|error| error.to_string()),
            (Material::Spool(file, _), Handle::Part(part)) => {
                let (file, part) = (file.clone(), part.clone());
                blocking(move || {
                    let mut file = file.try_clone()?;
                    file.seek(SeekFrom::Start(part.start))?;
                    read_bounded(file, part.end.saturating_sub(part.start))
                })
                .await
            }
            (_, Handle::File(path)) => {
                let path = path.clone();
                let bytes =
                    blocking(move || read_bounded(File::open(path)?, bytes_max.saturating_add(1))).await?;
                let read = bytes.len() as u64;
                // It may have grown since it was listed.
                if read > bytes_max {
                    Err(too_large(read, bytes_max))
                } else {
                    Ok(bytes)
                }
            }
            _ => Err("it is not part of what is imported".to_owned()),
        }
    }
}

fn too_large(bytes: u64, bytes_max: u64) -> String {
    format!("it has {bytes} bytes and may have {bytes_max}. Split it, or take large pictures out")
}

fn read_bounded(source: File, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(bytes)
}

async fn blocking(work: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static) -> Result<Vec<u8>, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(format!(
            "it can't be read ({error}). Check who may read it, and add it again"
        )),
        Err(_) => Err("reading it stopped. Add it again".to_owned()),
    }
}

fn of_archive(entries: Vec<Packed>, limits: &ImportLimits) -> Vec<Found> {
    let found = |(place, entry): (usize, Packed)| {
        let fate = match entry.kind {
            PackedKind::File if entry.bytes > limits.extraction.bytes_max => {
                Fate::Failed(too_large(entry.bytes, limits.extraction.bytes_max))
            }
            PackedKind::File => Fate::Read(Handle::Entry(place)),
            PackedKind::Folder => {
                Fate::PassedOver("it is a folder; what is in it is listed by itself".into())
            }
            PackedKind::Link => Fate::Failed(
                "it is a link to another file and not the file itself. Put the file itself into the ZIP"
                    .into(),
            ),
            PackedKind::Encrypted => {
                Fate::Failed("it is protected by a password. Make the ZIP again without one".into())
            }
        };
        Found::judged(&entry.name, entry.bytes, fate)
    };
    entries.into_iter().enumerate().map(found).collect()
}

/// Takes the one folder that everything lies in off the paths, so that a folder and a ZIP of it are the same import.
fn unwrapped(mut found: Vec<Found>) -> Vec<Found> {
    let counts = |found: &&Found| !matches!(found.fate, Fate::PassedOver(_));
    let common = names::common_folder(found.iter().filter(counts).map(|found| found.path.as_str()));
    if let Some(common) = common {
        for found in &mut found {
            if let Some(rest) = found.path.strip_prefix(&common).filter(|rest| !rest.is_empty()) {
                found.path = rest.to_owned();
            }
        }
    }
    found
}

/// Two files of one name in one import can't both be that file, and which is meant only a person can say.
fn refuse_twins(found: &mut [Found]) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for file in found.iter().filter(|found| matches!(found.fate, Fate::Read(_))) {
        *times.entry(file.path.clone()).or_default() += 1;
    }
    for file in found
        .iter_mut()
        .filter(|found| matches!(found.fate, Fate::Read(_)))
    {
        if times.get(&file.path).is_some_and(|times| *times > 1) {
            file.fate = Fate::Failed(
                "there are two files of exactly this name, so neither was read. Rename one, or leave one out"
                    .into(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_files_with_one_name_neither_is_read() {
        let file = |path: &str| Found::judged(path, 1, Fate::Read(Handle::Entry(0)));
        let mut found = vec![file("a.md"), file("b.md"), file("a.md")];
        refuse_twins(&mut found);
        let read: Vec<bool> = found
            .iter()
            .map(|found| matches!(found.fate, Fate::Read(_)))
            .collect();
        assert_eq!(read, [false, true, false]);
    }

    #[test]
    fn a_zip_of_a_folder_gives_the_paths_of_the_folder() {
        let packed = |name: &str, kind| Packed {
            name: name.into(),
            bytes: 10,
            packed_bytes: 10,
            kind,
        };
        let limits = ImportLimits {
            entries_max: 10,
            all_bytes_max: 100,
            ratio_max: 200,
            extraction: ExtractionLimits {
                bytes_max: 50,
                ..ExtractionLimits::default()
            },
        };
        let mut large = packed("H/large.pdf", PackedKind::File);
        large.bytes = 51;
        let found = unwrapped(of_archive(
            vec![
                packed("H/", PackedKind::Folder),
                packed("H/a.md", PackedKind::File),
                packed("H/b/c.md", PackedKind::Link),
                packed("__MACOSX/H/._a.md", PackedKind::File),
                packed("H/d.md", PackedKind::Encrypted),
                large,
            ],
            &limits,
        ));
        let told: Vec<(&str, bool)> = found
            .iter()
            .map(|found| (found.path.as_str(), matches!(found.fate, Fate::Read(_))))
            .collect();
        assert_eq!(
            told,
            [
                ("H", false),
                ("a.md", true),
                ("b/c.md", false),
                ("__MACOSX/H/._a.md", false),
                ("d.md", false),
                ("large.pdf", false)
            ]
        );
    }

    #[tokio::test]
    async fn a_file_that_says_it_is_too_large_is_not_opened() {
        let material = Material::Files(vec![("a.pdf".into(), "/nowhere".into())]);
        let found = Found {
            path: "a.pdf".into(),
            bytes: 300 << 20,
            fate: Fate::Read(Handle::File("/nowhere".into())),
        };
        let limits = ImportLimits {
            entries_max: 1,
            all_bytes_max: 1,
            ratio_max: 1,
            extraction: ExtractionLimits::default(),
        };
        let said = material.read(&found, &limits).await.expect_err("too large");
        assert!(said.contains("314572800"), "{said}");
    }
}
