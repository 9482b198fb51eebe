//! The child's side of a ZIP: limit yourself, then list its entries or unpack one of them to standard output.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use zip::ZipReadOptions;
use zip::read::Config;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::archive::{ArchiveError, ArchiveOrder, HERE, Packed, PackedKind};
use super::material::ImportLimits;
use crate::corpus::extract_child::limit_self;

/// A small file may unpack to this whatever its ratio: a page of blanks is no bomb.
const INNOCENT_BYTES: u64 = 1 << 20;

/// Entry of the hidden subcommand `countersign archive-child`: the archive is standard input, the order an argument.
/// A refusal is an answer too; only a fault of the plumbing is a failure.
pub fn run_archive_child(order: &str) -> ExitCode {
    match serve(order) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(order: &str) -> io::Result<()> {
    let order: ArchiveOrder = serde_json::from_str(order)?;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    // The copy of standard input is open already; no further file can be.
    limit_self(&order.limits.extraction)?;
    let answer = match order.entry {
        None => list(input, &order.limits).and_then(|entries| {
            serde_json::to_vec(&entries).map_err(|error| ArchiveError::Damaged(error.to_string()))
        }),
        Some(place) => unpack(input, place, &order.limits),
    };
    let mut output = io::stdout().lock();
    match answer {
        Ok(bytes) => {
            output.write_all(&[HERE])?;
            output.write_all(&bytes)
        }
        Err(refused) => output.write_all(&serde_json::to_vec(&refused)?),
    }
}

fn damaged(error: &ZipError) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

/// The entries one by one, so that two of the same name are two and a directory of millions is never in memory.
fn open<R: Read + Seek>(input: R, limits: &ImportLimits) -> Result<ZipIterable<R>, ArchiveError> {
    let archive = ZipIterable::try_new(input, Config::default()).map_err(|error| damaged(&error))?;
    let entries = archive.len() as u64;
    if entries > limits.entries_max {
        return Err(ArchiveError::TooManyEntries {
            entries,
            entries_max: limits.entries_max,
        });
    }
    Ok(archive)
}

fn list(input: impl Read + Seek, limits: &ImportLimits) -> Result<Vec<Packed>, ArchiveError> {
    let mut archive = open(BufReader::new(input), limits)?;
    let mut entries = Vec::new();
    for entry in archive.files().map_err(|error| damaged(&error))? {
        let entry = entry.map_err(|error| damaged(&error))?;
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
        };
        let kind = if entry.is_symlink() {
            PackedKind::Link
        } else if entry.is_dir() || name.ends_with('\\') {
            PackedKind::Folder
        } else if entry.encrypted() {
            PackedKind::Encrypted
        } else {
            PackedKind::File
        };
        entries.push(Packed {
            name,
            bytes: entry.size(),
            packed_bytes: entry.compressed_size(),
            kind,
        });
    }
    Ok(entries)
}

fn unpack(input: impl Read + Seek, place: usize, limits: &ImportLimits) -> Result<Vec<u8>, ArchiveError> {
    let mut archive = open(BufReader::new(input), limits)?;
    let files = archive.files().map_err(|error| damaged(&error))?;
    let entry = files
        .nth(place)
        .ok_or_else(|| ArchiveError::Broken("the entry is gone".into()))?
        .map_err(|error| damaged(&error))?;
    let bytes_max = limits.extraction.bytes_max;
    // What the entry says of itself may be wrong, so only what really comes out is counted.
    let believable = entry
        .compressed_size()
        .saturating_mul(limits.ratio_max)
        .max(INNOCENT_BYTES);
    let reader = files.reader_mut();
    let file = entry
        .with_reader(reader, ZipReadOptions::new())
        .map_err(|error| match error {
            ZipError::UnsupportedArchive(_) => ArchiveError::Packing,
            error => ArchiveError::Broken(error.to_string()),
        })?;
    let mut bytes = Vec::new();
    file.take(bytes_max.min(believable).saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::Broken(error.to_string()))?;
    let unpacked = bytes.len() as u64;
    if unpacked > believable {
        return Err(ArchiveError::Bomb);
    }
    if unpacked > bytes_max {
        return Err(ArchiveError::TooLarge { bytes_max });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::corpus::ExtractionLimits;

    const LIMITS: ImportLimits = ImportLimits {
        entries_max: 4,
        all_bytes_max: 1 << 30,
        ratio_max: 200,
        extraction: ExtractionLimits {
            bytes_max: 8 << 20,
            seconds_max: 10,
            memory_max_bytes: 1 << 30,
            text_bytes_max: 1 << 20,
        },
    };

    fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("an entry");
            writer.write_all(bytes).expect("its bytes");
        }
        writer
            .add_directory("folder/", SimpleFileOptions::default())
            .expect("a folder");
        writer
            .add_symlink("link.md", "/etc/passwd", SimpleFileOptions::default())
            .expect("a link");
        writer.finish().expect("an archive").into_inner()
    }

    #[test]
    fn entries_are_listed_with_what_they_are_and_unpacked_by_their_place() {
        let bytes = archive(&[("a.md", b"# Hours".to_vec()), ("b/c.md", b"# Buses".to_vec())]);
        let listed = list(Cursor::new(&bytes), &LIMITS).expect("a list");
        let kinds: Vec<(&str, PackedKind)> = listed
            .iter()
            .map(|entry| (entry.name.as_str(), entry.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("a.md", PackedKind::File),
                ("b/c.md", PackedKind::File),
                ("folder/", PackedKind::Folder),
                ("link.md", PackedKind::Link)
            ]
        );
        assert_eq!(
            unpack(Cursor::new(&bytes), 1, &LIMITS).expect("bytes"),
            b"# Buses"
        );
        assert!(unpack(Cursor::new(&bytes), 9, &LIMITS).is_err());
    }

    #[test]
    fn bombs_giants_and_heaps_stop_at_the_limit() {
        let bytes = archive(&[
            ("bomb.txt", vec![b' '; 40 << 20]),
            ("blank.txt", vec![b' '; 900 << 10]),
        ]);
        assert!(matches!(
            unpack(Cursor::new(&bytes), 0, &LIMITS),
            Err(ArchiveError::Bomb)
        ));
        assert_eq!(
            unpack(Cursor::new(&bytes), 1, &LIMITS)
                .map(|bytes| bytes.len())
                .ok(),
            Some(900 << 10)
        );
        let noise: Vec<u8> = (0..9u32 << 20)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let bytes = archive(&[("large.txt", noise)]);
        assert!(matches!(
            unpack(Cursor::new(&bytes), 0, &LIMITS),
            Err(ArchiveError::TooLarge { .. } | ArchiveError::Bomb)
        ));
        let many: Vec<(String, Vec<u8>)> = (0..4).map(|n| (format!("{n}.md"), vec![b'a'])).collect();
        let many: Vec<(&str, Vec<u8>)> = many
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.clone()))
            .collect();
        assert!(matches!(
            list(Cursor::new(archive(&many)), &LIMITS),
            Err(ArchiveError::TooManyEntries {
                entries: 6,
                entries_max: 4
            })
        ));
    }

    #[test]
    fn what_is_no_archive_or_only_half_of_one_is_said() {
        let whole = archive(&[("a.md", b"# Hours".to_vec())]);
        for bytes in [&b""[..], b"PK\x03\x04", b"plain text", &whole[..whole.len() / 2]] {
            assert!(matches!(
                list(Cursor::new(bytes), &LIMITS),
                Err(ArchiveError::Damaged(_))
            ));
        }
    }
}
