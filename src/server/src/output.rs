//! Standard output: every command writes to it here, so that nothing that couldn't be written is lost without a word.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write, stdout},
};

use crate::Failure;

/// Writes a line of a command's answer, at once.
pub(crate) fn line(line: Arguments<'_>) -> Result<(), Failure> {
    text(&format!("{line}\n"))
}

/// Writes a whole answer, at once.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What a write to standard output means for the command.
pub(crate) fn written(write: io::Result<()>) -> Result<(), Failure> {
    write.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Refused(format!("the output can't be written: {error}")),
    })
}
