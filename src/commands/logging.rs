//! Structured logs on stderr. They carry request ids and never bodies, prompts, tokens or personal text.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging once. A server logs what it does, as JSON. A command says itself, in one line, what went wrong, and
/// logs only when asked to with `COUNTERSIGN_LOG`.
pub fn start(server: bool) {
    let default = if server { "countersign=info,warn" } else { "off" };
    let filter = EnvFilter::try_from_env("COUNTERSIGN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process (in tests) keeps the first one's settings.
    let _ = if server {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).try_init()
    };
}
