//! The application: what every use case needs at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore, broadcast};

use super::error::WorkflowError;
use super::models::Models;
use crate::config::Config;
use crate::ids::ItemId;
use crate::store::Store;

/// Progress events a slow reader may lag behind; it then reads them from the database.
const PROGRESS_BACKLOG: usize = 256;

#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub config: Arc<Config>,
    pub data: Arc<PathBuf>,
    pub models: Models,
    /// Tells followers of an item that progress with this number was stored.
    pub progress: broadcast::Sender<(ItemId, u64)>,
    /// One change of the index at a time.
    pub(super) indexing: Arc<Mutex<()>>,
    /// How many more imports this process takes from its pages.
    pub(super) imports_taken: Arc<Semaphore>,
    /// One of them is carried out at a time.
    pub(super) importing: Arc<Mutex<()>>,
}

/// Imports that a process holds at once, the one under way among them.
pub(super) const IMPORTS_MAX: usize = 4;

/// What a process needs of the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Load the drafting model.
    pub drafting: bool,
    /// Load the embedding model and the index.
    pub search: bool,
}

impl App {
    /// Opens the data directory and its database; models and index load in the background.
    pub async fn open(config: Config, data: &Path, options: Options) -> Result<App, WorkflowError> {
        make_data_directory(data)?;
        let url = match config.database.url.as_str() {
            "" => format!("sqlite:{}", data.join("countersign.db").display()),
            url => url.to_owned(),
        };
        let store = Store::open(&url).await?;
        let models = Models::start(&config, data, options);
        let (progress, _) = broadcast::channel(PROGRESS_BACKLOG);
        Ok(App {
            store,
            config: Arc::new(config),
            data: Arc::new(data.to_path_buf()),
            models,
            progress,
            indexing: Arc::new(Mutex::new(())),
            imports_taken: Arc::new(Semaphore::new(IMPORTS_MAX)),
            importing: Arc::new(Mutex::new(())),
        })
    }
}

fn make_data_directory(data: &Path) -> Result<(), WorkflowError> {
    let probe = data.join(".writable");
    let made = std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    made.map_err(|reason| {
        WorkflowError::Unavailable(format!(
            "The data directory {} can't be written ({reason}); choose another with --data or change its permissions.",
            data.display()
        ))
    })
}
