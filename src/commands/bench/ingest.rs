//! How fast files become documents that can be searched: read, stored, approved, indexed, embedded.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::made_up::MadeUpVectors;
use super::retrieval::{DOCUMENTS_AT_ONCE, temporary_folder};
use crate::accounts::{Role, Roles};
use crate::commands::adding::{approve, files_of};
use crate::commands::opening::{DATABASE_ONLY, caller};
use crate::commands::terminal::{Failure, progress};
use crate::config::Config;
use crate::retrieval::{Embedding, Index, IndexedVersion};
use crate::workflow::{App, NewDocument, add_document, ensure_person};

#[derive(Debug, Serialize)]
pub struct Measured {
    documents: usize,
    refused: usize,
    passages: usize,
    /// Reading each file in a process of its own, storing and approving it.
    read_s: f64,
    index_s: f64,
    embed_s: Option<f64>,
    documents_per_s_without_embedding: f64,
    documents_per_s: Option<f64>,
}

impl Measured {
    /// A row for each figure: its name, the value with its unit.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        rows.push((
            "files taken in",
            format!(
                "{} ({} refused), {} passages",
                self.documents, self.refused, self.passages
            ),
        ));
        rows.push((
            "taking in, all but embedding",
            format!("{:.1} documents a second", self.documents_per_s_without_embedding),
        ));
        if let Some(rate) = self.documents_per_s {
            rows.push(("taking in, all", format!("{rate:.2} documents a second")));
        }
        rows
    }
}

/// Takes the files of a folder in as the product does, one after the other, into an empty district of its own.
pub async fn measure(
    mut config: Config,
    folder: &Path,
    model: Option<Arc<dyn Embedding>>,
) -> Result<Measured, Failure> {
    let files = files_of(&[folder.to_owned()]).await?;
    let data = temporary_folder()?;
    // The settings may name a district's real database.
    config.database.url.clear();
    let app = App::open(config, data.path(), DATABASE_ONLY).await?;
    let roles = Roles::from([Role::SourceOwner]);
    let adder = caller(ensure_person(&app, "First", "first@bench.example", roles.clone(), None).await?);
    let approver = caller(ensure_person(&app, "Second", "second@bench.example", roles, None).await?);
    let (mut versions, mut refused) = (Vec::new(), 0);
    let started = Instant::now();
    for file in &files {
        match add_document(&app, &adder, new_document(file)?).await {
            Ok(added) => {
                approve(&app, &approver, &added.version, true).await?;
                versions.push(added.version);
            }
            Err(_) => refused += 1,
        }
    }
    let read_s = started.elapsed().as_secs_f64();
    let mut indexed = Vec::new();
    for version in &versions {
        let Some(stored) = app.store.version(version).await? else {
            continue;
        };
        indexed.push(IndexedVersion {
            version: version.clone(),
            document: stored.row.document.clone(),
            title: stored.row.file_name.clone(),
            owner: "District office".to_owned(),
            text: stored.text,
            passages: stored.passages,
        });
    }
    let passages = indexed.iter().map(|one| one.passages.len()).sum();
    let indexed = Arc::new(indexed);
    let index_s = index_all(indexed.clone(), Arc::new(MadeUpVectors::beside(None))).await?;
    let embed_s = match model {
        Some(model) => Some((index_all(indexed, model).await? - index_s).max(0.0)),
        None => None,
    };
    let count = versions.len() as f64;
    progress(&format!(
        "{} documents read in {read_s:.1} s, put into the index in {index_s:.1} s",
        versions.len()
    ));
    Ok(Measured {
        documents: versions.len(),
        refused,
        passages,
        read_s,
        index_s,
        embed_s,
        documents_per_s_without_embedding: count / (read_s + index_s),
        documents_per_s: embed_s.map(|embed_s| count / (read_s + index_s + embed_s)),
    })
}

async fn index_all(
    versions: Arc<Vec<IndexedVersion>>,
    embedding: Arc<dyn Embedding>,
) -> Result<f64, Failure> {
    tokio::task::spawn_blocking(move || {
        let folder = temporary_folder()?;
        let started = Instant::now();
        let index = Index::open(folder.path(), embedding)?;
        for some in versions.chunks(DOCUMENTS_AT_ONCE) {
            index.add_all(some)?;
        }
        Ok(started.elapsed().as_secs_f64())
    })
    .await?
}

fn new_document(file: &PathBuf) -> Result<NewDocument, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(format!("{} can't be read: {error}.", file.display())))?;
    let name = file.file_name().unwrap_or_default();
    Ok(NewDocument {
        bytes,
        file_name: name.to_string_lossy().into_owned(),
        ..NewDocument::default()
    })
}
