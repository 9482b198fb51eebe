//! Scanned PDFs: recognised for what they are, refused with what to do, and read where the district switched that on.

use std::process::{Command, Stdio};

use countersign::corpus::{self, ExtractionError, ExtractionLimits, Recognition, WarningKind};

use crate::product::home::{Home, Weights};

const WORDS: &str = "The late bus leaves at 4:25 p.m. from the north door, and a pass costs 12 dollars.";

/// What a page of a PDF made here holds.
pub enum Page<'a> {
    Text(&'a str),
    /// A picture over the whole page: its width and height, and each dot's grey.
    Picture(usize, usize, Vec<u8>),
}

/// A grey page, as a scanner sees an empty desk.
pub fn blank_picture() -> Page<'static> {
    Page::Picture(4, 4, vec![0xe0; 16])
}

pub fn pdf(pages: &[Page]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        Vec::new(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    let mut kids = String::new();
    for page in pages {
        let number = objects.len() + 1;
        kids.push_str(&format!("{number} 0 R "));
        let (content, resources) = match page {
            Page::Text(text) => {
                let lines: Vec<String> = text.split('\n').map(|line| format!("({line}) Tj T*")).collect();
                let content = format!("BT /F1 12 Tf 14 TL 50 700 Td {} ET", lines.join(" "));
                (content, "/Font << /F1 3 0 R >>".to_owned())
            }
            Page::Picture(..) => (
                "q 612 0 0 792 0 0 cm /Im Do Q".to_owned(),
                format!("/XObject << /Im {} 0 R >>", number + 2),
            ),
        };
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << {resources} >> >>",
                number + 1
            )
            .into_bytes(),
        );
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()).into_bytes());
        if let Page::Picture(width, height, grey) = page {
            let mut picture = format!(
                "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray \
                 /BitsPerComponent 8 /Length {} >>\nstream\n",
                grey.len()
            )
            .into_bytes();
            picture.extend_from_slice(grey);
            picture.extend_from_slice(b"\nendstream");
            objects.push(picture);
        }
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).into_bytes();
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", place + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    file.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    file
}

async fn extract(bytes: &[u8]) -> Result<corpus::Extracted, ExtractionError> {
    corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
    corpus::extract(bytes, "scan.pdf", &ExtractionLimits::default()).await
}

#[tokio::test]
async fn a_scan_is_refused_with_its_pages_and_what_to_do() {
    let stamp = "Scanned by Copier 7";
    for (pages, said) in [
        (vec![blank_picture()], "its page holds pictures of text"),
        (
            vec![blank_picture(), blank_picture(), blank_picture()],
            "all 3 pages hold",
        ),
        (
            vec![Page::Text(WORDS), blank_picture(), blank_picture()],
            "the pages 2, 3 of 3 hold",
        ),
        (vec![blank_picture(), Page::Text(stamp)], "page 1 of 2 holds"),
    ] {
        let error = extract(&pdf(&pages)).await.expect_err(said);
        assert!(matches!(error, ExtractionError::Scanned { .. }), "{error:?}");
        let told = error.to_string();
        for word in [said, "Word file is best", "searchable PDF"] {
            assert!(told.contains(word), "{told}");
        }
    }
}

#[tokio::test]
async fn a_handbook_with_pictures_is_read_and_its_picture_pages_are_named() {
    let handbook = pdf(&[
        blank_picture(),
        Page::Text(WORDS),
        Page::Text(
            "Lunch costs 3 dollars, and milk is free for every student who asks for it at the counter.",
        ),
        blank_picture(),
        Page::Text(
            "Call the office before nine in the morning if your child is ill, and again when it comes back.",
        ),
    ]);
    let read = extract(&handbook).await.expect("a handbook");
    assert!(read.text.contains("late bus"), "{}", read.text);
    assert_eq!(read.scanned, [1, 4]);
    let warned: Vec<&str> = read
        .warnings
        .iter()
        .filter(|warning| warning.kind == WarningKind::UnreadablePages)
        .map(|warning| warning.detail.as_str())
        .collect();
    assert!(
        matches!(warned.as_slice(), [one] if one.contains("1, 4")),
        "{warned:?}"
    );
}

/// A program that says its text, whatever it is given.
fn stand_in(home: &Home, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let folder = home.path("programs");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
}

/// Adds a file of one scanned page, with recognition on and these programs in the place of the real ones.
fn add_scan(programs: &[(&str, &str)]) -> (Home, crate::product::home::Ran) {
    let home = Home::fresh(Weights::Absent);
    for (name, script) in programs {
        stand_in(&home, name, script);
    }
    // Nothing else is on the path, so that the machine's own programs are not found.
    let path = home.path("programs").display().to_string();
    let home = home.with("COUNTERSIGN_DOCUMENTS_OCR", "true").with("PATH", path);
    let file = home.write("scan.pdf", pdf(&[blank_picture(), blank_picture()]));
    let ran = home.run([
        "documents".as_ref(),
        "add".as_ref(),
        file.as_os_str(),
        "--json".as_ref(),
    ]);
    (home, ran)
}

