//! A ZIP as the server sees it: a list of what it says it holds, and one file of it at a time.
//!
//! The archive is opened in a child process, like every other stranger's file: its directory can be made to need all
//! memory there is, and its streams to unpack without end. The child gets the open file as its standard input and can
//! open no other; what it unpacks comes back through a pipe that the server stops reading at the limit. One child for
//! each file costs some milliseconds beside the child that reads the file's text, and a damaged entry costs only itself.

use std::fs::File;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::material::ImportLimits;
use crate::corpus::extract::{child_command, read_bounded};

/// What the list of an archive's entries may be as JSON.
const LIST_BYTES_MAX: u64 = 16 << 20;
/// What the child answers with before the bytes of an entry.
pub(super) const HERE: u8 = b'+';

/// Why an archive, or a file in it, was not read.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum ArchiveError {
    #[error(
        "The ZIP is damaged or is none ({0}). Make it again from the files, or add the files without packing them."
    )]
    Damaged(String),
    #[error("The ZIP holds {entries} entries; at most {entries_max} are taken at once. Split it.")]
    TooManyEntries { entries: u64, entries_max: u64 },
    #[error(
        "it unpacks to more than {bytes_max} bytes, which no document has. Split the document, or take large pictures out"
    )]
    TooLarge { bytes_max: u64 },
    #[error(
        "it unpacks to far more than it is packed as, as a ZIP bomb does, so it was not read. If it is a document, add \
         it without packing it"
    )]
    Bomb,
    #[error(
        "it is packed in a way that is not read here. Make the ZIP again with the usual compression (Deflate)"
    )]
    Packing,
    #[error("it can't be unpacked ({0}). Make the ZIP again, or add the file without packing it")]
    Broken(String),
    #[error("unpacking it took longer than {seconds_max} seconds. Add the file without packing it")]
    TimedOut { seconds_max: u64 },
    #[error("the unpacking stopped ({0}). Make the ZIP again, or add the file without packing it")]
    Crashed(String),
    #[error(
        "The unpacker could not be started or reached; the file itself may be fine. Try again, and tell the administrator if it stays so."
    )]
    #[serde(skip)]
    Child(#[source] io::Error),
}

/// What the child is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ArchiveOrder {
    pub limits: ImportLimits,
    /// The place of the entry to unpack; without one, the entries are listed.
    pub entry: Option<usize>,
}

/// One entry of the archive's own list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packed {
    pub name: String,
    /// What it says it unpacks to.
    pub bytes: u64,
    pub packed_bytes: u64,
    pub kind: PackedKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PackedKind {
    File,
    Folder,
    Link,
    Encrypted,
}

/// What the archive says it holds, in its own order.
pub(super) async fn list(file: &File, limits: &ImportLimits) -> Result<Vec<Packed>, ArchiveError> {
    let order = ArchiveOrder {
        limits: *limits,
        entry: None,
    };
    let answer = ask(file, &order, LIST_BYTES_MAX).await?;
    serde_json::from_slice(&answer).map_err(|_| ArchiveError::Crashed("its list could not be read".into()))
}

/// The bytes of one entry.
pub(super) async fn unpack(
    file: &File,
    entry: usize,
    limits: &ImportLimits,
) -> Result<Vec<u8>, ArchiveError> {
    let order = ArchiveOrder {
        limits: *limits,
        entry: Some(entry),
    };
    ask(file, &order, limits.extraction.bytes_max).await
}

async fn ask(file: &File, order: &ArchiveOrder, bytes_max: u64) -> Result<Vec<u8>, ArchiveError> {
    let seconds_max = order.limits.extraction.seconds_max;
    let order = serde_json::to_string(order).map_err(|error| ArchiveError::Child(error.into()))?;
    let input = file.try_clone().map_err(ArchiveError::Child)?;
    let mut child = child_command("archive-child")
        .map_err(ArchiveError::Child)?
        .arg(order)
        .stdin(Stdio::from(input))
        .spawn()
        .map_err(ArchiveError::Child)?;
    let missing = || ArchiveError::Child(io::Error::other("the unpacker has no pipes"));
    let stdout = child.stdout.take().ok_or_else(missing)?;
    let stderr = child.stderr.take().ok_or_else(missing)?;
    let talk = async {
        let (answer, last_words) = tokio::join!(
            read_bounded(stdout, bytes_max.saturating_add(1)),
            read_bounded(stderr, 4_096)
        );
        Ok::<_, io::Error>((answer?, last_words?, child.wait().await?))
    };
    let talked = tokio::time::timeout(Duration::from_secs(seconds_max.saturating_add(1)), talk).await;
    let Ok(talked) = talked else {
        // Dropping the child kills it.
        return Err(ArchiveError::TimedOut { seconds_max });
    };
    let (mut answer, last_words, status) = talked.map_err(ArchiveError::Child)?;
    if answer.len() as u64 > bytes_max.saturating_add(1) {
        return Err(ArchiveError::TooLarge { bytes_max });
    }
    if !status.success() {
        let words = String::from_utf8_lossy(&last_words);
        let words = words.lines().next().unwrap_or_default().trim();
        let how = if words.is_empty() {
            status.to_string()
        } else {
            words.to_owned()
        };
        return Err(ArchiveError::Crashed(how));
    }
    if answer.first() == Some(&HERE) {
        answer.remove(0);
        return Ok(answer);
    }
    let refused = serde_json::from_slice(&answer);
    Err(refused.unwrap_or_else(|_| ArchiveError::Crashed("its answer could not be read".into())))
}
