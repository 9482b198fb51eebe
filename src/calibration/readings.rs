//! What the drafting model answers about each example, kept in a file so that a second fit takes seconds.
//!
//! The file has one JSON object a line; lines of another model, prompt or example are simply not found again. An
//! interrupted run goes on where it stopped.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::examples::Example;
use crate::drafting::{DraftingSettings, PROMPT_VERSION, SupportReadings, is_passage, support_readings};
use crate::engine::{Cancel, Engine, EngineError};

#[derive(Debug, thiserror::Error)]
pub enum ReadingsError {
    #[error("the model's answers cannot be kept in {}; those so far are kept", path.display())]
    Cache {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the drafting model cannot be asked; answers so far are kept, run the command again to go on")]
    Engine(#[from] EngineError),
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    readings: SupportReadings,
}

/// The answers about the examples, in their order, from the file or from the model. It is not asked about claims that
/// cite a passage: the words judge them as well, and a passage takes long to read. `tell` hears how many of how many
/// examples are done.
pub async fn readings(
    engine: &Engine,
    settings: &DraftingSettings,
    examples: &[Example],
    path: &Path,
    tell: &dyn Fn(usize, usize),
) -> Result<Vec<Option<SupportReadings>>, ReadingsError> {
    let model = engine.ready().await?.file_sha256;
    let mut known = read(path)?;
    let mut file = append_to(path)?;
    let settings = Arc::new(settings.clone());
    let mut all = Vec::with_capacity(examples.len());
    for (done, example) in examples.iter().enumerate() {
        let cited: Vec<&str> = example.evidence.iter().map(String::as_str).collect();
        tell(done + 1, examples.len());
        if is_passage(&cited) {
            all.push(None);
            continue;
        }
        let key = key(&model, example);
        let readings = match known.remove(&key) {
            Some(readings) => readings,
            None => {
                let readings = ask(engine, settings.clone(), example.clone()).await?;
                keep(
                    &mut file,
                    &Line {
                        key,
                        readings: readings.clone(),
                    },
                )
                .map_err(|source| at(path, source))?;
                readings
            }
        };
        all.push(Some(readings));
    }
    Ok(all)
}

async fn ask(
    engine: &Engine,
    settings: Arc<DraftingSettings>,
    example: Example,
) -> Result<SupportReadings, EngineError> {
    let job = move |session: &mut crate::engine::Session| {
        let cited: Vec<&str> = example.evidence.iter().map(String::as_str).collect();
        support_readings(session, &example.claim, &cited, &settings)
    };
    engine.run(Cancel::new(), job).await
}

fn key(model: &str, example: &Example) -> String {
    let mut hash = Sha256::new();
    for part in [model, PROMPT_VERSION, &example.claim]
        .into_iter()
        .chain(example.evidence.iter().map(String::as_str))
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

fn read(path: &Path) -> Result<BTreeMap<String, SupportReadings>, ReadingsError> {
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let text = fs::read_to_string(path).map_err(|source| at(path, source))?;
    // A line cut off by an interruption is asked again.
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok());
    Ok(lines.map(|line| (line.key, line.readings)).collect())
}

fn append_to(path: &Path) -> Result<File, ReadingsError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|source| at(path, source))?;
    }
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map_err(|source| at(path, source))
}

fn keep(file: &mut File, line: &Line) -> std::io::Result<()> {
    // The newline comes first: after a line that was cut off, this one still begins on its own.
    let json = serde_json::to_string(line)?;
    file.write_all(format!("\n{json}").as_bytes())
}

fn at(path: &Path, source: std::io::Error) -> ReadingsError {
    ReadingsError::Cache {
        path: path.to_owned(),
        source,
    }
}
