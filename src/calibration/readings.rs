//! What the drafting model answers about each example.

use std::path::Path;
use std::sync::Arc;

use super::examples::Example;
use super::kept::{Kept, KeptError, key};
use crate::drafting::{DraftingSettings, PROMPT_VERSION, SupportReadings, is_passage, support_readings};
use crate::engine::{Cancel, Engine, EngineError, Session};

/// The answers about the examples, in their order, from the file or from the model. It is not asked about claims that
/// cite a passage: the words judge them as well, and a passage takes long to read. `tell` hears how many of how many
/// examples are done.
pub async fn readings(
    engine: &Engine,
    settings: &DraftingSettings,
    examples: &[Example],
    path: &Path,
    tell: &dyn Fn(usize, usize),
) -> Result<Vec<Option<SupportReadings>>, KeptError> {
    let model = engine.ready().await?.file_sha256;
    let mut kept = Kept::open(path)?;
    let settings = Arc::new(settings.clone());
    let mut all = Vec::with_capacity(examples.len());
    for (done, example) in examples.iter().enumerate() {
        let cited: Vec<&str> = example.evidence.iter().map(String::as_str).collect();
        tell(done + 1, examples.len());
        if is_passage(&cited) {
            all.push(None);
            continue;
        }
        let key = key([&model, PROMPT_VERSION, &example.claim].into_iter().chain(cited));
        let readings = match kept.take(&key) {
            Some(readings) => readings,
            None => kept.keep(key, ask(engine, settings.clone(), example.clone()).await?)?,
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
    let job = move |session: &mut Session| {
        let cited: Vec<&str> = example.evidence.iter().map(String::as_str).collect();
        support_readings(session, &example.claim, &cited, &settings)
    };
    engine.run(Cancel::new(), job).await
}
