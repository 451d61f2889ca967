//! Compares the server with baselines on the same machine in the same run: a bare axum server with a small JSON
//! response, and bare inserts. `cargo xtask bench` builds and starts it.
//!
//! Prints ratios and asserts nothing, because asserted times fail on a busy machine.

mod baseline;
mod child;
mod insert;
mod load;
mod pseudorandom;
mod report;
mod scenarios;
mod sign;
mod tls;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use tokio::runtime;

/// The server's allocator, so that the baseline server uses the same one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Outcome<T = ()> = Result<T, String>;

/// Measures a built server. All traffic stays on loopback and is bounded in time and count.
#[derive(Parser)]
#[command(name = "mintkey-bench")]
struct Arguments {
    /// The server's executable.
    #[arg(long, env = "MINTKEY_SERVER", default_value = "target/release/mintkey")]
    server: PathBuf,
    /// Fewer tokens, fewer and shorter runs.
    #[arg(long)]
    quick: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Run the baseline server that Mintkey is compared with.
    #[command(hide = true)]
    Baseline {
        /// Where to listen.
        address: String,
        /// The certificate and its key, to speak TLS.
        #[arg(num_args = 2)]
        files: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.role {
        // The server's runtime.
        Some(Role::Baseline { address, files }) => {
            block_on(runtime::Builder::new_multi_thread(), baseline::serve(&address, &files))
        }
        // One thread generates the load, so that it takes at most one core from the server.
        None => block_on(
            runtime::Builder::new_current_thread(),
            scenarios::run(&arguments.server, &scenarios::Config::new(arguments.quick)),
        ),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(mut builder: runtime::Builder, work: impl Future<Output = Outcome>) -> Outcome {
    builder.enable_all().build().map_err(|error| error.to_string())?.block_on(work)
}
