//! Many documents at once, from the bytes to the stored versions, on both engines.

mod again;
mod archives;
mod described;
mod together;
mod watched;

use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;

use countersign::accounts::{Role, Roles};
use countersign::config::Config;
use countersign::corpus;
use countersign::corpus::imports::{Facts, Material};
use countersign::ids::ImportId;
use countersign::store::{ImportCounts, ImportFileRow, ImportOrigin, ImportState, Outcome};
use countersign::workflow::{App, Caller, ImportOrder, Options, begin_import, ensure_person, run_import};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use crate::engines::Fresh;

/// The application on a fresh database, with two source owners.
pub struct Office {
    pub app: App,
    pub ana: Caller,
    pub ben: Caller,
    /// A folder of this test's own.
    pub folder: TempDir,
}

impl Office {
    pub async fn open(fresh: &Fresh) -> Office {
        Office::with(fresh, "").await
    }

    /// With settings of the section `documents`; `FOLDER` in them is the test's own folder.
    pub async fn with(fresh: &Fresh, settings: &str) -> Office {
        corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let settings = settings.replace("FOLDER", &folder.path().display().to_string());
        let settings = format!("[database]\nurl = \"{}\"\n[documents]\n{settings}\n", fresh.url);
        std::fs::write(data.join("countersign.toml"), settings).unwrap();
        let config = Config::load(None, &data).unwrap();
        let without_models = Options {
            drafting: false,
            search: false,
        };
        let app = App::open(config, &data, without_models).await.unwrap();
        Office {
            ana: source_owner(&app, "Ana Ruiz", "ana@district.example").await,
            ben: source_owner(&app, "Ben Okoye", "ben@district.example").await,
            app,
            folder,
        }
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Writes files below a folder of the test's own and gives it.
    pub fn files(&self, folder: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let root = self.path(folder);
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    pub async fn import(&self, material: Material) -> Imported {
        self.import_as(&self.ana, material).await
    }

    pub async fn import_as(&self, caller: &Caller, material: Material) -> Imported {
        let order = ImportOrder {
            material,
            given: Facts::default(),
            only: None,
        };
        let import = begin_import(&self.app, caller, "test", ImportOrigin::Upload)
            .await
            .unwrap();
        let (state, counts) = run_import(&self.app, caller, &import.id, &order, &|_| {})
            .await
            .unwrap();
        Imported {
            state,
            counts,
            files: self.app.store.import_files(&import.id).await.unwrap(),
            id: import.id,
        }
    }

    /// How many versions there are of how many documents.
    pub async fn held(&self) -> (usize, usize) {
        let documents = self.app.store.documents().await.unwrap();
        let versions = documents.iter().map(|document| document.versions.len()).sum();
        (documents.len(), versions)
    }
}

async fn source_owner(app: &App, name: &str, email: &str) -> Caller {
    let roles = Roles::from([Role::SourceOwner]);
    let person = ensure_person(app, name, email, roles, None).await.unwrap();
    Caller {
        person: person.id,
        name: person.name,
        roles: person.roles,
        request_id: None,
    }
}

/// An import that has ended.
pub struct Imported {
    pub id: ImportId,
    pub state: ImportState,
    pub counts: ImportCounts,
    pub files: Vec<ImportFileRow>,
}

impl Imported {
    pub fn file(&self, path: &str) -> &ImportFileRow {
        self.files
            .iter()
            .find(|file| file.path == path)
            .unwrap_or_else(|| panic!("nothing is said of {path}: {:?}", self.files))
    }

    pub fn outcomes(&self) -> Vec<(&str, Outcome)> {
        let mut outcomes: Vec<(&str, Outcome)> = self
            .files
            .iter()
            .map(|file| (file.path.as_str(), file.outcome))
            .collect();
        outcomes.sort();
        outcomes
    }
}

/// A document about something, as Markdown.
pub fn about(title: &str, says: &str) -> String {
    format!("# {title}\n\n{says} is what the office says about {title}.\n")
}

/// A ZIP of these files.
pub fn zipped<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn archive(bytes: &[u8]) -> Material {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Material::Archive(Arc::new(file))
}

pub fn folder(path: &Path) -> Material {
    Material::Folder(path.to_path_buf())
}
