//! What each command of the terminal does: read arguments, call a use case, print.

mod accounts;
mod adding;
mod arguments;
mod audit;
mod bench;
mod calibrate;
mod demo;
mod documents;
mod draft;
mod eval;
mod index;
mod items;
mod logging;
mod models;
mod opening;
mod sample_district;
mod serve;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Arguments, Command};
use terminal::Failure;

/// Exit status of a command line that can't be understood.
const WRONG_USAGE: u8 = 2;

/// Runs the command line of this process. 0: done; 1: refused or failed, with a line on stderr; 2: wrong usage.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(WRONG_USAGE)
            };
        }
    };
    // The readers of uploaded files run under limits of their own, so nothing else is started in their processes.
    match &arguments.command {
        Command::ExtractChild => return crate::corpus::run_child(),
        Command::ArchiveChild { order } => return crate::corpus::imports::run_archive_child(order),
        Command::ToolChild { order } => return crate::corpus::run_tool_child(order),
        _ => {}
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(reason) => {
            return terminal::fail(&Failure::new(format!(
                "No worker threads could be started: {reason}."
            )));
        }
    };
    let outcome = runtime.block_on(run(arguments));
    // A model call in progress must not hold up the end of the program: nothing of it is kept until it is done.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => terminal::fail(&failure),
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { place, command } = arguments;
    logging::start(matches!(
        command,
        Command::Serve(_) | Command::Work | Command::Demo(_)
    ));
    match command {
        Command::Demo(arguments) => demo::run(&place, arguments).await,
        Command::Serve(arguments) => serve::run(&place, arguments).await,
        Command::Work => serve::work(&place).await,
        Command::Models(command) => models::run(&place, command).await,
        Command::Documents(command) => documents::run(&place, command).await,
        Command::Search(arguments) => documents::search(&place, arguments).await,
        Command::Index(command) => index::run(&place, command).await,
        Command::Draft(arguments) => draft::faq(&place, arguments).await,
        Command::Newsletter(arguments) => draft::newsletter(&place, arguments).await,
        Command::Queue(arguments) => items::queue(&place, arguments).await,
        Command::Show { id } => items::show(&place, &id).await,
        Command::Eval(arguments) => eval::run(&place, arguments).await,
        Command::Audit(command) => audit::run(&place, command).await,
        Command::People(command) => accounts::run(&place, command).await,
        Command::Bench(command) => bench::run(&place, command).await,
        Command::Calibrate(arguments) => calibrate::run(&place, arguments).await,
        Command::Openapi => terminal::print(&crate::http::openapi_json()),
        Command::ExtractChild | Command::ArchiveChild { .. } | Command::ToolChild { .. } => Ok(()),
    }
}
