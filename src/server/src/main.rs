//! The executable `mintkey`: settings, telemetry, router, and command line.

mod admin;
mod assets;
mod certificate_header;
mod cli;
mod client_address;
mod client_certificate;
mod command_line;
mod environment;
mod folders;
mod interrupt;
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
    env,
    ffi::OsString,
    io::{Write as _, stderr},
    path::Path,
    process::ExitCode,
};

use clap::FromArgMatches as _;
use mimalloc::MiMalloc;
use mintkey_service::Error;

use crate::{
    cli::{GlobalOptions, ShellCommand},
    command_line::{Command, CommandLine},
};

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
    /// Ctrl-C.
    Interrupted,
}

#[tokio::main]
async fn main() -> ExitCode {
    let matches = CommandLine::described().try_get_matches_from(arguments());
    let done = match matches.and_then(|matches| CommandLine::from_arg_matches(&matches)) {
        Ok(command_line) => run(command_line).await,
        Err(error) if error.use_stderr() => error.exit(),
        Err(help_or_version) => output::styled(&help_or_version.render()),
    };
    match done {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Usage(line)) => fail(USAGE, &line),
        Err(Failure::Refused(line)) => fail(REFUSED, &line),
        Err(Failure::Interrupted) => ExitCode::from(interrupt::INTERRUPTED),
    }
}

/// The arguments. Docker calls its credential helper by a name of its own.
fn arguments() -> Vec<OsString> {
    let mut arguments: Vec<_> = env::args_os().collect();
    let name = arguments.first().map(Path::new).and_then(Path::file_stem);
    if name.is_some_and(|name| name == cli::DOCKER_HELPER) {
        arguments.splice(..1, ["mintkey", "credential", "docker"].map(OsString::from));
    }
    arguments
}

async fn run(command_line: CommandLine) -> Result<(), Failure> {
    let CommandLine { command, global } = command_line;
    let refused = match &command {
        Command::Serve(_) | Command::Shell(_) => global.first_given(),
        // Some of its commands ask.
        Command::Admin(_) => GlobalOptions { yes: false, no_input: false, ..global.clone() }.first_given(),
        Command::Api(_) => None,
    };
    if let Some(option) = refused {
        return Err(Failure::Usage(format!("{option} is for commands that call a server")));
    }
    match command {
        Command::Serve(options) => serve::run(options).await,
        Command::Admin(command) => admin::run(command, &global).await,
        Command::Api(command) => interrupt::interruptible(async move { cli::run(command, &global).await }).await,
        Command::Shell(ShellCommand::Completions { shell }) => cli::completions(CommandLine::described(), shell),
        Command::Shell(ShellCommand::Man { folder }) => cli::manual_pages(CommandLine::described(), &folder),
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
