//! `countersign documents add`: files, folders and ZIPs from the terminal, each as an import.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{DocumentsAddArguments, Place};
use super::opening::{DATABASE_ONLY, caller_named, open};
use super::terminal::{Failure, print, print_json, progress};
use crate::corpus::ExtractionLimits;
use crate::corpus::imports::{Facts, ImportLimits, Material, name_of_file};
use crate::ids::VersionId;
use crate::store::{ImportFileRow, ImportOrigin, ImportState, Outcome};
use crate::workflow::{App, Caller, ImportOrder, approve_version, begin_import, cancel_import, run_import};

/// Files that are listed for a measurement.
const FILES_MAX: u64 = 100_000;

/// What is imported together, and how its files are called where they are told of.
struct Part {
    name: String,
    material: Material,
    /// What stands before a file's path within the import.
    before: String,
    /// The whole paths of files that were named one by one.
    named: Vec<(String, PathBuf)>,
}

impl Part {
    fn shown(&self, path: &str) -> String {
        match self.named.iter().find(|(name, _)| name == path) {
            Some((_, whole)) => whole.display().to_string(),
            None => format!("{}{path}", self.before),
        }
    }
}

/// One file with what became of it.
struct Told {
    shown: String,
    file: ImportFileRow,
    /// Why it was not approved, where that was asked for.
    not_approved: Option<String>,
}

impl Told {
    fn has_failed(&self) -> bool {
        matches!(self.file.outcome, Outcome::Failed | Outcome::NotReached) || self.not_approved.is_some()
    }
}

pub async fn add(place: &Place, arguments: DocumentsAddArguments) -> Result<(), Failure> {
    let parts = parts(&arguments.files)?;
    let one_file = matches!(parts.as_slice(), [part] if part.named.len() == 1);
    if arguments.title.is_some() && !one_file {
        return Err(Failure::new(
            "--title is for one file; leave it out and each file's own title is taken, or write a manifest.toml.",
        ));
    }
    let app = open(place, DATABASE_ONLY).await?;
    let adder = caller_named(&app, arguments.person.as_deref()).await?;
    let approver = match arguments.approve_as.as_deref() {
        Some(email) => Some(caller_named(&app, Some(email)).await?),
        None => None,
    };
    let mut told = Vec::new();
    for part in &parts {
        let files = import(&app, &adder, part, &arguments).await?;
        for file in files {
            told.push(approved(&app, approver.as_ref(), part, file, &arguments).await);
        }
    }
    for told in told.iter().filter(|told| told.has_failed()) {
        let why = told.not_approved.as_deref().unwrap_or(&told.file.detail);
        progress(&format!("{}: {why}", told.shown));
    }
    report(place, &told)?;
    verdict(&told, approver.is_some())
}

/// Carries one import out and gives its files. Ctrl-C ends it after the file under way.
async fn import(
    app: &App,
    adder: &Caller,
    part: &Part,
    arguments: &DocumentsAddArguments,
) -> Result<Vec<ImportFileRow>, Failure> {
    let order = ImportOrder {
        material: part.material.clone(),
        given: Facts {
            title: arguments.title.clone(),
            owner: arguments.owner.clone(),
            audience: arguments.audience.clone(),
            topics: arguments.topics.iter().cloned().collect(),
            effective: arguments.effective,
            expires: arguments.expires,
            ..Facts::default()
        },
        only: None,
    };
    let import = begin_import(app, adder, &part.name, ImportOrigin::Terminal).await?;
    let told = |file: &ImportFileRow| {
        if matches!(file.outcome, Outcome::NewDocument | Outcome::NewVersion) {
            progress(&format!("added {}", part.shown(&file.path)));
        }
    };
    let work = run_import(app, adder, &import.id, &order, &told);
    tokio::pin!(work);
    let (state, _) = loop {
        tokio::select! {
            done = &mut work => break done?,
            _ = tokio::signal::ctrl_c() => {
                progress("stopping after this file; what was added stays");
                // It may just have ended.
                let _ = cancel_import(app, adder, &import.id).await;
            }
        }
    };
    if state == ImportState::Failed {
        let row = app.store.import(&import.id).await?;
        let reason = row.and_then(|row| row.reason).unwrap_or_default();
        return Err(Failure::new(format!("{}: {reason}", part.name)));
    }
    Ok(app.store.import_files(&import.id).await?)
}

async fn approved(
    app: &App,
    approver: Option<&Caller>,
    part: &Part,
    file: ImportFileRow,
    arguments: &DocumentsAddArguments,
) -> Told {
    let not_approved = match (approver, &file.version) {
        (Some(approver), Some(version)) => approve(app, approver, version, arguments.warnings_seen)
            .await
            .err()
            .map(|failure| failure.to_string()),
        _ => None,
    };
    Told {
        shown: part.shown(&file.path),
        file,
        not_approved,
    }
}

