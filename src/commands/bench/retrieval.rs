//! How fast passages are found, and what a library of a given size costs: building it, holding it, adding to it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::ingest;
use super::machine;
use super::made_up::{Library, MadeUpVectors, PASSAGES_PER_DOCUMENT};
use crate::commands::arguments::{BenchRetrievalArguments, Place};
use crate::commands::sample_district::answerable_questions;
use crate::commands::terminal::{Failure, progress};
use crate::config::Config;
use crate::ids::VersionId;
use crate::retrieval::{Embedding, Index, IndexedVersion, SourcesInForce, content_sha256};
use crate::workflow::load_embedding;

/// Documents put into the index under one commit while the library is built.
pub(super) const DOCUMENTS_AT_ONCE: usize = 40;
const HITS: usize = 10;
const CANDIDATES: usize = 200;
/// Texts that the embedding model reads to have its speed measured, each longer than what it takes in.
const EMBEDDED_TEXTS: usize = 48;
const EMBEDDED_WORDS: usize = 400;
/// The runs of one measurement: what disturbs a run only ever slows it down.
const RUNS: usize = 3;

#[derive(Debug, Serialize)]
pub struct Report {
    threads: usize,
    passages: usize,
    documents: usize,
    /// None where no made-up library was asked for.
    library: Option<MeasuredLibrary>,
    /// None where the model is not on this machine.
    embedding: Option<MeasuredEmbedding>,
    ingest: Option<ingest::Measured>,
}

#[derive(Debug, Serialize)]
struct MeasuredLibrary {
    build_s: f64,
    documents_per_s: f64,
    open_s: f64,
    /// All that the process holds after the searches, its program and the embedding model with it.
    resident_bytes: Option<u64>,
    /// How much of that came with the index and its vectors.
    index_bytes: Option<u64>,
    disk_bytes: u64,
    /// With made-up question vectors.
    search: Latency,
    /// With the embedding model reading the question.
    search_with_model: Option<Latency>,
    /// One document of so many passages, from the call until a search finds it.
    added_passages: usize,
    add_s: Vec<f64>,
    /// Of these, with the model embedding the document.
    add_with_model_s: Option<f64>,
    remove_s: f64,
}

#[derive(Debug, Serialize)]
struct Latency {
    searches: usize,
    median_ms: f64,
    p95_ms: f64,
    slowest_ms: f64,
}

#[derive(Debug, Serialize)]
struct MeasuredEmbedding {
    texts: Vec<String>,
    /// Of the first text, so that another program can show that it computes the same.
    first_vector: Vec<f32>,
    passages_per_s: f64,
    question_ms: f64,
}

/// All that was asked for; nothing where the library was only to be built.
pub async fn run(place: &Place, arguments: BenchRetrievalArguments) -> Result<Option<Report>, Failure> {
    if let Some(folder) = &arguments.build_into {
        build(arguments.passages, folder)?;
        return Ok(None);
    }
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let model = match load_embedding(&config.models.embedding) {
        Ok(model) => Some(model),
        Err(reason) => {
            progress(&format!("without the embedding model: {reason}"));
            None
        }
    };
    let embedding = match &model {
        Some(model) => Some(measure_embedding(model.as_ref())?),
        None => None,
    };
    let ingest = match &arguments.documents {
        Some(folder) => Some(ingest::measure(config, folder, model.clone()).await?),
        None => None,
    };
    let documents = arguments.passages.div_ceil(PASSAGES_PER_DOCUMENT);
    let library = match documents {
        0 => None,
        documents => Some(
            tokio::task::spawn_blocking(move || measure_library(documents, arguments.searches, model))
                .await??,
        ),
    };
    Ok(Some(Report {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        passages: documents * PASSAGES_PER_DOCUMENT,
        documents,
        library,
        embedding,
        ingest,
    }))
}

fn measure_embedding(model: &dyn Embedding) -> Result<MeasuredEmbedding, Failure> {
    let library = Library::new();
    let texts: Vec<String> = (0..EMBEDDED_TEXTS)
        .map(|number| library.text(number, EMBEDDED_WORDS))
        .collect();
    let whole: Vec<&str> = texts.iter().map(String::as_str).collect();
    let embedded = best(|| embed(model, &whole))?;
    let question = best(|| {
        embed(
            model,
            &["How many minutes early should my child be at the bus stop?"],
        )
    })?;
    let passages_per_s = EMBEDDED_TEXTS as f64 / embedded;
    progress(&format!(
        "embedding: {passages_per_s:.1} passages of 256 tokens a second, a question in {:.1} ms",
        question * 1e3
    ));
    let first = model
        .embed(&whole[..1])
        .map_err(|error| Failure::new(error.to_string()))?;
    Ok(MeasuredEmbedding {
        first_vector: first.into_iter().next().unwrap_or_default(),
        texts,
        passages_per_s,
        question_ms: question * 1e3,
    })
}

