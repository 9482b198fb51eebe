//! Extraction as the server sees it: a file in, text or a clear refusal out, whatever the file does.
//!
//! Parsers of strangers' files hang, explode and abort. So the parsing happens in a child process (the hidden
//! subcommand `extract-child` of the same binary) with limits on time, memory and output; if it dies, only the
//! one file is lost.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::extracted::Extracted;
use super::ocr::RecognisedPage;
use super::rendition::Rendition;

/// The program to run as the extractor, where it is not this one.
static EXTRACTOR: OnceLock<PathBuf> = OnceLock::new();
const STDERR_BYTES_MAX: u64 = 4_096;
/// How much of the child's own last words an error repeats.
const LAST_WORDS_CHARS_MAX: usize = 200;
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGSEGV: i32 = 11;
const SIGXCPU: i32 = 24;

/// What one file may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractionLimits {
    pub bytes_max: u64,
    /// Both wall-clock time and processor time.
    pub seconds_max: u64,
    /// Address space of the child, the program itself included.
    pub memory_max_bytes: u64,
    pub text_bytes_max: u64,
}

impl Default for ExtractionLimits {
    fn default() -> Self {
        Self {
            bytes_max: 50 << 20,
            seconds_max: 30,
            memory_max_bytes: 1 << 30,
            text_bytes_max: 10 << 20,
        }
    }
}

/// Why a file gave no text. Each message is meant for the person who uploaded it.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum ExtractionError {
    #[error("The file is empty. Check that it was saved and copied completely, and upload it again.")]
    Empty,
    #[error(
        "The file has {bytes} bytes; at most {bytes_max} are accepted. Split it, or take large pictures out."
    )]
    TooLarge { bytes: u64, bytes_max: u64 },
    #[error(
        "The file is {found}. Upload a PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), e-mail (.eml), HTML, \
         Markdown or plain text file."
    )]
    UnsupportedType { found: String },
    #[error("The file is protected by a password. Save a copy without the password and upload that.")]
    Encrypted,
    #[error(
        "The file holds no text, only pictures or nothing at all. If it was scanned, run text recognition (OCR) \
         on it, check the result, and upload that; or upload the document it was printed from."
    )]
    NoText,
    #[error(
        "The file is a scan: {} pictures of text and no text that can be read. Ask whoever made the document for the file that it was \
         printed from; a Word file is best. If there is only paper, scan it again with \"searchable PDF\" or \"OCR\" switched on at \
         the copier, check the result, and upload that.",
        pages_in_words(pages, *of)
    )]
    Scanned { pages: Vec<u32>, of: u32 },
    #[error(
        "The file is a scan. Its text would be recognised here, but the program {0} is not installed on the server; tell the \
         administrator, or upload the file that the document was printed from."
    )]
    NotInstalled(String),
    #[error(
        "Recognising the text of this scan took longer than {seconds_max} seconds; page {page} was not reached. Split the file, or \
         upload the file that the document was printed from."
    )]
    RecognitionTimedOut { seconds_max: u64, page: u32 },
    #[error(
        "The file is damaged: {0}. Open it in the program it was made with, save it again, and upload that."
    )]
    Malformed(String),
    #[error(
        "Reading the file took longer than {seconds_max} seconds. Save it again as a simpler file (for example, \
         print it to PDF) and upload that."
    )]
    TimedOut { seconds_max: u64 },
    #[error(
        "Reading the file needed more memory than is allowed. Save it again as a simpler file, or split it, and \
         upload that."
    )]
    MemoryExceeded,
    #[error(
        "The file made its reader stop ({0}). Open it in the program it was made with, save it again, and upload \
         that."
    )]
    Crashed(String),
    #[error(
        "The file has {bytes} bytes of text; at most {bytes_max} are accepted. Split it into several documents."
    )]
    TextTooLong { bytes: u64, bytes_max: u64 },
    #[error(
        "The extractor could not be started or reached; the file itself may be fine. Try again, and tell the administrator if it stays so."
    )]
    #[serde(skip)]
    Child(#[source] io::Error),
}

