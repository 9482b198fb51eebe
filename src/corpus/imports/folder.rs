//! A folder of this machine as an import sees it: every file below it, by its path from there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::material::{Fate, Found, Handle};
use super::names::{self, NameFate};

/// Everything below the folder, in the order of the paths. Links are followed where they stay inside it.
///
/// # Errors
/// The folder itself can't be read. What can't be read below it is a file that failed, by name.
pub(super) fn list(folder: &Path, entries_max: u64) -> std::io::Result<Vec<Found>> {
    let root = folder.canonicalize()?;
    std::fs::read_dir(&root)?;
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(within) = folders.pop() {
        let entries = match std::fs::read_dir(&within) {
            Ok(entries) => entries,
            Err(error) => {
                put(&mut found, &root, &within, 0, failed(&error));
                continue;
            }
        };
        for entry in entries {
            if found.len() as u64 > entries_max {
                return Ok(found.into_values().collect());
            }
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    put(&mut found, &root, &within, 0, failed(&error));
                    continue;
                }
            };
            match look(&root, &path) {
                Looked::Folder => folders.push(path),
                Looked::File(bytes, fate) => put(&mut found, &root, &path, bytes, fate),
            }
        }
    }
    Ok(found.into_values().collect())
}

enum Looked {
    Folder,
    File(u64, Fate),
}

fn look(root: &Path, path: &Path) -> Looked {
    let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    // What a link leads to counts as if it stood here, but only once, and only if it is part of the folder.
    let stays = path.canonicalize().is_ok_and(|target| target.starts_with(root));
    if is_link && !stays {
        return Looked::File(0, Fate::Failed("it is a link that leads out of the folder, or nowhere, so it was not read. Put the file itself there".into()));
    }
    match path.metadata() {
        Ok(data) if data.is_dir() && is_link => Looked::File(
            0,
            Fate::PassedOver("it is a link to a folder; what is in that folder is listed there".into()),
        ),
        Ok(data) if data.is_dir() => {
            // A folder whose name is nobody's holds nobody's documents.
            match names::judged(&relative(root, path)) {
                Err(NameFate::PassedOver(why)) => Looked::File(0, Fate::PassedOver(why.into())),
                _ => Looked::Folder,
            }
        }
        Ok(data) if data.is_file() => Looked::File(data.len(), Fate::Read(Handle::File(path.to_path_buf()))),
        Ok(_) => Looked::File(0, Fate::PassedOver("it is neither a file nor a folder".into())),
        Err(error) => Looked::File(0, failed(&error)),
    }
}

fn failed(error: &std::io::Error) -> Fate {
    Fate::Failed(format!(
        "it can't be read ({error}). Check who may read it, and add it again"
    ))
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

fn put(found: &mut BTreeMap<PathBuf, Found>, root: &Path, path: &Path, bytes: u64, fate: Fate) {
    let entry = Found::judged(&relative(root, path), bytes, fate);
    found.insert(path.to_path_buf(), entry);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_walked_and_links_that_leave_it_are_named() {
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::write(outside.path().join("secret.md"), "# Secret").expect("a file");
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("b/.git")).expect("folders");
        for name in ["a.md", "b/c.md", "b/.git/config", "Thumbs.db"] {
            std::fs::write(at(name), "# Text").expect("a file");
        }
        std::os::unix::fs::symlink(outside.path().join("secret.md"), at("out.md")).expect("a link");
        std::os::unix::fs::symlink(at("a.md"), at("in.md")).expect("a link");
        std::os::unix::fs::symlink(folder.path(), at("b/around")).expect("a link");
        let found = list(folder.path(), 100).expect("a list");
        let told: Vec<(String, &str)> = found
            .iter()
            .map(|found| {
                let fate = match &found.fate {
                    Fate::Read(_) => "read",
                    Fate::PassedOver(_) => "passed over",
                    Fate::Failed(_) => "failed",
                };
                (found.path.clone(), fate)
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(path, fate)| (path.as_str(), *fate)).collect();
        assert_eq!(
            told,
            [
                ("Thumbs.db", "passed over"),
                ("a.md", "read"),
                ("b/.git", "passed over"),
                ("b/around", "passed over"),
                ("b/c.md", "read"),
                ("in.md", "read"),
                ("out.md", "failed"),
            ]
        );
        assert!(list(&at("nowhere"), 100).is_err());
    }
}
