//! `cargo xtask`: builds the console's files and the one executable, runs it, and runs every test.

mod bench;
mod browser_tests;
mod clients;
mod dist;
mod generated_clients;
mod packages;
mod paths;
mod postgres;
mod run;
mod serve;
mod site;
mod smoke;
mod suite;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use packages::Packages;

/// Builds, runs and tests Mintkey.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and run the server; the first start prints the set-up link.
    Serve {
        /// What `mintkey serve` gets, after `--`: `cargo xtask serve -- --listen 127.0.0.1:9000`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Build the one executable, `target/dist/mintkey`, and try it in an empty folder.
    Dist,
    /// Run formatting, lints, unit, integration and browser tests, as CI does.
    Test {
        /// Leave out the browser tests, the foreign clients and the check of the OpenAPI document.
        #[arg(long)]
        quick: bool,
        /// Install missing programs with apt-get (needs root on Debian); otherwise they are only named.
        #[arg(long)]
        install: bool,
        /// Run only the tests whose name contains this text.
        filter: Option<String>,
    },
    /// Measure the server against a bare axum and a bare insert; prints ratios.
    Bench {
        /// Fewer tokens, fewer and shorter runs.
        #[arg(long)]
        quick: bool,
    },
    /// Generate the clients in `clients/` from the OpenAPI document.
    Clients {
        /// Generate none: fail unless they are current, and run their examples.
        #[arg(long)]
        check: bool,
        /// As for `test`.
        #[arg(long)]
        install: bool,
    },
    /// Build only what the browser loads, into `target/site` (the other commands do it themselves).
    Site,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve { arguments } => serve::serve(&arguments),
        Command::Dist => dist::dist(),
        Command::Test { quick, install, filter } => suite::test(Packages { install }, quick, filter.as_deref()),
        Command::Bench { quick } => bench::bench(quick),
        Command::Clients { check: true, install } => generated_clients::check(Packages { install }),
        Command::Clients { check: false, install } => generated_clients::generate(Packages { install }),
        Command::Site => site::build(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
