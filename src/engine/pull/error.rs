//! What can go wrong while fetching a model, told so that somebody without this code can act on it.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use super::VerifyError;

/// The model is not in the cache.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error(
        "not enough space in {}: {needed_bytes} bytes are needed and {free_bytes} are free; \
         make room, or name another folder in COUNTERSIGN_MODELS",
        path.display()
    )]
    NoSpace {
        path: PathBuf,
        needed_bytes: u64,
        free_bytes: u64,
    },
    #[error(transparent)]
    Cache(#[from] DiskError),
    #[error(
        "the model {id} was added from a file that is no longer in the cache; run `countersign models add FILE` again"
    )]
    NoSources { id: String },
    #[error(
        "the model {id} could not be fetched: {}; {kept_bytes} bytes are kept, and \
         `countersign models pull {id}` goes on from there",
        list(attempts)
    )]
    AllSourcesFailed {
        id: String,
        attempts: Vec<Attempt>,
        kept_bytes: u64,
    },
    #[error("the model was fetched, but it cannot be read back")]
    Check(#[source] VerifyError),
}

/// One source that did not give the model, and why.
#[derive(Debug)]
pub struct Attempt {
    pub source: String,
    pub error: SourceError,
}

/// Why one source did not give the model.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("answered {status} for {file}")]
    Refused { file: String, status: u16 },
    #[error("the connection ended after {done_bytes} of {total_bytes} bytes of {file}")]
    Interrupted {
        file: String,
        done_bytes: u64,
        total_bytes: u64,
        #[source]
        source: Option<reqwest::Error>,
    },
    #[error("has a {file} of {got_bytes} bytes instead of {expected_bytes}")]
    WrongLength {
        file: String,
        expected_bytes: u64,
        got_bytes: u64,
    },
    #[error("gave a {file} with SHA-256 {got} instead of {expected}, which was not kept")]
    WrongHash {
        file: String,
        expected: String,
        got: String,
    },
    #[error("needs pip, and none of {tried} works here")]
    NoPip { tried: String },
    #[error("`pip download {package}` failed: {last_line}")]
    PipFailed { package: String, last_line: String },
    #[error("`pip download {package}` took longer than {limit_minutes} minutes")]
    PipTimedOut { package: String, limit_minutes: u64 },
    #[error("the wheel of {package} cannot be used: {problem}")]
    BadWheel { package: String, problem: String },
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// The cache's disk did not do its part.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written; check its permissions and the disk", path.display())]
pub struct DiskError {
    pub path: PathBuf,
    #[source]
    pub source: std::io::Error,
}

impl fmt::Display for Attempt {
    /// With its causes in the same line, for the reason is at the bottom of the chain ("no route to host").
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.error)?;
        let mut cause = self.error.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

fn list(attempts: &[Attempt]) -> String {
    attempts
        .iter()
        .map(Attempt::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