#[test]
fn recognised_text_is_marked_so_that_its_approver_checks_it() {
    let (home, ran) = add_scan(&[
        // The page's number comes through as the picture, so that the text says which page it was.
        (
            "pdftoppm",
            "/bin/cat >/dev/null; while [ $# -gt 0 ]; do [ \"$1\" = -f ] && echo \"$2\"; shift; done",
        ),
        (
            "tesseract",
            "read page; if [ \"$page\" = 1 ]; then echo 'Bus rules'; echo; echo 'The late bus leaves at 4:25 in the after-'; \
             echo 'noon from the north door.'; else echo 'A pass costs 12 dollars in the office.'; fi",
        ),
    ]);
    let added = ran.json();
    let version = added[0]["version"].as_str().expect("a version").to_owned();
    let shown = home.run(["documents", "show", &version, "--json"]).json();
    let text = shown["text"].as_str().unwrap_or_default();
    assert!(
        text.contains("leaves at 4:25 in the afternoon from the north door."),
        "{text}"
    );
    assert!(text.contains("A pass costs 12 dollars"), "{text}");
    let pages: Vec<u64> = shown["passages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|passage| passage["page"].as_u64())
        .collect();
    assert!(pages.contains(&1) && pages.contains(&2), "{pages:?}");
    let warnings = shown["warnings"].to_string();
    assert!(
        warnings.contains("recognised_text") && warnings.contains("1, 2"),
        "{warnings}"
    );
    assert!(
        added[0]["detail"]
            .as_str()
            .is_some_and(|said| said.contains("warning")),
        "{added}"
    );
}

#[test]
fn recognition_that_can_t_be_done_says_why_and_adds_nothing() {
    let cat = "/bin/cat >/dev/null; echo P5";
    for (programs, word) in [
        (vec![], "pdftoppm is not installed"),
        (vec![("pdftoppm", cat)], "tesseract is not installed"),
        (
            vec![("pdftoppm", cat), ("tesseract", "/bin/cat >/dev/null; exit 3")],
            "tesseract ended with",
        ),
        // Nothing on it is text: it stays a scan.
        (
            vec![("pdftoppm", cat), ("tesseract", "/bin/cat >/dev/null")],
            "all 2 pages hold",
        ),
    ] {
        let (home, ran) = add_scan(&programs);
        ran.refused(&["1 of 1"]);
        assert!(ran.stderr.contains(word), "{word:?}: {}", ran.stderr);
        assert_eq!(
            home.run(["documents", "list", "--json"])
                .json()
                .as_array()
                .map(Vec::len),
            Some(0)
        );
    }
}

/// Whether a program is installed. Under CI=true it has to be.
fn installed(program: &str) -> bool {
    let there = Command::new(program)
        .arg("-v")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    assert!(there || !in_ci, "{program} is not installed; .ci/run does it");
    there
}

#[tokio::test]
async fn a_page_that_was_printed_and_scanned_is_read_by_the_real_programs() {
    if !installed("pdftoppm") || !installed("tesseract") {
        eprintln!("SKIPPED: text recognition, because tesseract or pdftoppm is not installed");
        return;
    }
    corpus::name_extractor(env!("CARGO_BIN_EXE_countersign"));
    let folder = tempfile::tempdir().expect("a folder");
    let printed = folder.path().join("printed.pdf");
    std::fs::write(&printed, pdf(&[Page::Text(WORDS)])).expect("a file");
    let drawn = Command::new("pdftoppm")
        .args(["-gray", "-r", "150"])
        .arg(&printed)
        .output()
        .expect("it draws");
    // P5, width, height and the largest grey, then the dots.
    let mut parts = drawn.stdout.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut number = || -> usize {
        let text = String::from_utf8_lossy(parts.next().expect("a number")).into_owned();
        text.parse().unwrap_or(0)
    };
    let (_, width, height) = (number(), number(), number());
    let rest = parts.next().expect("dots");
    let scan = pdf(&[Page::Picture(
        width,
        height,
        rest[rest.len() - width * height..].to_vec(),
    )]);
    assert!(matches!(
        extract(&scan).await,
        Err(ExtractionError::Scanned { .. })
    ));
    let recognition = Recognition {
        language: "eng".into(),
        seconds_max: 60,
    };
    let begun = std::time::Instant::now();
    let limits = ExtractionLimits::default();
    let read = corpus::extract_recognising(&scan, "scan.pdf", &limits, &recognition)
        .await
        .expect("text");
    println!("one page recognised in {:.1} s", begun.elapsed().as_secs_f64());
    for word in ["late bus", "4:25 p.m.", "12 dollars"] {
        assert!(read.text.contains(word), "{}", read.text);
    }
    assert!(
        read.warnings
            .iter()
            .any(|warning| warning.kind == WarningKind::RecognisedText)
    );
    assert!(read.scanned.is_empty());
}
