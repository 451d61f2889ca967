//! The executable `mintkey`: settings, telemetry, router, and the command line.

mod admin;
mod assets;
mod client_address;
mod command_line;
mod environment;
mod listen;
mod master_key_file;
mod metrics;
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

/// A request is made of some thirty small pieces of memory, on every thread at once, and often given back on another:
/// the system's allocator makes the threads wait for each other there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A setting or an argument is wrong; nothing was started.
const USAGE: u8 = 2;
/// Something was refused or failed.
const REFUSED: u8 = 1;

/// Why a command did nothing: one line for people, and the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A setting or an argument is wrong.
    Usage(String),
    /// It was refused, or it failed.
    Refused(String),
    /// The reader of its output closed the pipe, having read enough. That is no mistake.
    ReaderGone,
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
        Ok(()) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(Failure::Usage(line)) => fail(USAGE, &line),
        Err(Failure::Refused(line)) => fail(REFUSED, &line),
    }
}

fn fail(code: u8, line: &str) -> ExitCode {
    // Where standard error can't be written either, the exit code still says it.
    let _ = writeln!(stderr(), "mintkey: {line}");
    ExitCode::from(code)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.is_internal() {
            // The store's own message is complete, and is one line for people without the name of the crate before it.
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
