//! The browser tests: Playwright drives a real Chromium against the real server.

use crate::{
    packages::{self, Packages},
    paths,
    run::{Outcome, program, run},
    serve,
};

/// Builds the server and runs the tests of `end2end/`.
pub(crate) fn run_all(packages: Packages, filter: Option<&str>) -> Outcome {
    packages::install_node_modules()?;
    let chromium = packages.chromium()?;
    serve::build_for_tests()?;
    let mut playwright = program("npx", &["--no-install", "playwright", "test"]);
    if let Some(filter) = filter {
        // A filter may name none of these tests: then the other suites have what was asked for.
        playwright.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    playwright.env("MINTKEY_CHROMIUM", chromium).env("MINTKEY_SERVER", paths::server());
    run(playwright.current_dir(paths::root().join("end2end")))
}
