//! Standard output. All commands write through this module, so that write errors are reported.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, IsTerminal as _, Write, stdout},
};

use crate::Failure;

/// Writes and flushes a line.
pub(crate) fn line(line: Arguments<'_>) -> Result<(), Failure> {
    text(&format!("{line}\n"))
}

/// Writes and flushes text.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Ignores a broken pipe, for commands that do more than print.
pub(crate) fn ignore_broken_pipe(printed: Result<(), Failure>) -> Result<(), Failure> {
    match printed {
        Err(Failure::BrokenPipe) => Ok(()),
        printed => printed,
    }
}

/// Writes a help text, with colours on a terminal that wants them (`NO_COLOR`, no-color.org).
pub(crate) fn styled(help: &clap::builder::StyledStr) -> Result<(), Failure> {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let plain = no_color || !stdout().is_terminal();
    text(&if plain { help.to_string() } else { help.ansi().to_string() })
}

/// Converts the result of a write to standard output.
pub(crate) fn written(write: io::Result<()>) -> Result<(), Failure> {
    write.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::Refused(format!("the output can't be written: {error}")),
    })
}
