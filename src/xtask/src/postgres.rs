//! A temporary Postgres server for tests: empty, on a free loopback port, removed afterwards.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    packages::Packages,
    run::{Outcome, output, program, run},
    smoke::{free_port, terminate},
};

/// Timeout of the start.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A running server, stopped on drop.
pub(crate) struct Postgres {
    process: Child,
    port: u16,
    /// Removed after the process has exited.
    _folder: TempDir,
}

impl Postgres {
    /// Starts the server. Installs Postgres first if it is missing and that is possible.
    pub(crate) fn start(packages: Packages) -> Outcome<Self> {
        let programs = packages.postgres()?;
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let data = folder.path().join("data");
        fs::create_dir(&data).map_err(|error| format!("can't create {}: {error}", data.display()))?;
        let user = other_user(&[folder.path(), &data])?;

        let mut init = as_user(user, &programs.join("initdb"));
        init.args(["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "-D"]);
        run(init.arg(&data).stdout(Stdio::null()))?;

        let port = free_port()?;
        let mut server = as_user(user, &programs.join("postgres"));
        server.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        // The data doesn't outlive the tests, so it needn't be durable.
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=200",
            "log_min_messages=panic",
        ] {
            server.args(["-c", setting]);
        }
        let process = server
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Postgres could not be started: {error}"))?;
        let mut postgres = Self { process, port, _folder: folder };
        postgres.wait_until_ready(&programs.join("pg_isready"))?;
        Ok(postgres)
    }

    /// The connection URL.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, pg_isready: &Path) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            if self.process.try_wait().is_ok_and(|status| status.is_some()) {
                return Err("Postgres exited unexpectedly".into());
            }
            let mut ready = Command::new(pg_isready);
            ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if ready.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(format!("Postgres didn't start within {} seconds", TIMEOUT.as_secs()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGQUIT is Postgres's immediate shutdown. There is nothing to save.
        if let Err(error) = terminate(&mut self.process, "-QUIT") {
            eprintln!("{error}");
        }
    }
}

/// Postgres refuses to run as root, so as root it runs as its package's user, who becomes the owner of the folders.
fn other_user(folders: &[&Path]) -> Outcome<Option<u32>> {
    if output(&mut program("id", &["-u"]))? != "0" {
        return Ok(None);
    }
    let id = output(&mut program("id", &["-u", "postgres"]))?;
    let id = id.parse().map_err(|_| format!("`id -u postgres` says {id}"))?;
    for folder in folders {
        std::os::unix::fs::chown(folder, Some(id), None)
            .map_err(|error| format!("can't hand over {}: {error}", folder.display()))?;
    }
    Ok(Some(id))
}

fn as_user(user: Option<u32>, file: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(file);
    if let Some(id) = user {
        command.uid(id);
    }
    // The current folder may be inaccessible to that user.
    command.current_dir("/");
    command
}
