//! Text recognition by programs of this machine, where the district has switched it on: `pdftoppm` draws a page,
//! `tesseract` reads it.
//!
//! Both read strangers' bytes, so each runs as a child that limits its own processor time and memory before it becomes
//! that program, and can write no file; what it says comes back through a pipe that is read up to a bound. What was
//! recognised goes to the extractor together with the file, so that a version holds both and says which is which.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;

use super::extract::{
    ExtractionError, ExtractionLimits, child_command, extract, extract_recognised, read_bounded,
};
use super::extracted::Extracted;

/// Fine print is recognised from here on; finer takes longer and reads no better.
const DOTS_PER_INCH: &str = "200";
/// A page in grey at that fineness, even a large one.
const PICTURE_BYTES_MAX: u64 = 64 << 20;
const PAGE_TEXT_BYTES_MAX: u64 = 1 << 20;
/// What a program that is not installed ends with.
const NOT_THERE: i32 = 127;

/// How text is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// tesseract's names of the languages, with a plus between them.
    pub language: String,
    /// For all pages of one file.
    pub seconds_max: u64,
}

/// What was recognised on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognisedPage {
    pub page: u32,
    pub text: String,
}

/// Reads a file as [`extract`] does, and recognises the text of scanned pages.
pub async fn extract_recognising(
    bytes: &[u8],
    file_name: &str,
    limits: &ExtractionLimits,
    recognition: &Recognition,
) -> Result<Extracted, ExtractionError> {
    let read = extract(bytes, file_name, limits).await;
    let scanned = match &read {
        Ok(extracted) => extracted.scanned.clone(),
        Err(ExtractionError::Scanned { pages, .. }) => pages.clone(),
        Err(_) => Vec::new(),
    };
    if scanned.is_empty() {
        return read;
    }
    let begun = Instant::now();
    let mut recognised = Vec::new();
    for page in scanned {
        if begun.elapsed() >= Duration::from_secs(recognition.seconds_max) {
            return Err(ExtractionError::RecognitionTimedOut {
                seconds_max: recognition.seconds_max,
                page,
            });
        }
        let text = recognise(bytes, page, limits, recognition).await?;
        if text.chars().any(char::is_alphanumeric) {
            recognised.push(RecognisedPage { page, text });
        }
    }
    if recognised.is_empty() {
        return read;
    }
    extract_recognised(bytes, file_name, limits, &recognised).await
}

async fn recognise(
    bytes: &[u8],
    page: u32,
    limits: &ExtractionLimits,
    recognition: &Recognition,
) -> Result<String, ExtractionError> {
    let number = page.to_string();
    let draw = [
        "-gray", "-r", DOTS_PER_INCH, "-f", &number, "-l", &number, "-singlefile", "-",
    ];
    let picture = run(Tool::Pdftoppm, &draw, bytes, limits, PICTURE_BYTES_MAX).await?;
    let read = ["stdin", "stdout", "-l", &recognition.language];
    let text = run(Tool::Tesseract, &read, &picture, limits, PAGE_TEXT_BYTES_MAX).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Tool {
    Pdftoppm,
    Tesseract,
}

impl Tool {
    fn program(self) -> &'static str {
        match self {
            Tool::Pdftoppm => "pdftoppm",
            Tool::Tesseract => "tesseract",
        }
    }
}

/// What the child is to become.
#[derive(Serialize, Deserialize)]
struct ToolOrder {
    tool: Tool,
    arguments: Vec<String>,
    seconds_max: u64,
    memory_max_bytes: u64,
}

async fn run(
    tool: Tool,
    arguments: &[&str],
    input: &[u8],
    limits: &ExtractionLimits,
    bytes_max: u64,
) -> Result<Vec<u8>, ExtractionError> {
    let order = ToolOrder {
        tool,
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        seconds_max: limits.seconds_max,
        memory_max_bytes: limits.memory_max_bytes,
    };
    let order = serde_json::to_string(&order).map_err(|error| ExtractionError::Child(error.into()))?;
    let mut command = child_command("tool-child").map_err(ExtractionError::Child)?;
    // Where the programs and their languages are is all that they are told of this process.
    for variable in ["PATH", "TESSDATA_PREFIX"] {
        if let Some(value) = std::env::var_os(variable) {
            command.env(variable, value);
        }
    }
    let mut child = command
        .env("OMP_THREAD_LIMIT", "1")
        .arg(order)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(ExtractionError::Child)?;
    let missing = || ExtractionError::Child(io::Error::other("the recogniser has no pipes"));
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let stdout = child.stdout.take().ok_or_else(missing)?;
    let stderr = child.stderr.take().ok_or_else(missing)?;
    let talk = async {
        let feed = async {
            // A program that has seen enough closes its end; how it ended says the rest.
            if stdin.write_all(input).await.is_ok() {
                stdin.shutdown().await.ok();
            }
            drop(stdin);
        };
        let (_, answer, _) = tokio::join!(feed, read_bounded(stdout, bytes_max), read_bounded(stderr, 4_096));
        Ok::<_, io::Error>((answer?, child.wait().await?))
    };
    let time_max = Duration::from_secs(limits.seconds_max.saturating_add(1));
    let Ok(talked) = tokio::time::timeout(time_max, talk).await else {
        return Err(ExtractionError::TimedOut {
            seconds_max: limits.seconds_max,
        });
    };
    let (answer, status) = talked.map_err(ExtractionError::Child)?;
    if status.code() == Some(NOT_THERE) {
        return Err(ExtractionError::NotInstalled(tool.program().to_owned()));
    }
    if !status.success() || answer.len() as u64 > bytes_max {
        return Err(ExtractionError::Crashed(format!(
            "{} ended with {status}",
            tool.program()
        )));
    }
    Ok(answer)
}

/// Entry of the hidden subcommand `countersign tool-child`: limit yourself, then become the program.
pub fn run_tool_child(order: &str) -> ExitCode {
    let become_it = || -> io::Result<io::Error> {
        let order: ToolOrder = serde_json::from_str(order)?;
        let exactly = |most: u64| Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(Resource::Cpu, exactly(order.seconds_max))?;
        setrlimit(Resource::As, exactly(order.memory_max_bytes))?;
        setrlimit(Resource::Core, exactly(0))?;
        setrlimit(Resource::Fsize, exactly(0))?;
        Ok(Command::new(order.tool.program()).args(order.arguments).exec())
    };
    match become_it() {
        Ok(error) | Err(error) => {
            eprintln!("{error}");
            let code = if error.kind() == io::ErrorKind::NotFound {
                NOT_THERE
            } else {
                1
            };
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
    }
}
