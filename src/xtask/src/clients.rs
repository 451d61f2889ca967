//! Tests the server with third-party software: OAuth clients, and a fuzzer that uses the OpenAPI document.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    packages::{self, Packages},
    paths,
    run::{Outcome, run},
    serve,
    smoke::{free_port, stop, wait},
};

pub(crate) const EMAIL: &str = "ops@example.com";
pub(crate) const PASSWORD: &str = "seven plain words make a pass";

/// Runs `oauth4webapi`, `openid-client`, `Authlib` and `requests-oauthlib` through discovery, grant, introspection and
/// revocation.
pub(crate) fn oauth(packages: Packages) -> Outcome {
    packages::install_node_modules(&paths::root().join("end2end"))?;
    let python = python(packages)?;
    build()?;
    with_server(|server| {
        let node = run(server.given(Command::new("node")).args(["--test", "--test-reporter=spec", "."]));
        let python = run(server.given(Command::new(python.join("pytest"))).args(["--quiet", "-p", "no:cacheprovider"]));
        node.and(python)
    })
}

/// Runs schemathesis on the whole document, as an administrator and unauthenticated.
pub(crate) fn openapi(packages: Packages) -> Outcome {
    let python = python(packages)?;
    build()?;
    // Separate servers, so that the administrator's objects don't affect the unauthenticated run.
    let run = |script: &str| {
        with_server(|server| run(server.given(Command::new(python.join("python"))).args(["fuzz.py", script])))
    };
    let admin = run("admin");
    let nobody = run("nobody");
    admin.and(nobody)
}

/// A server on an empty database, with one administrator and without limits on failures.
pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Server {
    fn start() -> Outcome<Self> {
        const MANY: &str = "1000000";
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let log = folder.path().join("log");
        let log = File::create(&log).map_err(|error| format!("can't write {}: {error}", log.display()))?;
        let mut process = Command::new(executable())
            .args(["serve", "--listen", &address.to_string(), "--database-url", "sqlite:mintkey.db"])
            .env_clear()
            .env("MINTKEY_ADMIN_EMAIL", EMAIL)
            .env("MINTKEY_ADMIN_PASSWORD", PASSWORD)
            .env("MINTKEY_SIGN_IN_FAILURES", MANY)
            .env("MINTKEY_SIGN_IN_FAILURES_PER_ADDRESS", MANY)
            .env("MINTKEY_KEY_FAILURES_PER_ADDRESS", MANY)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("the server could not be started: {error}"))?;
        wait(address, &mut process)?;
        Ok(Self { process, address, folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the server's database is, for files of a test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets the clients' working directory and the server's URL and credentials.
    fn given(&self, mut command: Command) -> Command {
        command
            .current_dir(folder())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("MINTKEY_URL", self.url())
            .env("MINTKEY_ADMIN_EMAIL", EMAIL)
            .env("MINTKEY_ADMIN_PASSWORD", PASSWORD);
        command
    }
}

/// Starts a server, runs the tests, and stops the server, which must also succeed.
pub(crate) fn with_server(tests: impl FnOnce(&Server) -> Outcome) -> Outcome {
    let mut server = Server::start()?;
    let tested = tests(&server);
    let stopped = stop(&mut server.process);
    if tested.is_err() || stopped.is_err() {
        let log = std::fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"ERROR\"")).collect();
        eprintln!("the server's errors:\n{}", lines.join("\n"));
    }
    tested.and(stopped)
}

fn folder() -> PathBuf {
    paths::root().join("end2end").join("clients")
}

pub(crate) fn python(packages: Packages) -> Outcome<PathBuf> {
    packages.python(&folder().join("requirements.txt"))
}

/// The server under test: `MINTKEY_SERVER`, or the local build.
pub(crate) fn executable() -> PathBuf {
    std::env::var_os("MINTKEY_SERVER").map_or_else(paths::server, PathBuf::from)
}

pub(crate) fn build() -> Outcome {
    if std::env::var_os("MINTKEY_SERVER").is_some() { Ok(()) } else { serve::build_for_tests() }
}
