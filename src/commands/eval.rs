//! `countersign eval`: the product measured on question sets, with its configured models.

use std::path::Path;
use std::process::Command;

use super::arguments::{EvalArguments, Place};
use super::terminal::{Failure, print, print_json, progress};
use crate::config::Config;
use crate::corpus::ExtractionLimits;
use crate::engine::Cancel;
use crate::evaluation::{Evaluation, Sample, Tools, evaluate};
use crate::workflow::{drafting_settings, load_embedding, start_engine};

const MIB: u64 = 1024 * 1024;
/// Exit status of a program that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

pub async fn run(place: &Place, arguments: EvalArguments) -> Result<(), Failure> {
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let out = arguments.out.unwrap_or_else(|| place.data.join("eval-report"));
    let evaluation = Evaluation {
        dir: arguments.dir,
        out,
        sets: arguments.sets,
        sample: arguments.sample.map(|size| Sample {
            size: usize::try_from(size).unwrap_or(usize::MAX),
            skip: usize::try_from(arguments.skip).unwrap_or(usize::MAX),
        }),
        fresh: arguments.fresh,
        commit: commit(),
        tools: tools(&config, arguments.no_drafting).await?,
        cancel: Cancel::new(),
        tell: &progress,
    };
    let interrupt = evaluation.cancel.clone();
    let listener = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            progress(
                "Stopping at the next step; Ctrl-C again stops at once, and what is being measured is lost.",
            );
            interrupt.cancel();
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(INTERRUPTED);
        }
    });
    let report = evaluate(&evaluation).await;
    listener.abort();
    let report = report?;
    if place.json {
        print_json(&report)
    } else {
        print(&format!("{}", evaluation.out.join("report.md").display()))
    }
}

async fn tools(config: &Config, no_drafting: bool) -> Result<Tools, Failure> {
    let id = config.models.embedding.clone();
    // Loading reads files and computes; it must not hold up the runtime's threads.
    let embedding = tokio::task::spawn_blocking(move || load_embedding(&id)).await?;
    let engine = if no_drafting {
        Err("the run was asked to leave drafting out".to_owned())
    } else {
        start_engine(&config.models.drafting)
    };
    Ok(Tools {
        embedding,
        engine,
        settings: drafting_settings(config),
        limits: ExtractionLimits {
            bytes_max: config.server.upload_mib_max * MIB,
            seconds_max: config.documents.seconds_max,
            memory_max_bytes: config.documents.memory_mib_max * MIB,
            text_bytes_max: config.documents.text_mib_max * MIB,
        },
    })
}

/// The commit this program was built from: as the build said, or as git says of the folder it was built in.
fn commit() -> Option<String> {
    if let Some(commit) = option_env!("COUNTERSIGN_COMMIT") {
        return Some(commit.to_owned());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["describe", "--always", "--dirty", "--abbrev=12"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
