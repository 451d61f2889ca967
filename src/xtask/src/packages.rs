//! Finds or installs the programs that the tools need besides Rust, or names the missing ones.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    paths,
    run::{Outcome, exists, output, program, read, run, write},
};

/// Paths of Chromium.
const BROWSERS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/// What the server's tests call, each as a shell command that finds it, with its Debian package: the first three for the
/// documented examples and for TLS, the next for verifying the audit log, the others for opening
/// certificates and for using them.
const COMMANDS: [(&str, &str); 9] = [
    ("command -v curl", "curl"),
    ("command -v jq", "jq"),
    ("command -v openssl", "openssl"),
    ("command -v python3", "python3"),
    ("/usr/bin/python3 -c 'import cryptography'", "python3-cryptography"),
    ("command -v keytool", "default-jre-headless"),
    ("command -v pk12util", "libnss3-tools"),
    ("command -v kubectl", "kubernetes-client"),
    ("command -v nginx || test -x /usr/sbin/nginx", "nginx"),
];

/// Finds programs, and installs missing ones if requested.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages {
    pub(crate) install: bool,
}

/// Installs `end2end/package-lock.json` without running install scripts. Node.js and npm must be present, because not
/// every system can install the right version.
pub(crate) fn install_node_modules(folder: &Path) -> Outcome {
    if !exists("node", &["--version"]) || !exists("npm", &["--version"]) {
        return Err("Node.js and npm are missing (the browser tests and a client are written in them)".into());
    }
    let mut npm = program("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(folder))
}

impl Packages {
    /// Ensures that the commands of the server's tests are installed.
    pub(crate) fn commands(self) -> Outcome {
        let mut missing = COMMANDS.iter().filter(|(find, _)| !exists("sh", &["-c", find]));
        missing.try_for_each(|(_, package)| self.install(package, &format!("{package} (the server's tests call it)")))
    }

    /// The folder with the programs of the newest Postgres version.
    pub(crate) fn postgres(self) -> Outcome<PathBuf> {
        find_postgres().map_or_else(
            || {
                self.install("postgresql", "a Postgres server (the store's tests run on it too)")?;
                find_postgres().ok_or_else(|| "postgresql is installed, but its `postgres` isn't found".to_owned())
            },
            Ok,
        )
    }

    /// The path of Chromium: `MINTKEY_CHROMIUM`, or the system's.
    pub(crate) fn chromium(self) -> Outcome<PathBuf> {
        if let Some(path) = std::env::var_os("MINTKEY_CHROMIUM") {
            return Ok(path.into());
        }
        find_chromium().map_or_else(
            || {
                self.install("chromium", "Chromium (the browser tests drive it; MINTKEY_CHROMIUM names another one)")?;
                find_chromium().ok_or_else(|| "chromium is installed, but isn't found".to_owned())
            },
            Ok,
        )
    }

    /// The folder of programs in a Python environment with exactly the packages whose hashes `requirements` lists.
    pub(crate) fn python(self, requirements: &Path) -> Outcome<PathBuf> {
        let folder = paths::cache().join("python");
        let (programs, stamp) = (folder.join("bin"), folder.join("requirements.txt"));
        let required = read(requirements)?;
        if fs::read(&stamp).is_ok_and(|installed| installed == required) {
            return Ok(programs);
        }
        // On Debian, the module `venv` exists without its package, but lacks `ensurepip`.
        if !exists("python3", &["-c", "import venv, ensurepip"]) {
            self.install("python3-venv", "python3 with venv (clients written in Python are tried against the server)")?;
        }
        let mut venv = program("python3", &["-m", "venv", "--clear"]);
        run(venv.arg(&folder))?;
        let mut pip = Command::new(programs.join("pip"));
        pip.args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--requirement",
        ]);
        run(pip.arg(requirements))?;
        write(&stamp, &required)?;
        Ok(programs)
    }

    fn install(self, package: &str, purpose: &str) -> Outcome {
        let root = output(&mut program("id", &["-u"])).is_ok_and(|id| id == "0");
        if !self.install || !root || !Path::new("/usr/bin/apt-get").exists() {
            return Err(format!(
                "{purpose} is missing; on Debian: sudo apt-get install {package}, or as root: cargo xtask test --install"
            ));
        }
        println!("Installing {package} with apt-get…");
        let apt = |arguments: &[&str]| {
            let mut command = program("apt-get", arguments);
            run(command.env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update", "--quiet=2"])?;
        apt(&["install", "--yes", "--quiet=2", "--no-install-recommends", package])
    }
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<_> = versions.flatten().map(|entry| entry.path().join("bin")).collect();
    // On other systems, `pg_config` knows the folder of the server's programs.
    folders.extend(output(&mut program("pg_config", &["--bindir"])).ok().map(PathBuf::from));
    folders.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    folders.sort();
    folders.pop()
}

fn find_chromium() -> Option<PathBuf> {
    BROWSERS.iter().map(PathBuf::from).find(|path| path.exists())
}
