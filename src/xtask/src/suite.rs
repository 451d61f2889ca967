//! `cargo xtask test`: all CI steps, ordered by how fast they fail.

use std::time::Instant;

use crate::{
    browser_tests, clients, generated_clients,
    packages::Packages,
    postgres::Postgres,
    run::{Outcome, cargo, exists, run},
    site,
};

/// Runs all steps, even after a failure, and prints a summary at the end.
#[derive(Default)]
struct Suite {
    lines: Vec<String>,
    failed: usize,
}

/// Runs all steps. `quick` skips the slow steps, which need Node; `filter` selects tests by name.
pub(crate) fn test(packages: Packages, quick: bool, filter: Option<&str>) -> Outcome {
    let mut suite = Suite::default();
    suite.step("formatting", || run(&mut cargo("fmt", &["--all", "--check"])));
    // Separate builds, because feature unification would enable the server's features in the wasm.
    suite.step("clippy", || clippy(&[]));
    suite.step("clippy of the tools", || clippy(&["--package", "xtask", "--package", "mintkey-bench"]));
    suite.step("clippy of the browser", || {
        site::add_wasm_target()?;
        clippy(&["--package", "mintkey-browser", "--target", site::WASM])
    });
    suite.step("tests", || tests(packages, filter));
    suite.step("tests of the tools", || run(cargo("test", &["--package", "xtask"]).args(filter)));
    if exists("cargo", &["deny", "--version"]) {
        suite.step("cargo deny", || run(&mut cargo("deny", &["check"])));
    } else {
        suite.leave_out("cargo deny", "it isn't installed (`cargo install cargo-deny`)");
    }
    if quick {
        suite.leave_out("browser tests", "--quick");
        suite.leave_out("foreign clients", "--quick");
        suite.leave_out("OpenAPI", "--quick");
        suite.leave_out("generated clients", "--quick");
    } else {
        suite.step("browser tests", || browser_tests::run_all(packages, filter));
        if filter.is_some() {
            suite.leave_out("foreign clients", "their tests are picked by no filter");
            suite.leave_out("OpenAPI", "its tests are picked by no filter");
            suite.leave_out("generated clients", "their tests are picked by no filter");
        } else {
            suite.step("foreign clients", || clients::oauth(packages));
            suite.step("OpenAPI", || clients::openapi(packages));
            suite.step("generated clients", || generated_clients::check(packages));
        }
    }
    suite.finish()
}

fn clippy(selection: &[&str]) -> Outcome {
    let mut command = cargo("clippy", selection);
    run(command.args(["--all-targets", "--", "-D", "warnings"]))
}

/// Unit and integration tests; those of the store run on both engines.
fn tests(packages: Packages, filter: Option<&str>) -> Outcome {
    packages.commands()?;
    let (python, chromium) = (clients::python(packages)?, packages.chromium()?);
    let postgres = Postgres::start(packages)?;
    // The executable under test embeds the site.
    site::build()?;
    let mut tests = cargo("test", &["--no-fail-fast"]);
    tests.env("MINTKEY_TEST_POSTGRES", postgres.url()).env("MINTKEY_TEST_PYTHON", python);
    run(tests.args(filter).env("MINTKEY_CHROMIUM", chromium))
}

impl Suite {
    fn step(&mut self, name: &str, step: impl FnOnce() -> Outcome) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let outcome = step();
        let took = start.elapsed().as_secs();
        let result = outcome.map_or_else(
            |message| {
                self.failed += 1;
                eprintln!("error: {message}");
                format!("FAILED: {message}")
            },
            |()| "passed".to_owned(),
        );
        self.lines.push(format!("{name:24} {took:>5} s  {result}"));
    }

    /// Records a skipped step, so that it appears in the summary.
    fn leave_out(&mut self, name: &str, reason: &str) {
        println!("\n=== {name} ===\nleft out: {reason}");
        self.lines.push(format!("{name:24} {:>5}    left out: {reason}", "-"));
    }

    fn finish(self) -> Outcome {
        println!("\n=== summary ===\n{}", self.lines.join("\n"));
        if self.failed == 0 { Ok(()) } else { Err(format!("{} of {} steps failed", self.failed, self.lines.len())) }
    }
}
