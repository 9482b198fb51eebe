//! Files as strangers send them: whatever is in one, the process that asked for its text goes on.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use countersign::corpus::{self, Extracted, ExtractionError, ExtractionLimits, WarningKind};
use futures::StreamExt;
use zip::write::SimpleFileOptions;

async fn extract(bytes: &[u8], name: &str) -> Result<Extracted, ExtractionError> {
    extract_within(
        bytes,
        name,
        ExtractionLimits {
            seconds_max: 10,
            ..ExtractionLimits::default()
        },
    )
    .await
}

async fn extract_within(
    bytes: &[u8],
    name: &str,
    limits: ExtractionLimits,
) -> Result<Extracted, ExtractionError> {
    corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
    let started = Instant::now();
    let outcome = corpus::extract(bytes, name, &limits).await;
    let most = Duration::from_secs(limits.seconds_max + 3);
    assert!(started.elapsed() < most, "{name} took {:?}", started.elapsed());
    outcome
}

fn word_file(document: &[u8]) -> Vec<u8> {
    office_file(&[("word/document.xml", document)])
}

fn office_file(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("part");
        writer.write_all(text).expect("text");
    }
    writer.finish().expect("file").into_inner()
}

/// A workbook of one sheet with this text for all cells that name it, and these rows.
fn workbook(shared: &str, rows: &str) -> Vec<u8> {
    office_file(&[
        (
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="Buses" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="sheet.xml"/>
            <Relationship Id="r2" Type="x/sharedStrings" Target="strings.xml"/></Relationships>"#,
        ),
        (
            "xl/strings.xml",
            format!("<sst><si><t>{shared}</t></si></sst>").as_bytes(),
        ),
        (
            "xl/sheet.xml",
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes(),
        ),
    ])
}

/// A PDF whose page resources hold `object`.
fn pdf_file(object: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources {object} >>\nendobj\n\
         trailer\n<< /Size 4 /Root 1 0 R >>\n%%EOF"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_document_comes_back_in_passages() {
    let text = "# Meals\n\nLunch costs $2.75. Milk is\u{200b} free.\n\n## Hours\n\nThe cafeteria opens at 11 a.m. daily.\n";
    let read = extract(text.as_bytes(), "meals.md").await.expect("text");
    assert_eq!(read.media_type, "text/markdown");
    assert_eq!(read.title.as_deref(), Some("Meals"));
    let said: Vec<Vec<&str>> = read
        .passages
        .iter()
        .map(|passage| {
            passage
                .sentences
                .iter()
                .map(|sentence| read.slice(*sentence))
                .collect()
        })
        .collect();
    assert_eq!(
        said,
        [
            vec!["Lunch costs $2.75.", "Milk is free."],
            vec!["The cafeteria opens at 11 a.m. daily."]
        ]
    );
    assert_eq!(read.passages[1].heading, ["Meals", "Hours"]);
    assert_eq!(read.warnings.len(), 1);
    assert_eq!(read.warnings[0].kind, WarningKind::InvisibleCharacters);
}

#[tokio::test]
async fn what_is_not_a_document_is_refused_by_name() {
    let encrypted_office: Vec<u8> = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]
        .into_iter()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    type Case = (&'static str, Vec<u8>, fn(&ExtractionError) -> bool);
    let cases: Vec<Case> = vec![
        ("empty.pdf", Vec::new(), |e| matches!(e, ExtractionError::Empty)),
        ("blank.txt", b" \n\n \t ".to_vec(), |e| {
            matches!(e, ExtractionError::NoText)
        }),
        (
            "photo.pdf",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            unsupported,
        ),
        (
            "noise.docx",
            (0..2_000u32).map(|n| (n * 7 % 256) as u8).collect(),
            unsupported,
        ),
        ("prose.pdf", b"Only prose.".to_vec(), malformed),
        ("mail.eml", b"Only prose.".to_vec(), malformed),
        ("box.mbox", b"From a\nSubject: b\n\nHello.".to_vec(), unsupported),
        ("locked.docx", encrypted_office, |e| {
            matches!(e, ExtractionError::Encrypted)
        }),
        ("cut.docx", word_file(b"<document/>")[..30].to_vec(), malformed),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<<".to_vec(), malformed),
        ("scan.pdf", pdf_file("<< >>"), |e| {
            matches!(e, ExtractionError::NoText)
        }),
    ];
    for (name, bytes, wanted) in cases {
        let error = extract(&bytes, name).await.expect_err(name);
        assert!(wanted(&error), "{name}: {error:?}");
        assert!(
            error.to_string().len() > 40,
            "{name} must say what to do: {error}"
        );
    }
}

