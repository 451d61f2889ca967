//! Messages and prompts. They are on standard error, so that standard output has the data only.

use std::{
    fmt::Arguments,
    io::{ErrorKind, IsTerminal as _, Read as _, Write as _, stderr, stdin},
};

use mintkey_client::SecretText;

use super::global::GlobalOptions;
use crate::Failure;

/// The longest text that is read from standard input.
const MAX_INPUT: u64 = 64 * 1024;

/// Prints a message that isn't part of the output.
pub(crate) fn note(line: Arguments<'_>) {
    // A closed standard error is no reason to stop.
    let _ = writeln!(stderr(), "{line}");
}

/// Whether questions can be asked.
pub(crate) fn is_interactive(options: &GlobalOptions) -> bool {
    !options.no_input && stdin().is_terminal() && stderr().is_terminal()
}

/// Asks for a line of text. `None` at an empty one.
pub(crate) fn ask(question: Arguments<'_>) -> Result<Option<String>, Failure> {
    let _ = write!(stderr(), "{question} ");
    let _ = stderr().flush();
    let mut line = String::new();
    let length = stdin().read_line(&mut line).map_err(|error| unreadable(&error))?;
    if length == 0 {
        let _ = writeln!(stderr());
        return Err(Failure::Usage("no answer: standard input has ended".to_owned()));
    }
    let line = line.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

/// Asks for a secret, without echo.
pub(crate) fn ask_secret(question: &str) -> Result<SecretText, Failure> {
    rpassword::prompt_password(format!("{question} ")).map(SecretText::new).map_err(|error| unreadable(&error))
}

/// Asks for confirmation before something that can't be undone.
pub(crate) fn confirm(options: &GlobalOptions, question: Arguments<'_>) -> Result<(), Failure> {
    if options.yes {
        return Ok(());
    }
    if !is_interactive(options) {
        return Err(Failure::Usage(format!("{question} Confirm it with --yes")));
    }
    let answer = ask(format_args!("{question} [y/N]"))?.unwrap_or_default();
    if matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::Refused("nothing was done".to_owned()))
}

/// Reads a secret from standard input: its first line. On a terminal, asks for it.
pub(crate) fn secret_from_stdin(flag: &str) -> Result<SecretText, Failure> {
    if stdin().is_terminal() {
        return ask_secret(&format!("{flag}:"));
    }
    let text = read_stdin()?;
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(SecretText::new(line.to_owned())),
        _ => Err(Failure::Usage(format!("{flag}: standard input is empty"))),
    }
}

/// Reads all of standard input.
pub(crate) fn read_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    stdin().take(MAX_INPUT).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    Ok(text)
}

fn unreadable(error: &std::io::Error) -> Failure {
    // A prompt for a password notices Ctrl-C itself.
    if error.kind() == ErrorKind::Interrupted {
        return Failure::Interrupted;
    }
    Failure::Refused(format!("the input can't be read: {error}"))
}
