//! Running other programs.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::paths;

/// What goes wrong here is read by a person at once: one sentence is all that an error needs.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// A cargo command that builds exactly what the lock file names, in the workspace's folder.
pub(crate) fn cargo(subcommand: &str, arguments: &[&str]) -> Command {
    let mut command = program(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), &[subcommand]);
    if matches!(subcommand, "build" | "clippy" | "test") {
        command.arg("--locked");
    }
    command.args(arguments);
    // `cargo run` tells this program about its own package. Build scripts that watch these variables would
    // take the inner cargo's builds for new ones each time.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Any program, in the workspace's folder.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(paths::root());
    command
}

/// Runs to the end; anything but success is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed ({status})", describe(command))),
        Err(error) => Err(format!("`{}` could not be started: {error}", describe(command))),
    }
}

/// Runs to the end and returns what it printed; its errors go to the terminal.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{}` could not be started: {error}", describe(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("`{}` failed ({})", describe(command), output.status))
    }
}

/// Whether a program is there: it starts and answers `--version`.
pub(crate) fn exists(name: &str, arguments: &[&str]) -> bool {
    program(name, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Reads a file, or says which one can't be read.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("can't read {}: {error}", path.display()))
}

/// Writes a file and the folders above it, or says which one can't be written.
pub(crate) fn write(path: &Path, content: &[u8]) -> Outcome {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, content))
        .map_err(|error| format!("can't write {}: {error}", path.display()))
}

/// The command as a person would type it.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = [program.file_name().unwrap_or(program.as_os_str())].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
