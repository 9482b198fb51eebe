//! A model file comes into the cache as what it is, once, and anything else stays outside.

use std::fs;

use super::*;
use crate::engine::pull::locate;
use crate::engine::pull::test_support::{gguf, gguf_text};

struct Setting {
    directory: tempfile::TempDir,
    catalog: Catalog,
}

impl Setting {
    fn new() -> Setting {
        Setting {
            directory: tempfile::tempdir().unwrap(),
            catalog: Catalog::embedded().unwrap(),
        }
    }

    fn cache(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    fn file(&self, name: &str, architecture: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        let bytes = gguf(&[
            ("general.architecture", gguf_text(architecture)),
            ("general.name", gguf_text("District Model")),
        ]);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn add(&self, path: &Path) -> Result<CatalogEntry, AddError> {
        add_file(path, &self.catalog, &self.cache())
    }
}

#[test]
fn a_file_is_added_remembered_and_found() {
    let setting = Setting::new();
    let entry = setting
        .add(&setting.file("District Model (3B).GGUF", "qwen3"))
        .unwrap();
    assert_eq!(entry.id, "district-model--3b");
    assert_eq!(
        (entry.name.as_str(), entry.licence.as_str()),
        ("District Model", "not stated in the file")
    );
    entry.check().unwrap();
    let added = added_models(&setting.cache()).unwrap();
    assert_eq!(added, std::slice::from_ref(&entry));
    let catalog = setting.catalog.clone().with_added(added);
    assert!(locate(catalog.entry(&entry.id).unwrap(), &setting.cache()).is_ok());
}

#[test]
fn adding_twice_changes_nothing_and_another_file_of_that_name_gets_another_id() {
    let setting = Setting::new();
    let path = setting.file("m.gguf", "llama");
    let first = setting.add(&path).unwrap();
    assert_eq!(setting.add(&path).unwrap(), first);
    // Replaced, not rewritten: the cache may hold the very same bytes under a second name.
    fs::remove_file(&path).unwrap();
    let second = setting.add(&setting.file("m.gguf", "qwen2")).unwrap();
    assert!(second.id.starts_with("m-"), "{}", second.id);
    assert_eq!(
        added_models(&setting.cache()).unwrap(),
        [first.clone(), second.clone()]
    );
    for entry in [first, second] {
        assert!(locate(&entry, &setting.cache()).is_ok(), "{}", entry.id);
    }
}

#[test]
fn a_file_the_catalog_knows_becomes_that_model() {
    let setting = Setting::new();
    let path = setting.file("from-a-stick.gguf", "qwen2");
    let (sha256, bytes) = hash(&mut File::open(&path).unwrap()).unwrap();
    let text = format!(
        "hub_base_url = \"https://hub.example\"\n[[models]]\nid = \"known\"\nrole = \"drafting\"\nname = \"K\"\n\
         licence = \"MIT\"\n[[models.files]]\nname = \"k.gguf\"\nbytes = {bytes}\nsha256 = \"{sha256}\"\n"
    );
    let catalog = Catalog::parse(&text, "a test").unwrap();
    let entry = add_file(&path, &catalog, &setting.cache()).unwrap();
    assert_eq!(entry.id, "known");
    assert!(
        locate(&entry, &setting.cache())
            .unwrap()
            .gguf()
            .unwrap()
            .path
            .ends_with("known/k.gguf")
    );
    assert!(added_models(&setting.cache()).unwrap().is_empty());
}

#[test]
fn what_is_no_model_stays_outside() {
    let setting = Setting::new();
    let text = setting.directory.path().join("notes.gguf");
    fs::write(&text, "just notes").unwrap();
    assert!(matches!(setting.add(&text), Err(AddError::NotAModel { .. })));
    let other = setting.add(&setting.file("other.gguf", "gpt2")).unwrap_err();
    assert!(other.to_string().contains("family \"gpt2\""), "{other}");
    let missing = setting.directory.path().join("missing.gguf");
    assert!(matches!(setting.add(&missing), Err(AddError::Read { .. })));
    assert!(!setting.cache().exists(), "nothing was put into the cache");
}

#[test]
fn a_damaged_list_is_told_and_not_overwritten() {
    let setting = Setting::new();
    fs::create_dir(setting.cache()).unwrap();
    let list = setting.cache().join(ADDED_FILE);
    fs::write(&list, "models = 7").unwrap();
    assert!(matches!(
        setting.add(&setting.file("m.gguf", "llama")),
        Err(AddError::List { .. })
    ));
    assert_eq!(fs::read_to_string(&list).unwrap(), "models = 7");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_followed() {
    let setting = Setting::new();
    let link = setting.directory.path().join("link.gguf");
    std::os::unix::fs::symlink(setting.file("real.gguf", "llama"), &link).unwrap();
    let entry = setting.add(&link).unwrap();
    let path = locate(&entry, &setting.cache())
        .unwrap()
        .gguf()
        .unwrap()
        .path
        .clone();
    assert!(fs::symlink_metadata(path).unwrap().is_file());
}
