//! Every way a file in the cache can be wrong is told apart, and a stamp saves hashing but never hides a change.

use std::fs;
use std::time::{Duration, SystemTime};

use super::*;
use crate::engine::pull::test_support::{CONTENT, entry_with_content};

fn installed() -> (tempfile::TempDir, CatalogEntry, PathBuf) {
    let cache = tempfile::tempdir().unwrap();
    let entry = entry_with_content("small", Vec::new());
    let directory = cache.path().join("small");
    fs::create_dir(&directory).unwrap();
    let path = directory.join("small.gguf");
    fs::write(&path, CONTENT).unwrap();
    (cache, entry, path)
}

#[test]
fn a_right_file_is_found_and_stamped() {
    let (cache, entry, path) = installed();
    let files = verify(&entry, cache.path()).unwrap();
    assert_eq!(files.gguf().unwrap().path, path);
    assert!(path.with_file_name(STAMP_FILE).exists());
    assert_eq!(locate(&entry, cache.path()).unwrap(), files);
}

#[test]
fn missing_short_and_damaged_are_told_apart() {
    let (cache, entry, path) = installed();
    fs::remove_file(&path).unwrap();
    let missing = verify(&entry, cache.path()).unwrap_err();
    assert!(matches!(missing, VerifyError::Missing { .. }), "{missing}");
    assert!(missing.to_string().contains("models add FILE"), "{missing}");
    fs::write(&path, &CONTENT[1..]).unwrap();
    assert!(
        matches!(locate(&entry, cache.path()), Err(VerifyError::WrongSize { got_bytes, .. }) if got_bytes + 1 == CONTENT.len() as u64)
    );
    let mut damaged = CONTENT.to_vec();
    damaged[10] ^= 1;
    fs::write(&path, &damaged).unwrap();
    assert!(matches!(
        locate(&entry, cache.path()),
        Err(VerifyError::WrongHash { .. })
    ));
}

#[test]
fn a_change_after_the_stamp_is_noticed() {
    let (cache, entry, path) = installed();
    locate(&entry, cache.path()).unwrap();
    let mut damaged = CONTENT.to_vec();
    damaged[0] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let later = SystemTime::now() + Duration::from_secs(5);
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert!(matches!(
        locate(&entry, cache.path()),
        Err(VerifyError::WrongHash { .. })
    ));
}

#[test]
fn locate_trusts_the_stamp_and_verify_does_not() {
    let (cache, entry, path) = installed();
    locate(&entry, cache.path()).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let mut damaged = CONTENT.to_vec();
    damaged[0] ^= 1;
    fs::write(&path, &damaged).unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(modified)
        .unwrap();
    assert!(
        locate(&entry, cache.path()).is_ok(),
        "same length and time: not hashed again"
    );
    assert!(matches!(
        verify(&entry, cache.path()),
        Err(VerifyError::WrongHash { .. })
    ));
}

#[test]
fn a_stamp_for_another_checksum_counts_for_nothing() {
    let (cache, mut entry, _) = installed();
    locate(&entry, cache.path()).unwrap();
    entry.files[0].sha256 = "0".repeat(64);
    assert!(matches!(
        locate(&entry, cache.path()),
        Err(VerifyError::WrongHash { .. })
    ));
}

#[test]
fn the_cache_directory_follows_the_environment() {
    let home = Some(PathBuf::from("/home/kim"));
    let cases: [(&[(&str, &str)], &str); 5] = [
        (
            &[("COUNTERSIGN_MODELS", "/srv/models"), ("XDG_CACHE_HOME", "/x")],
            "/srv/models",
        ),
        (&[("XDG_CACHE_HOME", "/x")], "/x/countersign/models"),
        (
            &[("XDG_CACHE_HOME", "relative")],
            "/home/kim/.cache/countersign/models",
        ),
        (
            &[("COUNTERSIGN_MODELS", "")],
            "/home/kim/.cache/countersign/models",
        ),
        (&[], "/home/kim/.cache/countersign/models"),
    ];
    for (set, expected) in cases {
        let variable = |name: &str| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        };
        assert_eq!(
            cache_dir_from(variable, home.clone()),
            PathBuf::from(expected),
            "{set:?}"
        );
    }
}
