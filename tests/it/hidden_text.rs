//! Text that readers of a file do not see: none of it becomes text, all of it is told, and what only looks a little
//! like it is left alone.

mod files;
mod further;
mod innocent;
mod planted;

use std::collections::BTreeMap;

use countersign::corpus::{self, Extracted, ExtractionLimits};

use planted::{PLANTED, Planted, SHOWN};

async fn extract(bytes: &[u8], name: &str) -> Extracted {
    corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
    let read = corpus::extract(bytes, name, &ExtractionLimits::default()).await;
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Everything of a file that the model could be shown.
fn readable(read: &Extracted) -> String {
    let headings = read.passages.iter().flat_map(|passage| &passage.heading);
    let title = read.title.iter();
    std::iter::once(&read.text)
        .chain(headings)
        .chain(title)
        .map(|text| text.to_lowercase())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The text without white space, which is set differently in each format.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What is wrong with how a planted file was read; nothing if all is right.
async fn faults(file: &Planted) -> Vec<String> {
    let read = extract(&file.bytes, file.file_name).await;
    let text = readable(&read);
    let mut faults = Vec::new();
    for word in ["ignore", "families", "waived"] {
        if text.contains(word) {
            faults.push(format!("{word:?} became text: {:?}", read.text));
        }
    }
    let told = read
        .warnings
        .iter()
        .any(|warning| warning.kind == file.kind && letters(&warning.detail).contains(&letters(PLANTED)));
    if !told {
        faults.push(format!("it is not told: {:?}", read.warnings));
    }
    if !letters(&read.text).contains(&letters(SHOWN)) {
        faults.push(format!("what is shown is lost: {:?}", read.text));
    }
    faults
}

async fn all_are_found(files: Vec<Planted>) {
    let count = files.len();
    let mut missed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let faults = faults(&file).await;
        if !faults.is_empty() {
            missed.insert(format!("{}: {}", file.file_name, file.name), faults);
        }
    }
    println!("{} of {count} planted files found", count - missed.len());
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn forty_planted_files_are_found() {
    let files = planted::all();
    assert_eq!(files.len(), 40);
    all_are_found(files).await;
}

#[tokio::test]
async fn further_ways_to_plant_are_found() {
    all_are_found(further::all()).await;
}

#[tokio::test]
async fn innocent_files_are_left_alone() {
    let files = innocent::all();
    let mut alarms = Vec::new();
    for file in &files {
        let read = extract(&file.bytes, file.file_name).await;
        let unseen: Vec<_> = read
            .warnings
            .iter()
            .filter(|warning| warning.kind.must_be_seen())
            .collect();
        if !unseen.is_empty() {
            alarms.push(format!("{}, {}: {unseen:?}", file.file_name, file.name));
        }
        for kept in [file.kept, SHOWN] {
            if !letters(&read.text).contains(&letters(kept)) {
                alarms.push(format!(
                    "{}, {}: {kept:?} is lost: {:?}",
                    file.file_name, file.name, read.text
                ));
            }
        }
    }
    println!("{} false alarms in {} innocent files", alarms.len(), files.len());
    assert!(alarms.is_empty(), "{alarms:#?}");
}
