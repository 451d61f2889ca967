//! `cargo xtask serve`.

use std::{os::unix::process::CommandExt as _, process::Command};

use crate::{
    paths,
    run::{Outcome, cargo, run},
    site,
};

/// Builds everything and becomes the server.
pub(crate) fn serve(arguments: &[String]) -> Outcome {
    build()?;
    let mut server = Command::new(paths::server());
    // The server takes this process over: signals reach it, and its exit code is the command's.
    let error = server.arg("serve").args(arguments).exec();
    Err(format!("the server could not be started: {error}"))
}

/// Builds the server for trying it out, which takes a third of the time of [`dist`](crate::dist). The site first: the
/// server embeds it.
fn build() -> Outcome {
    site::build()?;
    run(&mut cargo("build", &["--package", "mintkey"]))
}

/// Builds the server as the integration tests run it.
pub(crate) fn build_for_tests() -> Outcome {
    site::build()?;
    run(&mut cargo("test", &["--no-run"]))
}
