//! Why an evaluation stopped. Each line says what to do; what was measured until then is kept.

use std::path::PathBuf;

use crate::corpus::ExtractionError;
use crate::drafting::DraftingError;
use crate::engine::EngineError;
use crate::retrieval::IndexError;

#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    #[error(
        "{} holds none of the known sets ({known}); name the folder that holds folders with these names",
        dir.display()
    )]
    NoSets { dir: PathBuf, known: String },
    #[error("there is no set \"{name}\"; the known ones are {known}")]
    UnknownSet { name: String, known: String },
    #[error("{} cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{}, line {line}, is not what the set's layout says: {reason}", path.display())]
    Malformed {
        path: PathBuf,
        line: usize,
        reason: String,
    },
    #[error("{} cannot be written; choose another folder with --out", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Drafting(#[from] DraftingError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Extractor(ExtractionError),
    #[error("a part of the evaluation stopped unexpectedly")]
    Stopped(#[from] tokio::task::JoinError),
    #[error("interrupted; what was measured is kept in {}, and the same command goes on from there", kept.display())]
    Interrupted { kept: PathBuf },
}