/// Approves a version unless it is approved already, and shows what its readers do not see.
pub async fn approve(
    app: &App,
    approver: &Caller,
    version: &VersionId,
    warnings_seen: bool,
) -> Result<(), Failure> {
    let row = app.store.version(version).await?.map(|detail| detail.row);
    let row = row.ok_or_else(|| Failure::new("The version is gone."))?;
    if row.state == crate::corpus::lifecycle::VersionState::Approved {
        return Ok(());
    }
    for warning in row.to_be_seen() {
        progress(&format!("{}: {}", row.file_name, warning.detail));
    }
    if !warnings_seen && row.to_be_seen().next().is_some() {
        return Err(Failure::new(
            "it was added and waits for approval: it holds text that its readers do not see, or figures that are not in \
             its text. Look at them, and run this again with --warnings-seen.",
        ));
    }
    Ok(approve_version(app, approver, version, row.version, warnings_seen).await?)
}

fn report(place: &Place, told: &[Told]) -> Result<(), Failure> {
    let became = |told: &&Told| told.file.outcome != Outcome::PassedOver;
    if place.json {
        let files: Vec<Value> = told
            .iter()
            .filter(became)
            .map(|told| {
                json!({ "document": told.file.document, "version": told.file.version, "file": told.shown,
                        "outcome": told.file.outcome, "detail": told.not_approved.as_ref().unwrap_or(&told.file.detail) })
            })
            .collect();
        return print_json(&files);
    }
    for told in told.iter().filter(became) {
        if let (Some(document), Some(version)) = (&told.file.document, &told.file.version) {
            print(&format!("{document}  {version}  {}", told.shown))?;
            if told.file.outcome == Outcome::Unchanged {
                print(&format!("    {}", told.file.detail))?;
            }
        }
    }
    let passed_over = told.len() - told.iter().filter(became).count();
    if passed_over > 0 {
        progress(&format!(
            "{passed_over} names were passed over: folders, and what is no document"
        ));
    }
    Ok(())
}

fn verdict(told: &[Told], approving: bool) -> Result<(), Failure> {
    let files = told
        .iter()
        .filter(|told| told.file.outcome != Outcome::PassedOver)
        .count();
    match told.iter().filter(|told| told.has_failed()).count() {
        0 if files == 0 => Err(Failure::new("There is no document among what was named.")),
        0 => Ok(()),
        failed => {
            let wanted = if approving { "added and approved" } else { "added" };
            Err(Failure::new(format!(
                "{failed} of {files} files were not {wanted}; the others were."
            )))
        }
    }
}

/// Folders and ZIPs are imports of their own; files that are named one by one are one import together.
fn parts(named: &[PathBuf]) -> Result<Vec<Part>, Failure> {
    let mut parts = Vec::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for path in named {
        if !path.exists() {
            return Err(Failure::new(format!("There is no file {}.", path.display())));
        }
        if path.is_dir() {
            parts.push(Part {
                name: path.display().to_string(),
                material: Material::Folder(path.clone()),
                before: format!("{}/", path.display()),
                named: Vec::new(),
            });
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
        {
            let unreadable = |error| Failure::new(format!("{} can't be read: {error}.", path.display()));
            parts.push(Part {
                name: path.display().to_string(),
                material: Material::Archive(Arc::new(File::open(path).map_err(unreadable)?)),
                before: format!("{}: ", path.display()),
                named: Vec::new(),
            });
        } else if !files.contains(path) {
            files.push(path.clone());
        }
    }
    if !files.is_empty() {
        let named = import_names(&files);
        parts.push(Part {
            name: match files.as_slice() {
                [one] => one.display().to_string(),
                files => format!("{} files", files.len()),
            },
            material: Material::Files(named.clone()),
            before: String::new(),
            named,
        });
    }
    Ok(parts)
}

/// The files that would be added, without what a ZIP holds.
pub async fn files_of(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let limits = ImportLimits {
        entries_max: FILES_MAX,
        all_bytes_max: u64::MAX,
        ratio_max: 1,
        extraction: ExtractionLimits::default(),
    };
    let mut files = Vec::new();
    for part in parts(named)? {
        let found = part.material.list(&limits).await?;
        files.extend(
            found
                .iter()
                .filter_map(|found| found.file())
                .map(Path::to_path_buf),
        );
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The names under which single files are imported: as short as tells them apart.
fn import_names(files: &[PathBuf]) -> Vec<(String, PathBuf)> {
    let by_parts =
        |parts: usize| -> Vec<String> { files.iter().map(|file| last_parts(file, parts)).collect() };
    let longest = files
        .iter()
        .map(|file| file.components().count())
        .max()
        .unwrap_or(1);
    let names = (1..=longest)
        .map(by_parts)
        .find(|names| names.iter().collect::<HashSet<_>>().len() == names.len())
        .unwrap_or_else(|| by_parts(longest));
    names.into_iter().zip(files.iter().cloned()).collect()
}

fn last_parts(file: &Path, parts: usize) -> String {
    let named: Vec<String> = file
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    match named.len() {
        0 => name_of_file(file),
        all => named[all.saturating_sub(parts)..].join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_files_are_called_as_shortly_as_tells_them_apart() {
        let names = |files: &[&str]| -> Vec<String> {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            import_names(&files).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&["/a/b/c.md", "d.md"]), ["c.md", "d.md"]);
        assert_eq!(names(&["/a/b/c.md", "../x/c.md"]), ["b/c.md", "x/c.md"]);
        assert_eq!(names(&["/a/b/c.md", "/z/b/c.md"]), ["a/b/c.md", "z/b/c.md"]);
    }
}