const PAGES_NAMED_MAX: usize = 20;

fn pages_in_words(pages: &[u32], of: u32) -> String {
    let named: Vec<String> = pages.iter().take(PAGES_NAMED_MAX).map(u32::to_string).collect();
    let more = pages.len().saturating_sub(PAGES_NAMED_MAX);
    match (pages.len(), more) {
        (1, _) if of == 1 => "its page holds".to_owned(),
        (all, _) if all as u64 == u64::from(of) => format!("all {of} pages hold"),
        (1, _) => format!("page {} of {of} holds", named.join("")),
        (_, 0) => format!("the pages {} of {of} hold", named.join(", ")),
        (_, more) => format!("the pages {} and {more} more of {of} hold", named.join(", ")),
    }
}

/// What the child is told before the file's bytes, as one line of JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    pub file_name: String,
    pub limits: ExtractionLimits,
    /// So many bytes between this line and the file hold what was recognised on its pages, as JSON.
    pub recognised_bytes: u64,
    pub wanted: Wanted,
}

/// What is wanted of a file.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum Wanted {
    Text,
    Rendition,
}

/// Run `program` as the extractor from now on; the first call decides. Tests need it, because a test binary is
/// not the product and knows no subcommands.
pub fn name_extractor(program: impl Into<PathBuf>) {
    EXTRACTOR.get_or_init(|| program.into());
}

/// Read a file in a child process. Dropping the future kills the child.
pub async fn extract(
    bytes: &[u8],
    file_name: &str,
    limits: &ExtractionLimits,
) -> Result<Extracted, ExtractionError> {
    extract_recognised(bytes, file_name, limits, &[]).await
}

/// Read a file together with what was recognised on its scanned pages.
pub(super) async fn extract_recognised(
    bytes: &[u8],
    file_name: &str,
    limits: &ExtractionLimits,
    recognised: &[RecognisedPage],
) -> Result<Extracted, ExtractionError> {
    ask(bytes, file_name, limits, recognised, Wanted::Text).await
}

/// Read a file in a child process so that it can be looked at beside its text; nothing comes of a PDF, which shows
/// itself. Dropping the future kills the child.
pub async fn show(
    bytes: &[u8],
    file_name: &str,
    limits: &ExtractionLimits,
) -> Result<Rendition, ExtractionError> {
    ask(bytes, file_name, limits, &[], Wanted::Rendition).await
}

async fn ask<T: DeserializeOwned>(
    bytes: &[u8],
    file_name: &str,
    limits: &ExtractionLimits,
    recognised: &[RecognisedPage],
    wanted: Wanted,
) -> Result<T, ExtractionError> {
    if bytes.is_empty() {
        return Err(ExtractionError::Empty);
    }
    let size = bytes.len() as u64;
    if size > limits.bytes_max {
        return Err(ExtractionError::TooLarge {
            bytes: size,
            bytes_max: limits.bytes_max,
        });
    }
    let recognised = serde_json::to_vec(recognised).map_err(|error| ExtractionError::Child(error.into()))?;
    let order = Order {
        file_name: file_name.to_owned(),
        limits: *limits,
        recognised_bytes: recognised.len() as u64,
        wanted,
    };
    let mut order = serde_json::to_vec(&order).map_err(|error| ExtractionError::Child(error.into()))?;
    order.push(b'\n');
    order.extend_from_slice(&recognised);
    let mut child = child_command("extract-child")
        .and_then(|mut command| command.stdin(Stdio::piped()).spawn())
        .map_err(ExtractionError::Child)?;
    // The child limits its own processor time to the same figure; the extra second lets it say so itself.
    let time_max = Duration::from_secs(limits.seconds_max.saturating_add(1));
    let outcome = tokio::time::timeout(time_max, converse(&mut child, &order, bytes, limits)).await;
    match outcome {
        Ok(outcome) => outcome.map_err(ExtractionError::Child)?.verdict(limits),
        Err(_) => {
            child.kill().await.map_err(ExtractionError::Child)?;
            Err(ExtractionError::TimedOut {
                seconds_max: limits.seconds_max,
            })
        }
    }
}

