//! Files as strangers send them: each is read as an upload would be, and what became of it is counted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::EvaluationError;
use super::figures::Figures;
use super::jsonl;
use super::measures::{mean, word_recall};
use super::progress::Progress;
use super::run::Evaluation;
use super::sampling::sample;
use super::sets::Set;
use crate::corpus::{ExtractionError, FidelityVerdict, extract};

const READ_AT_ONCE: usize = 2;

/// What is known of one file.
#[derive(Deserialize)]
struct Entry {
    file: String,
    #[serde(default)]
    expected_text: Option<String>,
    /// The first words that another program read.
    #[serde(default)]
    ref_words: Option<Vec<String>>,
}

struct Strange {
    /// The folder that it came in: `pdf`, `docx`, `email`.
    kind: String,
    name: String,
    path: PathBuf,
    expected: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Ok,
    Refused,
    Crashed,
    TimedOut,
}

impl End {
    const ALL: [(End, &'static str); 4] = [
        (End::Ok, "ok"),
        (End::Refused, "refused"),
        (End::Crashed, "crashed"),
        (End::TimedOut, "timed_out"),
    ];

    /// Running out of the memory that a file may use ends in a clear refusal, so it counts as one.
    fn of(error: &ExtractionError) -> End {
        match error {
            ExtractionError::TimedOut { .. } => End::TimedOut,
            ExtractionError::Crashed(_) | ExtractionError::Child(_) => End::Crashed,
            _ => End::Refused,
        }
    }
}

struct Read {
    kind: String,
    end: End,
    recall: Option<f64>,
    /// What the figure check said of it.
    fidelity: Option<FidelityVerdict>,
}

pub(super) async fn run(evaluation: &Evaluation<'_>) -> Result<Figures, EvaluationError> {
    let files = sample(
        strange_files(&Set::Ingest.folder(&evaluation.dir))?,
        evaluation.sample,
        |file| &file.name,
        |_| true,
    );
    let mut progress = Progress::new(evaluation.tell, "ingest: files read", files.len());
    let mut reading = futures::stream::iter(files)
        .map(|file| read(evaluation, file))
        .buffered(READ_AT_ONCE);
    let mut all = Vec::new();
    while let Some(one) = reading.next().await {
        evaluation.check_interrupted()?;
        all.push(one?);
        progress.done(1);
    }
    Ok(judge(&all))
}

async fn read(evaluation: &Evaluation<'_>, file: Strange) -> Result<Read, EvaluationError> {
    let bytes = tokio::fs::read(&file.path)
        .await
        .map_err(|source| EvaluationError::Unreadable {
            path: file.path.clone(),
            source,
        })?;
    let outcome = extract(&bytes, &file.name, &evaluation.tools.limits).await;
    let recall = match (&outcome, &file.expected) {
        (Ok(extracted), Some(expected)) => word_recall(&extracted.text, expected),
        _ => None,
    };
    Ok(Read {
        kind: file.kind,
        end: outcome.as_ref().map_or_else(End::of, |_| End::Ok),
        recall,
        fidelity: outcome
            .ok()
            .and_then(|extracted| Some(extracted.fidelity?.verdict)),
    })
}

fn judge(all: &[Read]) -> Figures {
    let mut figures = counted(all.iter());
    let mut by_kind: BTreeMap<&str, Vec<&Read>> = BTreeMap::new();
    for one in all {
        by_kind.entry(&one.kind).or_default().push(one);
    }
    let by_kind: Map<String, Value> = by_kind
        .into_iter()
        .filter_map(|(kind, some)| {
            let figures = serde_json::to_value(counted(some.into_iter())).ok()?;
            Some((kind.to_owned(), figures))
        })
        .collect();
    figures.put("by_kind", by_kind);
    figures
}

fn counted<'a>(files: impl Iterator<Item = &'a Read> + Clone) -> Figures {
    let mut figures = Figures::default();
    figures.put("files", files.clone().count());
    for (end, name) in End::ALL {
        figures.put(name, files.clone().filter(|file| file.end == end).count());
    }
    for (verdict, name) in [
        (FidelityVerdict::Full, "figures_full"),
        (FidelityVerdict::SomeMissing, "figures_some_missing"),
        (FidelityVerdict::Low, "figures_low"),
    ] {
        let with = files.clone().filter(|file| file.fidelity == Some(verdict));
        figures.put(name, with.count());
    }
    figures.put_or(
        "text_recall",
        mean(files.clone().filter_map(|file| file.recall)),
        "no file that could be read has an expected text",
    );
    let known = files.filter(|file| file.recall.is_some()).count();
    figures.put("files_with_known_text", known);
    figures
}

