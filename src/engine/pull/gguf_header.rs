//! Just enough of the GGUF format to say which family of models a file belongs to, on files nobody has checked yet.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3. Nothing is allocated from a
//! length in the file beyond a small bound, and values that are not needed are passed over.

use std::io::{self, BufRead, Read};

const MAGIC: &[u8; 4] = b"GGUF";
const ENTRIES_MAX: u64 = 100_000;
const TEXT_BYTES_MAX: u64 = 4096;
const NESTING_MAX: u32 = 4;

/// What a GGUF file says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// `general.architecture`, for example "qwen2".
    pub(super) architecture: String,
    /// `general.name`, when there is one.
    pub(super) name: Option<String>,
    /// `general.license`, when there is one.
    pub(super) licence: Option<String>,
}

/// Why a file is not a GGUF file that can be used.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    #[error("it is not a GGUF file")]
    NotGguf,
    #[error("it is GGUF version {0}; versions 2 and 3 can be used")]
    Version(u32),
    #[error("its header is damaged: {0}")]
    Damaged(&'static str),
    #[error("it cannot be read")]
    Read(#[from] io::Error),
}

/// Reads the header's metadata.
pub(super) fn read(reader: &mut dyn BufRead) -> Result<Header, HeaderError> {
    let mut magic = [0; 4];
    reader.read_exact(&mut magic).map_err(|_| HeaderError::NotGguf)?;
    if &magic != MAGIC {
        return Err(HeaderError::NotGguf);
    }
    let version = u32_of(reader)?;
    if !(2..=3).contains(&version) {
        return Err(HeaderError::Version(version));
    }
    let _tensors = u64_of(reader)?;
    let entries = u64_of(reader)?;
    if entries > ENTRIES_MAX {
        return Err(HeaderError::Damaged("too many entries"));
    }
    let mut header = Header::default();
    for _ in 0..entries {
        read_entry(reader, &mut header)?;
    }
    if header.architecture.is_empty() {
        return Err(HeaderError::Damaged("it names no architecture"));
    }
    Ok(header)
}

fn read_entry(reader: &mut dyn BufRead, header: &mut Header) -> Result<(), HeaderError> {
    let key = text(reader)?;
    let kind = u32_of(reader)?;
    match (key.as_str(), kind) {
        ("general.architecture", KIND_TEXT) => header.architecture = text(reader)?,
        ("general.name", KIND_TEXT) => header.name = Some(text(reader)?),
        ("general.license", KIND_TEXT) => header.licence = Some(text(reader)?),
        // Readers divide by it.
        ("general.alignment", 4) if u32_of(reader)? == 0 => {
            return Err(HeaderError::Damaged("its alignment is 0"));
        }
        ("general.alignment", 4) => {}
        ("general.alignment", _) => return Err(HeaderError::Damaged("its alignment is not a 32-bit number")),
        _ => skip(reader, kind, 0)?,
    }
    Ok(())
}

const KIND_TEXT: u32 = 8;
const KIND_LIST: u32 = 9;

fn skip(reader: &mut dyn BufRead, kind: u32, nesting: u32) -> Result<(), HeaderError> {
    if let Some(bytes) = fixed_bytes(kind) {
        return pass_over(reader, bytes);
    }
    if kind == KIND_TEXT {
        let bytes = u64_of(reader)?;
        return pass_over(reader, bytes);
    }
    if kind != KIND_LIST || nesting >= NESTING_MAX {
        return Err(HeaderError::Damaged("an unknown kind of value"));
    }
    let (kind, count) = (u32_of(reader)?, u64_of(reader)?);
    if let Some(bytes) = fixed_bytes(kind) {
        return pass_over(reader, count.saturating_mul(bytes));
    }
    // Every turn reads at least eight bytes, so that a made-up count ends with the file.
    (0..count).try_for_each(|_| skip(reader, kind, nesting + 1))
}

/// The length of a value of fixed length, by its kind.
fn fixed_bytes(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn pass_over(reader: &mut dyn BufRead, bytes: u64) -> Result<(), HeaderError> {
    let passed = io::copy(&mut reader.take(bytes), &mut io::sink())?;
    if passed == bytes {
        Ok(())
    } else {
        Err(HeaderError::Damaged("it ends too early"))
    }
}

fn text(reader: &mut dyn BufRead) -> Result<String, HeaderError> {
    let bytes = u64_of(reader)?;
    if bytes > TEXT_BYTES_MAX {
        return Err(HeaderError::Damaged("a text is too long"));
    }
    let mut value = Vec::new();
    reader.take(bytes).read_to_end(&mut value)?;
    if value.len() as u64 != bytes {
        return Err(HeaderError::Damaged("it ends too early"));
    }
    String::from_utf8(value).map_err(|_| HeaderError::Damaged("a text is not UTF-8"))
}

fn u32_of(reader: &mut dyn BufRead) -> Result<u32, HeaderError> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes).map_err(ends_early)?;
    Ok(u32::from_le_bytes(bytes))
}

fn u64_of(reader: &mut dyn BufRead) -> Result<u64, HeaderError> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes).map_err(ends_early)?;
    Ok(u64::from_le_bytes(bytes))
}

fn ends_early(error: io::Error) -> HeaderError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => HeaderError::Damaged("it ends too early"),
        _ => HeaderError::Read(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::pull::test_support::{gguf, gguf_text};

    #[test]
    fn a_header_is_read_past_values_it_does_not_need() {
        let mut list = 9_u32.to_le_bytes().to_vec();
        list.extend(8_u32.to_le_bytes());
        list.extend(2_u64.to_le_bytes());
        for word in ["a", "bc"] {
            list.extend((word.len() as u64).to_le_bytes());
            list.extend(word.as_bytes());
        }
        let bytes = gguf(&[
            ("tokenizer.ggml.tokens", list),
            ("general.architecture", gguf_text("qwen2")),
            ("general.license", gguf_text("apache-2.0")),
        ]);
        let header = read(&mut bytes.as_slice()).unwrap();
        let expected = Header {
            architecture: "qwen2".into(),
            name: None,
            licence: Some("apache-2.0".into()),
        };
        assert_eq!(header, expected);
    }

    #[test]
    fn files_that_cannot_be_used_are_told_apart() {
        let architecture = ("general.architecture", gguf_text("llama"));
        let alignment = (
            "general.alignment",
            [4_u32.to_le_bytes(), 0_u32.to_le_bytes()].concat(),
        );
        let endless = (
            "x",
            [
                &9_u32.to_le_bytes()[..],
                &8_u32.to_le_bytes(),
                &u64::MAX.to_le_bytes(),
            ]
            .concat(),
        );
        let mut old = gguf(&[]);
        old[4] = 1;
        let cases = [
            (b"PK\x03\x04 a zip".to_vec(), "not a GGUF file"),
            (Vec::new(), "not a GGUF file"),
            (old, "version 1"),
            (gguf(&[]), "names no architecture"),
            (gguf(&[alignment, architecture.clone()]), "alignment is 0"),
            (gguf(&[endless]), "ends too early"),
            (gguf(&[architecture])[..30].to_vec(), "ends too early"),
        ];
        for (bytes, reason) in cases {
            let error = read(&mut bytes.as_slice()).unwrap_err().to_string();
            assert!(error.contains(reason), "expected \"{reason}\", got \"{error}\"");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(tail in proptest::collection::vec(any::<u8>(), 0..300), entries in 0_u64..4) {
            let mut bytes = b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0".to_vec();
            bytes.extend(entries.to_le_bytes());
            bytes.extend(tail);
            let _ = read(&mut bytes.as_slice());
        }
    }
}
