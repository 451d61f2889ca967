//! Browser tests: Playwright runs Chromium against the server.

use crate::{
    packages::{self, Packages},
    paths,
    run::{Outcome, program, run},
    serve,
};

/// Builds the server and runs the tests in `end2end/`.
pub(crate) fn run_all(packages: Packages, filter: Option<&str>) -> Outcome {
    packages::install_node_modules(&paths::root().join("end2end"))?;
    let chromium = packages.chromium()?;
    serve::build_for_tests()?;
    let mut playwright = program("npx", &["--no-install", "playwright", "test"]);
    if let Some(filter) = filter {
        // The filter may match only tests of other suites.
        playwright.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    playwright.env("MINTKEY_CHROMIUM", chromium).env("MINTKEY_SERVER", paths::server());
    run(playwright.current_dir(paths::root().join("end2end")))
}
