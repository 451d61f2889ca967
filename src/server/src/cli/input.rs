//! Files that commands read.

use std::{
    fs::File,
    io::{Read, stdin},
    path::Path,
};

use crate::Failure;

/// The largest file that is read.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

/// Reads a text file; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let source: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
    let mut text = String::new();
    source.take(MAX_SIZE + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MAX_SIZE {
        return Err(Failure::Usage(format!("{}: it is larger than 64 MiB", path.display())));
    }
    Ok(text)
}
