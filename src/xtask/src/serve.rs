//! `cargo xtask serve`.

use std::{os::unix::process::CommandExt as _, process::Command};

use crate::{
    paths,
    run::{Outcome, cargo, run},
    site,
};

/// Builds everything and replaces this process with the server.
pub(crate) fn serve(arguments: &[String]) -> Outcome {
    build()?;
    let mut server = Command::new(paths::server());
    // Replacing the process forwards signals and the exit code.
    let error = server.arg("serve").args(arguments).exec();
    Err(format!("the server could not be started: {error}"))
}

/// Builds a debug server, in a third of the time of [`dist`](crate::dist). The site comes first, because the server
/// embeds it.
fn build() -> Outcome {
    site::build()?;
    run(&mut cargo("build", &["--package", "mintkey"]))
}

/// Builds the server for the integration tests.
pub(crate) fn build_for_tests() -> Outcome {
    site::build()?;
    run(&mut cargo("test", &["--no-run"]))
}