/// This program as a child under one of its hidden subcommands. The child inherits no environment (no secrets to
/// leak) and no working directory; what it reads is the caller's to say.
pub(super) fn child_command(subcommand: &str) -> io::Result<Command> {
    let program = match EXTRACTOR.get() {
        Some(program) => program.clone(),
        None => std::env::current_exe()?,
    };
    let mut command = Command::new(program);
    command
        .arg(subcommand)
        .env_clear()
        // One thread is all the processor time there is; a pool would only reserve address space.
        .env("RAYON_NUM_THREADS", "1")
        .current_dir("/")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

/// What came back from a child that ended.
struct Ended {
    status: ExitStatus,
    answer: Vec<u8>,
    answer_bytes_max: u64,
    last_words: String,
}

async fn converse(
    child: &mut Child,
    order: &[u8],
    bytes: &[u8],
    limits: &ExtractionLimits,
) -> io::Result<Ended> {
    let missing = || io::Error::other("the extractor has no pipes");
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let stdout = child.stdout.take().ok_or_else(missing)?;
    let stderr = child.stderr.take().ok_or_else(missing)?;
    // Offsets and escapes can make the answer several times as long as the text, but not without bound.
    let answer_bytes_max = limits.text_bytes_max.saturating_mul(8).saturating_add(1 << 20);
    let feed = async {
        // A child that dies before it has read everything breaks the pipe; its exit status says why.
        if stdin.write_all(order).await.is_ok() && stdin.write_all(bytes).await.is_ok() {
            stdin.shutdown().await.ok();
        }
        drop(stdin);
    };
    let (_, answer, last_words) = tokio::join!(
        feed,
        read_bounded(stdout, answer_bytes_max),
        read_bounded(stderr, STDERR_BYTES_MAX)
    );
    let status = child.wait().await?;
    let last_words = String::from_utf8_lossy(&last_words?).into_owned();
    Ok(Ended {
        status,
        answer: answer?,
        answer_bytes_max,
        last_words,
    })
}

/// Up to one byte more than `bytes_max`; the rest is left unread, which ends a child that keeps writing.
pub(super) async fn read_bounded(source: impl AsyncRead + Unpin, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    source
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut read)
        .await?;
    Ok(read)
}

impl Ended {
    fn verdict<T: DeserializeOwned>(self, limits: &ExtractionLimits) -> Result<T, ExtractionError> {
        if self.answer.len() as u64 > self.answer_bytes_max {
            return Err(ExtractionError::Crashed(
                "it answered with more than the text could be".into(),
            ));
        }
        if self.status.success() {
            let answer: Result<Result<T, ExtractionError>, _> = serde_json::from_slice(&self.answer);
            return answer
                .unwrap_or_else(|_| Err(ExtractionError::Crashed("its answer could not be read".into())));
        }
        if self.last_words.contains("memory allocation of") {
            return Err(ExtractionError::MemoryExceeded);
        }
        let timed_out = ExtractionError::TimedOut {
            seconds_max: limits.seconds_max,
        };
        Err(match self.status.signal() {
            Some(SIGXCPU | SIGKILL) => timed_out,
            Some(SIGABRT | SIGSEGV) if self.last_words.contains("overflowed its stack") => {
                ExtractionError::Crashed("it is nested too deeply".into())
            }
            _ => ExtractionError::Crashed(self.how_it_ended()),
        })
    }

    fn how_it_ended(&self) -> String {
        let last_words = self.last_words.trim();
        if last_words.is_empty() {
            return self.status.to_string();
        }
        last_words
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(LAST_WORDS_CHARS_MAX)
            .collect()
    }
}
