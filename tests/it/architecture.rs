//! The rooms of the crate and who may know whom, kept by reading the source.
//!
//! The table is the design. An edge that is missing here is a decision to talk about, not a line to add.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("config", &[]),
    ("ids", &[]),
    ("corpus", &["ids"]),
    ("engine", &["ids"]),
    ("retrieval", &["ids", "corpus", "engine"]),
    ("drafting", &["ids", "corpus", "engine", "retrieval"]),
    (
        "evaluation",
        &["ids", "corpus", "engine", "retrieval", "drafting"],
    ),
    (
        "calibration",
        &["ids", "corpus", "engine", "retrieval", "drafting"],
    ),
    ("accounts", &["ids"]),
    ("review", &["ids", "accounts", "drafting"]),
    ("publish", &["ids", "drafting", "review"]),
    ("audit", &["ids"]),
    ("pilot", &["ids"]),
    (
        "store",
        &[
            "ids", "corpus", "drafting", "accounts", "review", "publish", "audit", "pilot",
        ],
    ),
    (
        "workflow",
        &[
            "ids", "config", "corpus", "engine", "retrieval", "drafting", "accounts", "review", "publish",
            "audit", "pilot", "store",
        ],
    ),
    ("jobs", &["ids", "engine", "drafting", "store", "workflow"]),
    (
        "http",
        &[
            "ids", "config", "corpus", "engine", "retrieval", "drafting", "accounts", "review", "publish",
            "audit", "pilot", "store", "workflow",
        ],
    ),
    (
        "commands",
        &[
            "ids", "config", "corpus", "engine", "retrieval", "drafting", "calibration", "accounts",
            "review", "publish", "audit", "pilot", "store", "workflow", "jobs", "http", "evaluation",
        ],
    ),
];

/// Libraries that one room alone may use.
const ONLY_USER: &[(&str, &str)] = &[
    ("tantivy", "retrieval"),
    ("candle_core", "engine"),
    ("candle_transformers", "engine"),
    ("tokenizers", "engine"),
    ("llguidance", "engine"),
    ("toktrie_hf_tokenizers", "engine"),
    ("sqlx", "store"),
    ("axum", "http"),
    ("unpdf", "corpus"),
    ("quick_xml", "corpus"),
    ("html5ever", "corpus"),
    ("lingua", "drafting"),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let inside = path.strip_prefix(&root).expect("inside src");
                let first = inside
                    .iter()
                    .next()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                let room = first.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).expect("a source file is UTF-8");
                found.push((room, inside.to_path_buf(), text));
            }
        }
    }
    assert!(
        found.len() > 20,
        "the walk found too few files to be right: {}",
        found.len()
    );
    found
}

/// The rooms named after `crate::` in code, comments left out, `use crate::{a, b}` included.
fn named_rooms(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => {
                rooms.insert(word(rest));
            }
            Some(group) => rooms.extend(first_words_of_group(group)),
        }
    }
    rooms.remove("");
    rooms
}

fn first_words_of_group(group: &str) -> BTreeSet<String> {
    let mut depth = 1;
    let mut words = BTreeSet::new();
    let mut at_start = true;
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => at_start = true,
            c if depth == 1 && at_start && !c.is_whitespace() => {
                words.insert(word(&group[index..]));
                at_start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    words
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn rooms_know_only_the_rooms_in_the_table() {
    let table: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        if room == "lib" || room == "main" {
            continue;
        }
        let Some(allowed) = table.get(room.as_str()) else {
            wrong.push(format!(
                "{}: the room \"{room}\" is not in the table",
                path.display()
            ));
            continue;
        };
        for named in named_rooms(&text) {
            if table.contains_key(named.as_str()) && named != room && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{}: {room} must not know {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_library_with_one_user_has_one_user() {
    let mut wrong = Vec::new();
    for (room, path, text) in sources() {
        for (library, user) in ONLY_USER {
            let used = text.contains(&format!("use {library}::"))
                || text.contains(&format!(" {library}::"))
                || text.contains(&format!("({library}::"))
                || text.contains(&format!("<{library}::"));
            if used && room != *user {
                wrong.push(format!("{}: only {user} uses {library}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_why_it_exists_and_has_an_honest_name() {
    let mut wrong = Vec::new();
    for (_, path, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{}: opens without a //! sentence", path.display()));
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let folder = path
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy();
        for name in ["core", "common", "types", "utils", "helpers"] {
            if stem == name || folder == name {
                wrong.push(format!(
                    "{}: \"{name}\" says nothing about what is inside",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_use_lines_sees_groups_and_paths() {
    let text = "use crate::{ids::DocumentId, store::{Store, WriteTx}};\n// crate::http is only named here\nlet x = crate::audit::GENESIS;";
    let expected: BTreeSet<String> = ["ids", "store", "audit"].map(String::from).into();
    assert_eq!(named_rooms(text), expected);
}
