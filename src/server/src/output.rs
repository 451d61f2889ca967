//! Standard output. All commands write through this module, so that write errors are reported.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write, stdout},
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

/// Converts the result of a write to standard output.
pub(crate) fn written(write: io::Result<()>) -> Result<(), Failure> {
    write.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::Refused(format!("the output can't be written: {error}")),
    })
}
