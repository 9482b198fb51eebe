//! The sample district of `corpus/`, carried in the binary so that `demo` needs no checkout.

use std::collections::HashMap;

use rust_embed::RustEmbed;
use serde::Deserialize;

use super::terminal::{Failure, progress};
use crate::corpus::imports::{ManifestEntry, read_manifest};
use crate::ids::DocumentId;
use crate::workflow::{App, Caller, NewDocument, add_document};

#[derive(RustEmbed)]
#[folder = "corpus/"]
struct Files;

/// What `manifest.toml` says of the district and its documents.
#[derive(Debug)]
pub struct Manifest {
    pub district: ManifestDistrict,
    documents: Vec<ManifestEntry>,
}

/// The part of `manifest.toml` that is about the district itself.
#[derive(Debug, Deserialize)]
struct Heading {
    district: ManifestDistrict,
}

#[derive(Debug, Deserialize)]
pub struct ManifestDistrict {
    pub name: String,
    pub short_name: String,
    pub time_zone: String,
    pub contact: String,
    pub contact_email: String,
    pub contact_phone: String,
}

#[derive(Debug, Deserialize)]
struct Questions {
    #[serde(rename = "question")]
    questions: Vec<SampleQuestion>,
}

#[derive(Debug, Deserialize)]
struct SampleQuestion {
    question: String,
    answerable: bool,
}

const MANIFEST: &str = "manifest.toml";

/// Reads the manifest, as that of any folder.
pub fn manifest() -> Result<Manifest, Failure> {
    let file = Files::get(MANIFEST)
        .ok_or_else(|| Failure::new("The sample district is missing from this build."))?;
    let unreadable =
        |reason: String| Failure::new(format!("The sample district's manifest can't be read: {reason}."));
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let heading: Heading = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let described = read_manifest(MANIFEST, &file.data)?;
    if let Some(problem) = described.problems.first() {
        return Err(unreadable(format!("line {}: {}", problem.line, problem.reason)));
    }
    Ok(Manifest {
        district: heading.district,
        documents: described.entries,
    })
}

/// The sample questions that a document in force answers.
pub fn answerable_questions() -> Result<Vec<String>, Failure> {
    let unreadable = |reason: String| Failure::new(format!("The sample questions can't be read: {reason}."));
    let file = Files::get("questions.toml")
        .ok_or_else(|| unreadable("they are missing from this build".to_owned()))?;
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let questions: Questions = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let answerable = questions
        .questions
        .into_iter()
        .filter(|question| question.answerable);
    Ok(answerable.map(|question| question.question).collect())
}

/// Adds the documents that are not there yet and has them approved by a second person.
pub async fn load(app: &App, adder: &Caller, approver: &Caller, manifest: &Manifest) -> Result<(), Failure> {
    let mut there: HashMap<String, DocumentId> = HashMap::new();
    for document in app.store.documents().await? {
        for version in &document.versions {
            there.insert(version.file_name.clone(), document.id.clone());
        }
    }
    let ordered = in_order(&manifest.documents);
    for (number, entry) in ordered.iter().enumerate() {
        if there.contains_key(&entry.file) {
            continue;
        }
        progress(&format!(
            "reading document {} of {}: {}",
            number + 1,
            ordered.len(),
            entry.file
        ));
        let supersedes = entry
            .facts
            .supersedes
            .as_ref()
            .and_then(|file| there.get(file))
            .cloned();
        let new = new_document(entry, supersedes, adder)?;
        let added = add_document(app, adder, new).await?;
        // The one file with hidden text is there to be shown; its warnings were read when it was written.
        super::adding::approve(app, approver, &added.version, true).await?;
        there.insert(entry.file.clone(), added.document);
    }
    Ok(())
}

/// A document comes after the one it replaces, so that the older one is there to be replaced.
fn in_order(documents: &[ManifestEntry]) -> Vec<&ManifestEntry> {
    let (alone, replacing): (Vec<_>, Vec<_>) = documents
        .iter()
        .partition(|entry| entry.facts.supersedes.is_none());
    alone.into_iter().chain(replacing).collect()
}

fn new_document(
    entry: &ManifestEntry,
    supersedes: Option<DocumentId>,
    adder: &Caller,
) -> Result<NewDocument, Failure> {
    let file = Files::get(&entry.file).ok_or_else(|| {
        Failure::new(format!(
            "{} is named in the manifest but missing from this build.",
            entry.file
        ))
    })?;
    let facts = entry.facts.clone();
    Ok(NewDocument {
        bytes: file.data.into_owned(),
        file_name: entry.file.clone(),
        owner_person: Some(adder.person.clone()),
        topics: facts.topics,
        title: facts.title,
        owner: facts.owner,
        audience: facts.audience,
        effective: facts.effective,
        expires: facts.expires,
        supersedes,
        ..NewDocument::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_files_that_are_there() {
        let manifest = manifest().expect("the manifest can be read");
        assert!(
            manifest.documents.len() >= 30,
            "only {} documents",
            manifest.documents.len()
        );
        for entry in &manifest.documents {
            assert!(Files::get(&entry.file).is_some(), "{} is missing", entry.file);
            let topics = crate::corpus::topics::normalised(entry.facts.topics.iter().map(String::as_str));
            assert!(topics.is_ok(), "{}: {topics:?}", entry.file);
            if let Some(replaced) = &entry.facts.supersedes {
                assert!(
                    manifest.documents.iter().any(|other| other.file == *replaced),
                    "{replaced} is missing"
                );
            }
        }
    }
}
