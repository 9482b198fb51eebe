//! A file on its way into the cache.
//!
//! Bytes are appended to `NAME.partial` and hashed as they pass, so that an interrupted download goes on where it
//! stopped, whichever source it goes on with. Only a file of the right length and checksum ever gets its real name.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::installed::{hash_into, partial_path};
use super::{DiskError, SourceError};
use crate::engine::catalog::CatalogFile;

/// Exclusive by the folder's lock: no other process appends at the same time.
pub(super) struct Partial {
    pub(super) spec: CatalogFile,
    path: PathBuf,
    target: PathBuf,
    file: File,
    hasher: Sha256,
    written_bytes: u64,
}

/// A point in a file on its way; see `Partial::mark`.
pub(super) struct Mark {
    hasher: Sha256,
    written_bytes: u64,
}

impl Partial {
    /// Opens what an earlier try has left, or begins.
    pub(super) fn open(directory: &Path, spec: &CatalogFile) -> Result<Partial, DiskError> {
        let path = partial_path(directory, spec);
        let disk = |source| DiskError {
            path: path.clone(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(disk)?;
        let mut partial = Partial {
            spec: spec.clone(),
            target: directory.join(&spec.name),
            path: path.clone(),
            file,
            hasher: Sha256::new(),
            written_bytes: 0,
        };
        partial.written_bytes = hash_into(&mut partial.hasher, &mut partial.file).map_err(disk)?;
        if partial.written_bytes > spec.bytes {
            partial.restart()?;
        }
        Ok(partial)
    }

    pub(super) fn written_bytes(&self) -> u64 {
        self.written_bytes
    }

    pub(super) fn remaining_bytes(&self) -> u64 {
        self.spec.bytes - self.written_bytes
    }

    pub(super) fn is_complete(&self) -> bool {
        self.remaining_bytes() == 0
    }

    /// Adds bytes at the end; more than the file may have are refused.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let length = self.written_bytes + bytes.len() as u64;
        if length > self.spec.bytes {
            self.restart()?;
            return Err(self.wrong_length(length));
        }
        self.file.write_all(bytes).map_err(|source| self.disk(source))?;
        self.hasher.update(bytes);
        self.written_bytes = length;
        Ok(())
    }

    /// Forgets what is there and begins again.
    pub(super) fn restart(&mut self) -> Result<(), DiskError> {
        let emptied = self
            .file
            .set_len(0)
            .and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(|source| self.disk(source))?;
        self.hasher = Sha256::new();
        self.written_bytes = 0;
        Ok(())
    }

    /// Gives a complete file its real name, once it is safely on the disk. Wrong bytes are forgotten instead.
    pub(super) fn finish(&mut self) -> Result<(), SourceError> {
        if !self.is_complete() {
            return Err(self.wrong_length(self.written_bytes));
        }
        let got = hex::encode(self.hasher.finalize_reset());
        if got != self.spec.sha256 {
            self.restart()?;
            let (file, expected) = (self.spec.name.clone(), self.spec.sha256.clone());
            return Err(SourceError::WrongHash { file, expected, got });
        }
        let renamed = self
            .file
            .sync_all()
            .and_then(|()| std::fs::rename(&self.path, &self.target));
        renamed
            .and_then(|()| self.sync_directory())
            .map_err(|source| self.disk(source))?;
        Ok(())
    }

    /// Remembers this point, for `go_back`.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            hasher: self.hasher.clone(),
            written_bytes: self.written_bytes,
        }
    }

    /// Forgets what came after a mark.
    pub(super) fn go_back(&mut self, mark: Mark) -> Result<(), DiskError> {
        let cut = self.file.set_len(mark.written_bytes);
        cut.and_then(|()| self.file.seek(SeekFrom::End(0)))
            .map_err(|source| self.disk(source))?;
        self.hasher = mark.hasher;
        self.written_bytes = mark.written_bytes;
        Ok(())
    }

    pub(super) fn wrong_length(&self, got_bytes: u64) -> SourceError {
        SourceError::WrongLength {
            file: self.spec.name.clone(),
            expected_bytes: self.spec.bytes,
            got_bytes,
        }
    }

    /// A rename is only as durable as the folder it happened in.
    fn sync_directory(&self) -> std::io::Result<()> {
        self.target
            .parent()
            .map_or(Ok(()), |directory| File::open(directory)?.sync_all())
    }

    fn disk(&self, source: std::io::Error) -> DiskError {
        DiskError {
            path: self.path.clone(),
            source,
        }
    }
}

impl Drop for Partial {
    /// An empty file holds nothing worth going on with.
    fn drop(&mut self) {
        if self.written_bytes == 0 {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
