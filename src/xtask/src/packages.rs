//! What the tests need besides Rust: found, installed where that is possible, or named.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    paths,
    run::{Outcome, exists, output, program, read, run, write},
};

/// Chromium under the names it goes by.
const BROWSERS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/// What the server's tests call: the examples of the documents need the first three, a check of the audit log the last.
/// Each is also the name of its Debian package.
const COMMANDS: [(&str, &str); 4] =
    [("curl", "--version"), ("jq", "--version"), ("openssl", "version"), ("python3", "--version")];

/// The commands that the server's tests call.
pub(crate) fn commands() -> Outcome {
    let mut missing = COMMANDS.iter().filter(|(name, version)| !exists(name, &[version]));
    missing.try_for_each(|(name, _)| install(name, &format!("{name} (the server's tests call it)")))
}

/// The folder with the newest Postgres server's programs.
pub(crate) fn postgres() -> Outcome<PathBuf> {
    find_postgres().map_or_else(
        || {
            install("postgresql", "a Postgres server (the store's tests run on it too)")?;
            find_postgres().ok_or_else(|| "postgresql is installed, but its `postgres` isn't found".to_owned())
        },
        Ok,
    )
}

/// A Chromium: `MINTKEY_CHROMIUM`, or the system's.
pub(crate) fn chromium() -> Outcome<PathBuf> {
    if let Some(path) = std::env::var_os("MINTKEY_CHROMIUM") {
        return Ok(path.into());
    }
    find_chromium().map_or_else(
        || {
            install("chromium", "Chromium (the browser tests drive it; MINTKEY_CHROMIUM names another one)")?;
            find_chromium().ok_or_else(|| "chromium is installed, but isn't found".to_owned())
        },
        Ok,
    )
}

/// Node.js with npm, which can't be installed in the right version everywhere.
pub(crate) fn node() -> Outcome {
    if exists("node", &["--version"]) && exists("npm", &["--version"]) {
        Ok(())
    } else {
        Err("Node.js and npm are missing (the browser tests are written in them)".into())
    }
}

/// The programs of a Python environment that has exactly what this file pins.
pub(crate) fn python(requirements: &Path) -> Outcome<PathBuf> {
    let folder = paths::cache().join("python");
    let (programs, stamp) = (folder.join("bin"), folder.join("requirements.txt"));
    let wanted = read(requirements)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    // Debian has the module `venv` without the package, but not what it needs.
    if !exists("python3", &["-c", "import venv, ensurepip"]) {
        install("python3-venv", "python3 with venv (clients written in Python are tried against the server)")?;
    }
    let mut venv = program("python3", &["-m", "venv", "--clear"]);
    run(venv.arg(&folder))?;
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]);
    run(pip.arg(requirements))?;
    write(&stamp, &wanted)?;
    Ok(programs)
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<_> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    // Elsewhere the server's programs lie where `pg_config` says.
    folders.extend(output(&mut program("pg_config", &["--bindir"])).ok().map(PathBuf::from));
    folders.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    folders.sort();
    folders.pop()
}

fn find_chromium() -> Option<PathBuf> {
    BROWSERS.iter().map(PathBuf::from).find(|path| path.exists())
}

fn install(package: &str, purpose: &str) -> Outcome {
    let root = output(&mut program("id", &["-u"])).is_ok_and(|id| id == "0");
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!("{purpose} is missing; on Debian: sudo apt-get install {package}"));
    }
    println!("Installing {package} with apt-get…");
    let apt = |arguments: &[&str]| {
        let mut command = program("apt-get", arguments);
        run(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet=2"])?;
    apt(&["install", "--yes", "--quiet=2", "--no-install-recommends", package])
}
