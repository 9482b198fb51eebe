//! `manifest.toml` or `manifest.csv`: what a district says of each file that it adds together with it.
//!
//! A line that is wrong never gives half of what it says: the file that it is about is left out, because a document
//! without the end date that was meant for it would be in force for ever.

mod table;
mod toml_file;

use jiff::civil::Date;

use super::names;
use crate::corpus::formats;
use crate::ids::DocumentId;

/// A larger manifest describes more files than an import may have.
const BYTES_MAX: usize = 2 << 20;
/// What a line may say. `note` is kept in the file for people; nothing here reads it.
const KEYS: [&str; 11] = [
    "file", "title", "owner", "owner_email", "audience", "effective", "expires", "supersedes", "document",
    "topics", "note",
];

/// What the district says of its files.
#[derive(Debug, Default)]
pub struct Manifest {
    pub entries: Vec<ManifestEntry>,
    pub problems: Vec<ManifestProblem>,
}

/// What it says of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    pub line: usize,
    /// The file's path within the import.
    pub file: String,
    pub facts: Facts,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub title: Option<String>,
    pub owner: Option<String>,
    /// The address of who looks after it.
    pub owner_email: Option<String>,
    pub audience: Option<String>,
    /// What it is filed under, as it was typed.
    pub topics: Vec<String>,
    /// The first day in force.
    pub effective: Option<Date>,
    /// The last day in force.
    pub expires: Option<Date>,
    /// The file, or the document's id, that this file's document replaces.
    pub supersedes: Option<String>,
    /// The document of which the file is a version.
    pub document: Option<DocumentId>,
}

/// A line that can't be taken. Its file is not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestProblem {
    pub line: usize,
    /// The file it is about, where that can be told.
    pub file: Option<String>,
    pub reason: String,
}

/// A manifest of which nothing can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}, line {line}: {reason}. Nothing was added; put the manifest right and add everything again.")]
pub struct ManifestError {
    pub name: String,
    pub line: usize,
    pub reason: String,
}

/// Reads a manifest; its name says how it is written.
pub fn read_manifest(name: &str, bytes: &[u8]) -> Result<Manifest, ManifestError> {
    let refused = |(line, reason): (usize, String)| ManifestError {
        name: name.to_owned(),
        line,
        reason,
    };
    if bytes.len() > BYTES_MAX {
        return Err(refused((
            1,
            format!("it has {} bytes and may have {BYTES_MAX}", bytes.len()),
        )));
    }
    let text = formats::decode(bytes).map_err(|error| refused((1, error.to_string())))?;
    let lines = if name.to_lowercase().ends_with(".csv") {
        table::read(&text)
    } else {
        toml_file::read(&text)
    };
    Ok(checked(lines.map_err(refused)?))
}

/// One line as it is written: keys and values with the line that each stands in.
#[derive(Debug, Default)]
struct Line {
    number: usize,
    values: Vec<(String, String, usize)>,
    wrong: Option<(usize, String)>,
}

fn checked(lines: Vec<Line>) -> Manifest {
    let mut manifest = Manifest::default();
    for line in lines {
        match entry(&line) {
            Ok(entry) => manifest.entries.push(entry),
            Err(problem) => manifest.problems.push(problem),
        }
    }
    refuse_twins(&mut manifest);
    manifest
}

fn entry(line: &Line) -> Result<ManifestEntry, ManifestProblem> {
    let value = |key: &str| line.values.iter().find(|(name, _, _)| name == key);
    let text = |key: &str| {
        value(key)
            .map(|(_, text, _)| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    let named = text("file");
    let file = named.as_deref().and_then(|file| names::judged(file).ok());
    let problem = |number: usize, reason: String| ManifestProblem {
        line: number,
        file: file.clone().or_else(|| named.clone()),
        reason,
    };
    if let Some((number, reason)) = &line.wrong {
        return Err(problem(*number, reason.clone()));
    }
    let Some(file) = file.clone() else {
        let reason = match &named {
            Some(named) => format!("\"{named}\" can't be the name of a file here"),
            None => "it names no file; put the file's name under `file`".to_owned(),
        };
        return Err(problem(line.number, reason));
    };
    let day = |key: &str| match text(key) {
        None => Ok(None),
        Some(written) => {
            let number = value(key).map_or(line.number, |(_, _, number)| *number);
            let reason = || format!("\"{written}\" under `{key}` is not a day; write it as 2026-08-01");
            day_of(&written)
                .map(Some)
                .ok_or_else(|| problem(number, reason()))
        }
    };
    let (effective, expires) = (day("effective")?, day("expires")?);
    if matches!((effective, expires), (Some(first), Some(last)) if last < first) {
        return Err(problem(
            line.number,
            "it would expire before it takes effect".to_owned(),
        ));
    }
    let document = match text("document") {
        None => None,
        Some(id) => Some(id.parse::<DocumentId>().map_err(|_| {
            problem(
                line.number,
                format!("\"{id}\" under `document` is not a document's id (doc_…)"),
            )
        })?),
    };
    let owner = match (text("owner"), text("owner_email")) {
        (Some(owner), Some(email)) => Some(format!("{owner} ({email})")),
        (owner, email) => owner.or(email),
    };
    let supersedes = text("supersedes").map(|named| names::judged(&named).unwrap_or(named));
    Ok(ManifestEntry {
        line: line.number,
        file,
        facts: Facts {
            title: text("title"),
            owner,
            owner_email: text("owner_email"),
            audience: text("audience"),
            topics: text("topics").into_iter().collect(),
            effective,
            expires,
            supersedes,
            document,
        },
    })
}

/// A day as this product writes it, or as American spreadsheets do when they save a CSV.
fn day_of(written: &str) -> Option<Date> {
    if let Ok(day) = written.parse::<Date>() {
        return Some(day);
    }
    let mut parts = written.split('/').map(|part| part.trim().parse::<i16>().ok());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(month)), Some(Some(day)), Some(Some(year)), None) if year >= 1000 => {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        }
        _ => None,
    }
}

/// A file that two lines speak of: neither is believed.
fn refuse_twins(manifest: &mut Manifest) {
    let times =
        |entries: &[ManifestEntry], file: &str| entries.iter().filter(|entry| entry.file == file).count();
    let twins: Vec<ManifestEntry> = manifest
        .entries
        .iter()
        .filter(|entry| times(&manifest.entries, &entry.file) > 1)
        .cloned()
        .collect();
    for twin in &twins {
        let others: Vec<String> = twins
            .iter()
            .filter(|other| other.file == twin.file && other.line != twin.line)
            .map(|other| other.line.to_string())
            .collect();
        manifest.problems.push(ManifestProblem {
            line: twin.line,
            file: Some(twin.file.clone()),
            reason: format!("line {} speaks of the same file", others.join(", ")),
        });
    }
    manifest.entries.retain(|entry| !twins.contains(entry));
}

/// Whether a line may say this, and if not, what it may.
fn unknown_key(key: &str) -> Option<String> {
    (!KEYS.contains(&key)).then(|| format!("there is no `{key}`; a file may have {}", KEYS.join(", ")))
}

#[cfg(test)]
mod tests;