fn unsupported(error: &ExtractionError) -> bool {
    matches!(error, ExtractionError::UnsupportedType { .. })
}

fn malformed(error: &ExtractionError) -> bool {
    matches!(error, ExtractionError::Malformed(_))
}

#[tokio::test]
async fn the_content_decides_the_type_and_the_name_is_told() {
    let page = b"<!doctype html><title>Buses</title><p>The bus leaves at 8:05.</p>";
    let read = extract(page, "buses.txt").await.expect("text");
    assert_eq!(read.media_type, "text/html");
    assert!(
        read.warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::NameMismatch)
    );
}

#[tokio::test]
async fn nesting_that_kills_the_parser_kills_only_the_child() {
    let depth = 200_000;
    let bytes = pdf_file(&format!("<< /A {}{} >>", "[".repeat(depth), "]".repeat(depth)));
    let error = extract(&bytes, "nested.pdf").await.expect_err("no text in it");
    assert!(
        matches!(&error, ExtractionError::Crashed(why) if why.contains("nested")),
        "{error:?}"
    );
    extract(b"We are still here.", "after.txt")
        .await
        .expect("the next file is read");
}

#[tokio::test]
async fn a_bomb_is_refused_within_its_limits() {
    let mut document = b"<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>".to_vec();
    document.resize(300 << 20, b'a');
    let bytes = word_file(&document);
    drop(document);
    assert!(bytes.len() < 1 << 20, "the bomb is small");
    let error = extract(&bytes, "bomb.docx").await.expect_err("too much");
    assert!(
        matches!(
            error,
            ExtractionError::Malformed(_) | ExtractionError::MemoryExceeded
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_text_repeated_in_very_many_cells_is_refused_within_its_limits() {
    let row = r#"<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>"#;
    let bytes = workbook(&"bus stop ".repeat(3_000), &row.repeat(500_000));
    assert!(bytes.len() < 1 << 20, "the file is small");
    let error = extract(&bytes, "bomb.xlsx").await.expect_err("too much");
    assert!(matches!(error, ExtractionError::TextTooLong { .. }), "{error:?}");
}

#[tokio::test]
async fn workbooks_presentations_and_messages_are_read() {
    let row = r#"<row><c t="s"><v>0</v></c><c><v>7</v></c></row>"#;
    let slides = office_file(&[
        (
            "ppt/presentation.xml",
            br#"<p:presentation><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            br#"<Relationships><Relationship Id="r1" Type="x/slide" Target="slide.xml"/></Relationships>"#,
        ),
        (
            "ppt/slide.xml",
            b"<p:sld><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>The office opens at 8.</a:t></a:r></a:p>\
              </p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
        ),
    ]);
    let message =
        b"From: a@b.c\nSubject: Closed\nDate: Fri, 14 Aug 2026 08:05:00 -0500\n\nWe open at 9.".to_vec();
    let cases = [
        (
            "routes.xlsx",
            workbook("Oak", row),
            "spreadsheetml.sheet",
            "Oak: 7.",
        ),
        (
            "office.pptx",
            slides,
            "presentationml.presentation",
            "The office opens at 8.",
        ),
        ("closed.eml", message, "rfc822", "We open at 9."),
    ];
    for (name, bytes, kind, sentence) in cases {
        let read = extract(&bytes, name).await.expect(name);
        assert!(read.media_type.ends_with(kind), "{name}: {}", read.media_type);
        let last = read.passages.last().and_then(|passage| passage.sentences.last());
        assert_eq!(last.map(|last| read.slice(*last)), Some(sentence), "{name}");
    }
}

#[tokio::test]
async fn too_little_memory_is_said_to_be_that() {
    let limits = ExtractionLimits {
        memory_max_bytes: 96 << 20,
        seconds_max: 10,
        ..ExtractionLimits::default()
    };
    let bytes = format!("<!doctype html><body>{}", "<p>a</p>".repeat(1_000_000)).into_bytes();
    let error = extract_within(&bytes, "large.html", limits)
        .await
        .expect_err("too large for its limit");
    assert!(matches!(error, ExtractionError::MemoryExceeded), "{error:?}");
}

#[tokio::test]
async fn a_slow_file_ends_at_its_time() {
    let limits = ExtractionLimits {
        seconds_max: 1,
        ..ExtractionLimits::default()
    };
    // So much markup takes far longer than a second to put into a tree.
    let bytes = format!("<!doctype html><body>{}", "<p><b>a</b><i>b</i>".repeat(900_000)).into_bytes();
    let error = extract_within(&bytes, "slow.html", limits)
        .await
        .expect_err("too slow");
    assert!(
        matches!(error, ExtractionError::TimedOut { seconds_max: 1 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn sizes_are_bounded() {
    let small = ExtractionLimits {
        bytes_max: 100,
        text_bytes_max: 10,
        ..ExtractionLimits::default()
    };
    let error = extract_within(&[b'a'; 101], "large.txt", small)
        .await
        .expect_err("too large");
    assert!(
        matches!(
            error,
            ExtractionError::TooLarge {
                bytes: 101,
                bytes_max: 100
            }
        ),
        "{error:?}"
    );
    let error = extract_within(b"More than ten bytes.", "long.txt", small)
        .await
        .expect_err("too long");
    assert!(
        matches!(
            error,
            ExtractionError::TextTooLong {
                bytes: 20,
                bytes_max: 10
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn one_line_of_a_megabyte_becomes_many_sentences() {
    let read = extract("bus stop ".repeat(120_000).as_bytes(), "line.txt")
        .await
        .expect("text");
    let longest = read
        .passages
        .iter()
        .flat_map(|p| &p.sentences)
        .map(|s| s.end - s.start)
        .max();
    assert!(longest.is_some_and(|bytes| bytes <= 1_200), "{longest:?}");
}

#[tokio::test]
async fn a_cancelled_extraction_leaves_nothing_behind() {
    corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
    let limits = ExtractionLimits::default();
    let text = "The bus leaves at 8:05. ".repeat(40_000);
    let cancelled = tokio::time::timeout(
        Duration::from_millis(5),
        corpus::extract(text.as_bytes(), "a.txt", &limits),
    )
    .await;
    assert!(
        cancelled.is_err(),
        "five milliseconds are too few to start a process and read a megabyte"
    );
    extract(text.as_bytes(), "a.txt").await.expect("text");
}

/// What became of a set of files.
#[derive(Debug, Default)]
struct Tally {
    ok: usize,
    refused: usize,
    crashed: usize,
    timed_out: usize,
}

/// Every odd and hostile file we have, when the evaluation data is on this machine.
#[tokio::test]
async fn odd_and_hostile_files_end_within_their_limits() {
    let data = std::env::var_os("COUNTERSIGN_EVAL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/eval"),
        PathBuf::from,
    );
    for set in ["pdf", "docx", "email"] {
        let files = files_below(&data.join("ingest").join(set));
        if files.is_empty() {
            println!("ingest/{set}: not on this machine");
            continue;
        }
        let started = Instant::now();
        let outcomes: Vec<(PathBuf, Result<Extracted, ExtractionError>)> = futures::stream::iter(files)
            .map(|path| async move {
                let bytes = std::fs::read(&path).expect("a readable file");
                let outcome = extract(&bytes, &path.to_string_lossy()).await;
                (path, outcome)
            })
            .buffer_unordered(2)
            .collect()
            .await;
        let mut tally = Tally::default();
        for (path, outcome) in &outcomes {
            match outcome {
                Ok(read) => {
                    assert!(!read.passages.is_empty(), "{} is read and empty", path.display());
                    tally.ok += 1;
                }
                Err(ExtractionError::Crashed(_) | ExtractionError::MemoryExceeded) => tally.crashed += 1,
                Err(ExtractionError::TimedOut { .. }) => tally.timed_out += 1,
                Err(ExtractionError::Child(error)) => panic!("{}: {error}", path.display()),
                Err(_) => tally.refused += 1,
            }
        }
        println!(
            "ingest/{set}: {} files, {tally:?}, {:?}",
            outcomes.len(),
            started.elapsed()
        );
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .file_name()
                .is_some_and(|name| name != "index.jsonl" && name != ".gitattributes")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
