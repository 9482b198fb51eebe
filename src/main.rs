//! The `countersign` binary: parse arguments, call the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::commands::main()
}
