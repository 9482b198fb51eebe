//! The child's side of extraction: limit yourself, then read one file from standard input.

use std::io::{self, BufRead, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::extract::{ExtractionError, ExtractionLimits, Order, Wanted};
use super::extracted::Extracted;
use super::ocr::RecognisedPage;
use super::{formats, passages};

/// The first line names the file and the limits; it is never longer than this.
const ORDER_BYTES_MAX: u64 = 64 << 10;

/// Entry of the hidden subcommand `countersign extract-child`: one order line and a file on standard input,
/// one JSON answer on standard output. A refusal is an answer too; only a fault of the plumbing is a failure.
pub fn run_child() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    input
        .by_ref()
        .take(ORDER_BYTES_MAX)
        .read_until(b'\n', &mut line)?;
    let order: Order = serde_json::from_slice(&line)?;
    limit_self(&order.limits)?;
    let mut recognised = Vec::new();
    input
        .by_ref()
        .take(order.recognised_bytes)
        .read_to_end(&mut recognised)?;
    let recognised: Vec<RecognisedPage> = serde_json::from_slice(&recognised)?;
    let mut bytes = Vec::new();
    input
        .take(order.limits.bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)?;
    let answer = match order.wanted {
        Wanted::Text => serde_json::to_vec(&read_file(&bytes, &recognised, &order))?,
        Wanted::Rendition => serde_json::to_vec(&formats::show(&bytes, &order.file_name))?,
    };
    io::stdout().lock().write_all(&answer)
}

fn read_file(
    bytes: &[u8],
    recognised: &[RecognisedPage],
    order: &Order,
) -> Result<Extracted, ExtractionError> {
    let parsed = formats::read(bytes, &order.file_name, recognised)?;
    passages::assemble(parsed, order.limits.text_bytes_max)
}

/// From here on the process can neither run long, nor grow large, nor open or write a file, nor leave a core
/// with the document in it.
pub(super) fn limit_self(limits: &ExtractionLimits) -> io::Result<()> {
    let exactly = |most: u64| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    let seconds = Rlimit {
        current: Some(limits.seconds_max),
        maximum: Some(limits.seconds_max.saturating_add(1)),
    };
    setrlimit(Resource::Cpu, seconds)?;
    setrlimit(Resource::As, exactly(limits.memory_max_bytes))?;
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Fsize, exactly(0))?;
    // The three standard streams are open already; no further file can be.
    setrlimit(Resource::Nofile, exactly(3))?;
    Ok(())
}
