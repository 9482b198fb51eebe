//! What a fit leaves behind: the models for the program to read, and a report for people.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::support::{Calibrated, Judgement, Provenance};

#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("{} cannot be written; the calibration before it is unchanged", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the calibration cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Writes `support.json` and `support.md` into `folder`.
pub fn write(folder: &Path, fitted: &Calibrated, provenance: &Provenance) -> Result<(), WriteError> {
    let json = serde_json::to_string(&fitted.calibration)?;
    for (name, text) in [
        ("support.md", report(fitted, provenance)),
        ("support.json", json + "\n"),
    ] {
        write_file(folder, name, &text)?;
    }
    Ok(())
}

pub(super) fn write_file(folder: &Path, name: &str, text: &str) -> Result<(), WriteError> {
    let path = folder.join(name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|source| WriteError::File { path, source })
}

fn report(fitted: &Calibrated, provenance: &Provenance) -> String {
    let model = provenance.model.as_ref().map_or_else(
        || "not asked".to_owned(),
        |model| format!("{}, SHA-256 `{}`", model.name, model.file_sha256),
    );
    let mut text = format!(
        "# Calibration of the check of claims\n\nWritten by `countersign calibrate` on {}; do not edit. A claim is held \
         against the sentences it cites; the probability that they support it is a logistic regression on word \
         features, on what the drafting model answers, and on the state it answers from.\n\n- drafting model: {}\n- prompts: {}\n- judged \
         claims: {}, SHA-256 of their files `{}`\n\nEvery figure below is on claims about documents that the judging \
         model was not fitted on (cross-validation in ten parts by document), except where another set is named. \
         The penalty was chosen by the same cross-validation, which flatters the figures a little. A claim that breaks a rule (a figure that is not cited, a rule turned around) counts as \
         unsupported whatever the probability.\n",
        provenance.fitted_on,
        model,
        provenance.prompts,
        fitted.calibration.examples,
        provenance.examples_sha256,
    );
    for judgement in &fitted.judgements {
        section(&mut text, judgement);
    }
    text
}

/// One set's figures. Writing to a string cannot fail.
fn section(text: &mut String, of: &Judgement) {
    let figure = |value: Option<f64>| value.map_or("not measured".to_owned(), |value| format!("{value:.3}"));
    let percent = |share: f32| format!("{:.1} %", 100.0 * share);
    let cites = match of.set {
        "wice" => "a whole passage",
        _ => "single sentences",
    };
    let asks = match of.asks {
        true => "the model is asked",
        false => "judged from words alone, the model is not asked",
    };
    let _ = write!(
        text,
        "\n## Claims that cite {cites} ({})\n\n{} claims, {} of them right; penalty {}, on the state {}; {}.\n\n| figure | value |\n\
         |---|---|\n| AUROC with the model's answers and state | {} |\n| AUROC with the model's answers | {} |\n| AUROC from words alone | {} |\n| AUROC from words, \
         fitted on the other set | {} |\n| supported from | {} |\n| wrong claims below it | {} |\n| right claims at or \
         above it | {} |\n| unsupported below | {} |\n| wrong claims below it | {} |\n| right claims at or above it | {} \
         |\n\nBelow the bound of \"supported\", by kind:\n\n| kind | below | claims |\n|---|---|---|\n",
        of.set,
        of.examples,
        of.right,
        of.penalty,
        of.state_penalty,
        asks,
        figure(of.auroc_with_state),
        figure(of.auroc_with_answers),
        figure(of.auroc_words_alone),
        figure(of.auroc_from_other_set),
        of.supported.threshold,
        percent(of.supported.no_held),
        percent(of.supported.yes_kept),
        of.unsupported.threshold,
        percent(of.unsupported.no_held),
        percent(of.unsupported.yes_kept),
    );
    for (kind, below, count) in &of.held_by_kind {
        let _ = writeln!(text, "| {kind} | {} | {count} |", percent(*below));
    }
    text.push_str(
        "\nThe curve:\n\n| threshold | wrong claims below | right claims at or above |\n|---|---|---|\n",
    );
    for point in &of.curve {
        let (held, kept) = (percent(point.no_held), percent(point.yes_kept));
        let _ = writeln!(text, "| {:.2} | {held} | {kept} |", point.threshold);
    }
}
