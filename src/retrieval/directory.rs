//! The index's directory: one sub-directory for each generation, and a file that says which of them is searched. A new generation
//! is filled beside the one in use and takes its place in one step, so that a crash leaves one or the other, never a half.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Sub-directories begin with this; only those are ever removed.
const PREFIX: &str = "passages-";
/// Holds the name of the generation in use.
const CURRENT: &str = "current";
/// Locked by the process that fills a generation.
const BUILDING: &str = "building.lock";
/// So many digits of the stamp are part of the names.
const STAMP_DIGITS: usize = 16;

pub(super) struct Directory {
    path: PathBuf,
    /// What the names of generations that this program can use begin with.
    ours: String,
}

/// Held while a generation is being filled; another process neither fills one nor removes it.
pub(super) struct Building(File);

impl Directory {
    pub fn new(path: &Path, stamp: &str) -> Self {
        let digits = stamp.get(..STAMP_DIGITS).unwrap_or(stamp);
        Self {
            path: path.to_owned(),
            ours: format!("{PREFIX}{digits}-"),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn path_of(&self, generation: &str) -> PathBuf {
        self.path.join(generation)
    }

    /// The generation in use, if it is one that this program can use.
    pub fn current(&self) -> Option<String> {
        let name = fs::read_to_string(self.path.join(CURRENT)).ok()?;
        let name = name.trim();
        (self.number(name).is_some() && self.path_of(name).is_dir()).then(|| name.to_owned())
    }

    /// The newest generation that was begun and can be used, whether it was finished or not.
    pub fn newest(&self) -> Option<String> {
        let names = self.generations().into_iter();
        names
            .filter_map(|name| Some((self.number(&name)?, name)))
            .max()
            .map(|(_, name)| name)
    }

    /// A name that no generation has.
    pub fn fresh(&self) -> String {
        let numbers = self
            .generations()
            .into_iter()
            .filter_map(|name| self.number(&name));
        format!("{}{}", self.ours, numbers.max().map_or(1, |number| number + 1))
    }

    /// Puts a generation into use. What was in use before stays until [`Directory::remove_others`].
    pub fn make_current(&self, generation: &str) -> io::Result<()> {
        let beside = self.path.join(format!("{CURRENT}.new"));
        let mut file = File::create(&beside)?;
        writeln!(file, "{generation}")?;
        file.sync_all()?;
        fs::rename(beside, self.path.join(CURRENT))?;
        File::open(&self.path)?.sync_all()
    }

    /// Removes all other generations, also those of other programs' stamps, unless a process is filling one. What cannot be removed costs disk
    /// space and nothing else.
    pub fn remove_others(&self, keep: &str) {
        if let Ok(Some(_building)) = self.begin() {
            self.remove_all_but(keep);
        }
    }

    /// The same for the process that holds the lock.
    pub fn remove_others_while(&self, _: &Building, keep: &str) {
        self.remove_all_but(keep);
    }

    fn remove_all_but(&self, keep: &str) {
        for name in self.generations().iter().filter(|name| *name != keep) {
            let path = self.path_of(name);
            if let Err(cause) = fs::remove_dir_all(&path) {
                tracing::warn!(path = %path.display(), %cause, "an outdated index could not be removed");
            }
        }
    }

    /// Begins to fill a generation; nothing if another process is at it.
    pub fn begin(&self) -> io::Result<Option<Building>> {
        fs::create_dir_all(&self.path)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.join(BUILDING))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Building(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(cause)) => Err(cause),
        }
    }

    fn generations(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with(PREFIX)).collect()
    }

    fn number(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&self.ours)?.parse().ok()
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        // Closing the file would do; saying it keeps the next line of the caller from depending on when that happens.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(directory: &Directory) -> String {
        let name = directory.fresh();
        fs::create_dir_all(directory.path_of(&name)).expect("a directory");
        name
    }

    #[test]
    fn a_generation_is_in_use_only_after_it_was_put_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = Directory::new(folder.path(), "0123456789abcdef0123");
        assert_eq!((directory.current(), directory.newest()), (None, None));
        let first = begun(&directory);
        assert_eq!(directory.current(), None);
        directory.make_current(&first).expect("written");
        let second = begun(&directory);
        assert_ne!(first, second);
        assert_eq!(directory.current(), Some(first.clone()));
        assert_eq!(directory.newest(), Some(second.clone()));
        directory.make_current(&second).expect("written");
        directory.remove_others(&second);
        assert!(!directory.path_of(&first).exists());
        assert_eq!(directory.current(), Some(second));
    }

    #[test]
    fn what_another_process_fills_is_not_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = Directory::new(folder.path(), "a");
        let (live, filled) = (begun(&directory), begun(&directory));
        let building = directory.begin().expect("can be locked").expect("free");
        assert!(directory.begin().expect("can be asked").is_none());
        directory.remove_others(&live);
        assert!(directory.path_of(&filled).exists());
        drop(building);
        directory.remove_others(&live);
        assert!(!directory.path_of(&filled).exists());
    }

    #[test]
    fn generations_of_another_stamp_are_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = Directory::new(folder.path(), "old");
        let name = begun(&old);
        old.make_current(&name).expect("written");
        let new = Directory::new(folder.path(), "new");
        assert_eq!((new.current(), new.newest()), (None, None));
        fs::write(folder.path().join(CURRENT), "../elsewhere").expect("written");
        assert_eq!(new.current(), None);
    }
}