fn embed(model: &dyn Embedding, texts: &[&str]) -> Result<(), Failure> {
    match model.embed(texts) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

fn best(mut work: impl FnMut() -> Result<(), Failure>) -> Result<f64, Failure> {
    let mut best = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        work()?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn measure_library(
    documents: usize,
    searches: usize,
    model: Option<Arc<dyn Embedding>>,
) -> Result<MeasuredLibrary, Failure> {
    let folder = temporary_folder()?;
    let library = Library::new();
    let has_model = model.is_some();
    let vectors = Arc::new(MadeUpVectors::beside(model));
    let started = Instant::now();
    build_apart(documents, folder.path())?;
    let build_s = started.elapsed().as_secs_f64();
    let mut in_force: Vec<(VersionId, String)> = (0..documents)
        .map(|number| source(&library.document(number)))
        .collect();
    let before = machine::resident_bytes();
    let started = Instant::now();
    let index = Index::open(folder.path(), vectors.clone())?;
    let open_s = started.elapsed().as_secs_f64();

    let sources: SourcesInForce = in_force.iter().cloned().collect();
    let made_up: Vec<String> = (0..searches).map(|number| library.question(number)).collect();
    let search = latency(&index, &sources, made_up.iter())?;
    progress(&format!(
        "search: median {:.1} ms, 95th percentile {:.1} ms",
        search.median_ms, search.p95_ms
    ));
    let mut search_with_model = None;
    if has_model {
        vectors.ask_model(true);
        let questions = answerable_questions()?;
        search_with_model = Some(latency(
            &index,
            &sources,
            questions.iter().cycle().take(searches),
        )?);
        vectors.ask_model(false);
    }
    let resident = machine::resident_bytes();

    let (mut add_s, mut added) = (Vec::new(), Vec::new());
    for number in documents..documents + RUNS {
        let (one, seconds) = add_one(&index, &library, number, &mut in_force)?;
        add_s.push(seconds);
        added.push(one);
    }
    let mut add_with_model_s = None;
    if has_model {
        vectors.ask_model(true);
        add_with_model_s = Some(add_one(&index, &library, documents + RUNS, &mut in_force)?.1);
        vectors.ask_model(false);
    }
    let started = Instant::now();
    for version in &added {
        index.remove(version)?;
    }
    Ok(MeasuredLibrary {
        build_s,
        documents_per_s: documents as f64 / build_s,
        open_s,
        resident_bytes: resident,
        index_bytes: before
            .zip(resident)
            .map(|(before, after)| after.saturating_sub(before)),
        disk_bytes: size_of(folder.path()),
        search,
        search_with_model,
        added_passages: PASSAGES_PER_DOCUMENT,
        add_s,
        add_with_model_s,
        remove_s: started.elapsed().as_secs_f64() / added.len() as f64,
    })
}

/// Builds in a process of its own, so that what building takes is not counted as what the index takes.
fn build_apart(documents: usize, folder: &Path) -> Result<(), Failure> {
    let failed = |reason: String| Failure::new(format!("The made-up library could not be built: {reason}."));
    let program = std::env::current_exe().map_err(|error| failed(error.to_string()))?;
    let passages = (documents * PASSAGES_PER_DOCUMENT).to_string();
    let built = std::process::Command::new(program)
        .args(["bench", "retrieval", "--passages", &passages, "--build-into"])
        .arg(folder)
        .status()
        .map_err(|error| failed(error.to_string()))?;
    match built.success() {
        true => Ok(()),
        false => Err(failed("its process failed".to_owned())),
    }
}

/// Fills an index with made-up documents.
pub fn build(passages: usize, folder: &Path) -> Result<(), Failure> {
    let (library, documents) = (Library::new(), passages.div_ceil(PASSAGES_PER_DOCUMENT));
    let index = Index::open(folder, Arc::new(MadeUpVectors::beside(None)))?;
    for first in (0..documents).step_by(DOCUMENTS_AT_ONCE) {
        let last = (first + DOCUMENTS_AT_ONCE).min(documents);
        let some: Vec<IndexedVersion> = (first..last).map(|number| library.document(number)).collect();
        index.add_all(&some)?;
        if first % (DOCUMENTS_AT_ONCE * 10) == 0 {
            progress(&format!(
                "{last} of {documents} made-up documents are in the index"
            ));
        }
    }
    Ok(index.finish()?)
}

/// Adds one document and searches for its own words until it is found; gives the seconds that took.
fn add_one(
    index: &Index,
    library: &Library,
    number: usize,
    in_force: &mut Vec<(VersionId, String)>,
) -> Result<(VersionId, f64), Failure> {
    let mut document = library.document(number);
    let own = format!("onlyhere{number}");
    document.text.push_str(&own);
    if let Some(last) = document.passages.last_mut() {
        last.end = document.text.len();
    }
    in_force.push(source(&document));
    let sources: SourcesInForce = in_force.iter().cloned().collect();
    let started = Instant::now();
    index.add(&document)?;
    // Made-up vectors know nothing of words, so the document need not come first.
    let hits = index.search(&own, &sources, CANDIDATES)?;
    let seconds = started.elapsed().as_secs_f64();
    match hits.iter().any(|hit| hit.version == document.version) {
        true => Ok((document.version, seconds)),
        false => Err(Failure::new("A document that was added is not found.")),
    }
}

fn source(document: &IndexedVersion) -> (VersionId, String) {
    (document.version.clone(), content_sha256(&document.text))
}

fn latency<'a>(
    index: &Index,
    sources: &SourcesInForce,
    questions: impl Iterator<Item = &'a String>,
) -> Result<Latency, Failure> {
    let mut all_ms = Vec::new();
    for question in questions {
        let started = Instant::now();
        index.search(question, sources, HITS)?;
        all_ms.push(started.elapsed().as_secs_f64() * 1e3);
    }
    all_ms.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (all_ms.len() as f64 * share) as usize;
        all_ms
            .get(place.min(all_ms.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    Ok(Latency {
        searches: all_ms.len(),
        median_ms: at(0.5),
        p95_ms: at(0.95),
        slowest_ms: at(1.0),
    })
}

pub(super) fn temporary_folder() -> Result<tempfile::TempDir, Failure> {
    tempfile::tempdir()
        .map_err(|error| Failure::new(format!("No temporary directory could be made: {error}.")))
}

fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size_of(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

impl Report {
    /// A row for each figure: its name, the value with its unit.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<(&str, String)> = vec![("threads", self.threads.to_string())];
        if let Some(found) = &self.embedding {
            rows.push((
                "embedding, passages of 256 tokens",
                format!("{:.1} a second", found.passages_per_s),
            ));
            rows.push(("embedding a question", format!("{:.1} ms", found.question_ms)));
        }
        if let Some(found) = &self.ingest {
            rows.extend(found.rows());
        }
        if let Some(found) = &self.library {
            rows.extend(self.library_rows(found));
        }
        (rows.into_iter())
            .map(|(name, value)| vec![name.to_owned(), value])
            .collect()
    }

    fn library_rows(&self, found: &MeasuredLibrary) -> Vec<(&'static str, String)> {
        let megabytes = |bytes: Option<u64>| match bytes {
            Some(bytes) => format!("{:.0} MB", bytes as f64 / 1e6),
            None => "not known on this system".to_owned(),
        };
        let latency = |latency: &Latency| {
            format!(
                "median {:.1} ms, 95th percentile {:.1} ms, slowest {:.1} ms",
                latency.median_ms, latency.p95_ms, latency.slowest_ms
            )
        };
        let slowest = found.add_s.iter().copied().fold(0.0, f64::max);
        let mut rows = vec![
            (
                "made-up library",
                format!("{} passages of {} documents", self.passages, self.documents),
            ),
            (
                "building its index",
                format!(
                    "{:.1} s, {:.0} documents a second",
                    found.build_s, found.documents_per_s
                ),
            ),
            ("opening it", format!("{:.1} s", found.open_s)),
            ("memory of the process", megabytes(found.resident_bytes)),
            ("of it the index and its vectors", megabytes(found.index_bytes)),
            ("on disk", megabytes(Some(found.disk_bytes))),
            ("a search", latency(&found.search)),
        ];
        if let Some(with_model) = &found.search_with_model {
            rows.push(("a search, the model reading the question", latency(with_model)));
        }
        rows.push((
            "one document more, until it is found",
            format!("{slowest:.2} s at most of {}", found.add_s.len()),
        ));
        if let Some(seconds) = found.add_with_model_s {
            rows.push(("the same with the embedding model", format!("{seconds:.2} s")));
        }
        rows.push(("one document less", format!("{:.2} s", found.remove_s)));
        rows
    }
}