/// The files of each folder: those that its `index.jsonl` names in `files`, or all where it has no index.
fn strange_files(folder: &Path) -> Result<Vec<Strange>, EvaluationError> {
    let mut files = Vec::new();
    for kind_folder in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let kind = name_of(&kind_folder);
        let index = kind_folder.join("index.jsonl");
        if index.is_file() {
            for entry in jsonl::read::<Entry>(&index)? {
                let words = entry.ref_words.filter(|words| !words.is_empty());
                files.push(Strange {
                    kind: kind.clone(),
                    path: kind_folder.join("files").join(&entry.file),
                    name: entry.file,
                    expected: entry.expected_text.or(words.map(|words| words.join(" "))),
                });
            }
        } else {
            all_below(&kind_folder, &kind, &mut files)?;
        }
    }
    Ok(files)
}

fn all_below(folder: &Path, kind: &str, files: &mut Vec<Strange>) -> Result<(), EvaluationError> {
    for path in entries(folder)? {
        if path.is_dir() {
            all_below(&path, kind, files)?;
        } else if !name_of(&path).starts_with('.') {
            files.push(Strange {
                kind: kind.to_owned(),
                name: name_of(&path),
                path,
                expected: None,
            });
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, EvaluationError> {
    let unreadable = |source| EvaluationError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn files_without_an_index_are_found_in_every_folder_of_their_kind() {
        let folder = tempfile::tempdir().expect("a folder");
        let mails = folder.path().join("email").join("plain_emails");
        fs::create_dir_all(&mails).expect("folders");
        for name in ["a.eml", "b.eml", ".gitattributes"] {
            fs::write(mails.join(name), "Subject: Buses\n\nThe bus leaves at 8.").expect("a file");
        }
        let found: Vec<(String, String)> = strange_files(folder.path())
            .expect("files")
            .into_iter()
            .map(|file| (file.kind, file.name))
            .collect();
        let wanted = [("email", "a.eml"), ("email", "b.eml")];
        assert_eq!(
            found,
            wanted.map(|(kind, name)| (kind.to_owned(), name.to_owned()))
        );
    }

    #[test]
    fn every_end_is_counted() {
        let read = |kind: &str, end, recall| Read {
            kind: kind.to_owned(),
            end,
            recall,
            fidelity: (end == End::Ok).then_some(FidelityVerdict::Full),
        };
        let all = [
            read("pdf", End::of(&ExtractionError::Encrypted), None),
            read(
                "pdf",
                End::of(&ExtractionError::TimedOut { seconds_max: 1 }),
                None,
            ),
            read("docx", End::Ok, Some(0.5)),
        ];
        let figures = serde_json::to_value(judge(&all)).expect("JSON");
        assert_eq!(figures["refused"], json!(1));
        assert_eq!(figures["timed_out"], json!(1));
        assert_eq!(
            (&figures["figures_full"], &figures["figures_low"]),
            (&json!(1), &json!(0))
        );
        assert_eq!(figures["text_recall"], json!(0.5));
        assert_eq!(figures["by_kind"]["pdf"]["text_recall"], json!(null));
        assert_eq!(figures["by_kind"]["docx"]["ok"], json!(1));
    }
}
