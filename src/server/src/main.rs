//! The executable `mintkey`: settings, telemetry, router, and command line.

mod admin;
mod assets;
mod client_address;
mod command_line;
mod environment;
mod listen;
mod master_key_file;
mod metrics;
mod metrics_endpoint;
mod output;
mod requests;
mod serve;
mod setting;
mod settings;
mod telemetry;
mod well_known;

use std::{
    io::{IsTerminal, Write as _, stderr, stdout},
    process::ExitCode,
};

use clap::Parser;
use mimalloc::MiMalloc;
use mintkey_service::Error;

use crate::command_line::{Command, CommandLine};

/// Each request makes about thirty small allocations, on all threads at once, and often frees them on another thread.
/// The system's allocator causes lock contention there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Exit code: a setting or argument is invalid, and nothing was started.
const USAGE: u8 = 2;
/// Exit code: the command was refused or failed.
const REFUSED: u8 = 1;

/// Why a command failed: a message of one line, and the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A setting or argument is invalid.
    Usage(String),
    /// The command was refused or failed.
    Refused(String),
    /// The reader of standard output closed the pipe, which isn't an error.
    BrokenPipe,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match CommandLine::try_parse() {
        Ok(CommandLine { command: Command::Serve(options) }) => serve::run(options).await,
        Ok(CommandLine { command: Command::Admin(command) }) => admin::run(command).await,
        Err(error) if error.use_stderr() => error.exit(),
        Err(help_or_version) => {
            let text = help_or_version.render();
            let text = if stdout().is_terminal() { text.ansi().to_string() } else { text.to_string() };
            output::text(&text)
        }
    };
    match done {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Usage(line)) => fail(USAGE, &line),
        Err(Failure::Refused(line)) => fail(REFUSED, &line),
    }
}

fn fail(code: u8, line: &str) -> ExitCode {
    // If standard error can't be written either, the exit code still reports the failure.
    let _ = writeln!(stderr(), "mintkey: {line}");
    ExitCode::from(code)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_internal() {
            // The store's message is complete, and reads better without the crate's prefix.
            return Self::Refused(match &error {
                Error::Store(error) => error.to_string(),
                _ => error.to_string(),
            });
        }
        let problem = error.problem();
        let fields: Vec<_> = problem.errors.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
        if fields.is_empty() { Self::Refused(problem.detail.into_owned()) } else { Self::Usage(fields.join(" ")) }
    }
}
