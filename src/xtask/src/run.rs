//! Runs other programs.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::paths;

/// Errors are shown to the user directly, so a message is sufficient.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// A locked cargo command in the workspace's folder.
pub(crate) fn cargo(subcommand: &str, arguments: &[&str]) -> Command {
    let mut command = program(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), &[subcommand]);
    if matches!(subcommand, "build" | "clippy" | "test") {
        command.arg("--locked");
    }
    command.args(arguments);
    // `cargo run` sets variables about this program's package. Build scripts that watch them would cause a rebuild in
    // the inner cargo each time.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// A program in the workspace's folder.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(paths::root());
    command
}

/// Runs a command; fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed ({status})", describe(command))),
        Err(error) => Err(format!("`{}` could not be started: {error}", describe(command))),
    }
}

/// Runs a command and returns its standard output. Standard error goes to the terminal.
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

/// Whether a program is installed, that is, runs with these arguments.
pub(crate) fn exists(name: &str, arguments: &[&str]) -> bool {
    program(name, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Reads a file. The error names the file.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("can't read {}: {error}", path.display()))
}

/// Writes a file and creates its parent folders. The error names the file.
pub(crate) fn write(path: &Path, content: &[u8]) -> Outcome {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, content))
        .map_err(|error| format!("can't write {}: {error}", path.display()))
}

/// The command line, for messages.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = [program.file_name().unwrap_or(program.as_os_str())].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
