//! New files for secrets.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// Creates a file that only the current user may access.
///
/// # Errors
/// `AlreadyExists` for an existing file, which is never overwritten.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
