//! Where the real models are, for the tests that need them.
//!
//! A machine without the weights skips those tests aloud; with `CI=true` a missing model is a failure, so that a green
//! build always means the real models ran.

use std::path::PathBuf;

use countersign::engine::catalog::{Catalog, ModelRole};
use countersign::engine::embedder::EmbeddingFiles;
use countersign::engine::pull::{ModelFiles, cache_dir, locate};

/// The default drafting model's GGUF file, when it is in the cache.
pub fn drafting_model() -> Option<PathBuf> {
    let files = installed(ModelRole::Drafting)?;
    Some(
        files
            .gguf()
            .expect("the catalog gives every drafting model a GGUF file")
            .path
            .clone(),
    )
}

/// The default embedding model's files, when they are in the cache.
pub fn embedding_files() -> Option<EmbeddingFiles> {
    let files = installed(ModelRole::Embedding)?;
    Some(EmbeddingFiles::from_model(&files).expect("the catalog gives every embedding model its three files"))
}

fn installed(role: ModelRole) -> Option<ModelFiles> {
    let catalog = Catalog::embedded().expect("the embedded catalog is valid");
    let entry = catalog
        .default_for(role)
        .expect("the embedded catalog has a model for each role");
    match locate(entry, &cache_dir()) {
        Ok(files) => Some(files),
        Err(missing) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => panic!("{missing}"),
        Err(missing) => {
            eprintln!("SKIPPED: {missing}");
            None
        }
    }
}

#[test]
fn the_default_drafting_model_is_a_gguf_file() {
    let Some(path) = drafting_model() else { return };
    let mut magic = [0; 4];
    std::fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic))
        .unwrap();
    assert_eq!(&magic, b"GGUF");
}
