//! ZIPs as strangers make them: each entry by name with what was done, and nothing outside the database.

use std::io::{Cursor, Write};

use countersign::store::{ImportState, Outcome};
use zip::write::SimpleFileOptions;

use super::{Office, about, archive, zipped};
use crate::engines::for_each_engine;

/// A ZIP with one good document and everything that should not be in one.
fn mixed() -> Vec<u8> {
    let plain = SimpleFileOptions::default();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let good = about("Buses", "Seven");
    for (name, bytes) in [
        ("good.md", good.as_bytes()),
        ("../../outside.md", good.as_bytes()),
        ("/etc/passwd.md", good.as_bytes()),
        ("C:\\windows\\a.md", good.as_bytes()),
        ("inner.zip", b"PK\x03\x04"),
        ("hidden-zip.md", zipped(&[("x.md", "# X")]).as_slice()),
        ("__MACOSX/._good.md", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        ("program.exe", b"MZ\x90\0\x03\0\0\0"),
        ("empty.md", b""),
    ] {
        writer.start_file(name, plain).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.start_file("bomb.txt", plain).unwrap();
    for _ in 0..40 {
        writer.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    writer.add_directory("folder/", plain).unwrap();
    writer.add_symlink("link.md", "/etc/passwd", plain).unwrap();
    writer.finish().unwrap().into_inner()
}

/// The same name twice, which no honest program writes: one of two names of the same length is overwritten.
fn twins() -> Vec<u8> {
    let mut bytes = zipped(&[
        ("one.md", about("One", "1")),
        ("two.md", about("Two", "2")),
        ("three.md", about("Three", "3")),
    ]);
    let places: Vec<usize> = bytes
        .windows(6)
        .enumerate()
        .filter(|(_, at)| at == b"two.md")
        .map(|(place, _)| place)
        .collect();
    for place in places {
        bytes[place..place + 6].copy_from_slice(b"one.md");
    }
    bytes
}

/// Sets the flag that says that an entry is encrypted.
fn encrypted() -> Vec<u8> {
    let mut bytes = zipped(&[
        ("secret.md", about("Secret", "1")),
        ("open.md", about("Open", "2")),
    ]);
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let place = bytes.windows(4).position(|at| at == signature).unwrap();
        bytes[place + flags] |= 1;
    }
    bytes
}

#[test]
fn each_entry_is_named_with_what_was_done() {
    for_each_engine(|fresh| async move {
        let office = Office::open(&fresh).await;
        let imported = office.import(archive(&mixed())).await;
        assert_eq!(imported.state, ImportState::Done);
        for (path, outcome, word) in [
            ("good.md", Outcome::NewDocument, "new document"),
            ("../../outside.md", Outcome::Failed, "outside the folder"),
            ("/etc/passwd.md", Outcome::Failed, "outside the folder"),
            ("C:\\windows\\a.md", Outcome::Failed, "outside the folder"),
            ("inner.zip", Outcome::Failed, "Unpack it"),
            ("hidden-zip.md", Outcome::Failed, "an archive"),
            ("__MACOSX/._good.md", Outcome::PassedOver, "macOS"),
            (".DS_Store", Outcome::PassedOver, "macOS"),
            ("program.exe", Outcome::Failed, "Upload a PDF"),
            ("empty.md", Outcome::Failed, "empty"),
            ("bomb.txt", Outcome::Failed, "bomb"),
            ("folder", Outcome::PassedOver, "folder"),
            ("link.md", Outcome::Failed, "link"),
        ] {
            let file = imported.file(path);
            assert_eq!(file.outcome, outcome, "{path}: {}", file.detail);
            assert!(file.detail.contains(word), "{path}: {}", file.detail);
        }
        assert_eq!(imported.files.len(), 13);
        assert_eq!(office.held().await, (1, 1));

        let twice = office.import(archive(&twins())).await;
        assert_eq!(twice.file("three.md").outcome, Outcome::NewDocument);
        assert_eq!(
            (twice.counts.failed, twice.files.len()),
            (2, 3),
            "{:?}",
            twice.files
        );
        assert!(
            twice.file("one.md").detail.contains("two files"),
            "{:?}",
            twice.files
        );

        let locked = office.import(archive(&encrypted())).await;
        assert_eq!(
            locked.file("open.md").outcome,
            Outcome::NewDocument,
            "{:?}",
            locked.files
        );
        assert!(
            locked.file("secret.md").detail.contains("password"),
            "{:?}",
            locked.files
        );
    });
}

#[test]
fn what_is_no_zip_or_too_much_of_one_is_refused_whole_with_its_reason() {
    for_each_engine(|fresh| async move {
        let office = Office::with(&fresh, "import_files_max = 3").await;
        let whole = zipped(&[("a.md", about("A", "1"))]);
        for (bytes, word) in [
            (b"plain text".to_vec(), "damaged"),
            (whole[..whole.len() - 10].to_vec(), "damaged"),
            (
                zipped(&[("a.md", "x"), ("b.md", "x"), ("c.md", "x"), ("d.md", "x")]),
                "at most 3",
            ),
        ] {
            let imported = office.import(archive(&bytes)).await;
            assert_eq!(imported.state, ImportState::Failed);
            let row = office.app.store.import(&imported.id).await.unwrap().unwrap();
            let reason = row.reason.unwrap_or_default();
            assert!(reason.contains(word), "{reason}");
        }
        assert_eq!(office.held().await, (0, 0));
    });
}

#[test]
fn what_comes_to_too_much_together_is_taken_up_to_the_limit() {
    for_each_engine(|fresh| async move {
        let office = Office::with(&fresh, "import_mib_max = 1").await;
        let large = |title: &str| {
            let lines: Vec<String> = (0..11_000)
                .map(|n| format!("Rule {n} of {title} says {}.", n * 7919 % 10_007))
                .collect();
            format!("# {title}\n\n{}\n", lines.join("\n\n"))
        };
        let zip = zipped(&[
            ("a.md", large("A")),
            ("b.md", large("B")),
            ("c.md", large("C")),
            ("d.md", large("D")),
        ]);
        let imported = office.import(archive(&zip)).await;
        assert!(
            imported.counts.new_documents >= 1 && imported.counts.not_reached >= 1,
            "{:?}",
            imported.counts
        );
        let last = imported.file("d.md");
        assert!(
            last.outcome == Outcome::NotReached && last.detail.contains("1 MiB"),
            "{last:?}"
        );
    });
}
