//! `countersign models`: the catalog, and the weights on this machine.

use std::path::PathBuf;

use serde_json::json;

use super::arguments::{ModelsCommand, Place};
use super::terminal::{Failure, print, print_json, progress, table};
use crate::config::Config;
use crate::engine::catalog::{Catalog, CatalogEntry};
use crate::engine::pull::{
    ModelFiles, add_file, added_models, cache_dir, locate, pull, stderr_progress, verify,
};

pub async fn run(place: &Place, command: ModelsCommand) -> Result<(), Failure> {
    match command {
        ModelsCommand::List => list(place),
        ModelsCommand::Pull { id } => {
            let config = Config::load(place.config.as_deref(), &place.data)?;
            let ids = id.map_or_else(|| defaults(&config), |id| vec![id]);
            fetch(ids).await
        }
        ModelsCommand::Verify => check(place).await,
        ModelsCommand::Add { file } => add(file).await,
    }
}

/// The models that the settings name.
pub fn defaults(config: &Config) -> Vec<String> {
    vec![config.models.embedding.clone(), config.models.drafting.clone()]
}

fn catalog() -> Result<Catalog, Failure> {
    Ok(Catalog::embedded()?.with_added(added_models(&cache_dir())?))
}

fn list(place: &Place) -> Result<(), Failure> {
    let cache = cache_dir();
    let catalog = catalog()?;
    let rows: Vec<(&CatalogEntry, bool)> = catalog
        .entries()
        .iter()
        .map(|entry| (entry, locate(entry, &cache).is_ok()))
        .collect();
    if place.json {
        let entry = |(entry, here): &(&CatalogEntry, bool)| {
            json!({ "id": entry.id, "role": entry.role, "name": entry.name, "licence": entry.licence,
                    "bytes": entry.total_bytes(), "here": here })
        };
        return print_json(&rows.iter().map(entry).collect::<Vec<_>>());
    }
    let mut lines = vec![["id", "role", "MiB", "here", "name"].map(String::from).to_vec()];
    for (entry, here) in rows {
        let mib = entry.total_bytes() / (1024 * 1024);
        let here = if here { "yes" } else { "no" };
        lines.push(vec![
            entry.id.clone(),
            role_name(entry),
            mib.to_string(),
            here.into(),
            entry.name.clone(),
        ]);
    }
    print(&table(&lines))?;
    print(&format!("Weights are kept in {}.", cache.display()))
}

fn role_name(entry: &CatalogEntry) -> String {
    json!(entry.role).as_str().unwrap_or_default().to_owned()
}

/// Fetches what is missing of these models, one after the other.
pub async fn fetch(ids: Vec<String>) -> Result<(), Failure> {
    let catalog = catalog()?;
    let cache = cache_dir();
    for id in ids {
        let entry = catalog.entry(&id)?.clone();
        if locate(&entry, &cache).is_ok() {
            progress(&format!("{id} is here already."));
            continue;
        }
        let cache = cache.clone();
        let files =
            blocking(move || pull(&entry, &cache, stderr_progress().as_mut()).map_err(Failure::from)).await?;
        progress(&format!("{id} is complete: {}.", in_words(&files)));
    }
    Ok(())
}

fn in_words(files: &ModelFiles) -> String {
    let names: Vec<String> = files
        .files
        .iter()
        .map(|file| file.path.display().to_string())
        .collect();
    names.join(", ")
}

async fn check(place: &Place) -> Result<(), Failure> {
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let catalog = catalog()?;
    let wanted = defaults(&config);
    let mut bad = 0;
    for entry in catalog.entries().to_vec() {
        let cache = cache_dir();
        let here = locate(&entry, &cache).is_ok() || cache.join(&entry.id).exists();
        if !here && !wanted.contains(&entry.id) {
            continue;
        }
        progress(&format!("checking {} …", entry.id));
        let id = entry.id.clone();
        match blocking(move || Ok(verify(&entry, &cache))).await? {
            Ok(_) => print(&format!("{id}: complete, every SHA-256 as in the catalog"))?,
            Err(error) => {
                bad += 1;
                print(&format!("{id}: {error}"))?;
            }
        }
    }
    if bad > 0 {
        return Err(Failure::new(format!(
            "{bad} of the models can't be used; `countersign models pull` fetches them."
        )));
    }
    Ok(())
}

async fn add(file: PathBuf) -> Result<(), Failure> {
    let catalog = catalog()?;
    let entry = blocking(move || add_file(&file, &catalog, &cache_dir()).map_err(Failure::from)).await?;
    print(&format!(
        "Added {}. To draft with it, set models.drafting = \"{}\" in the settings.",
        entry.id, entry.id
    ))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::new("The work stopped before it was done; try again."))?
}
