//! Files that only this user may read.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{StoreError, error::is_full};

/// What becomes of a file that is there already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum IfExists {
    Keep,
    Refuse,
}

/// Makes a file that only this user may read, and its folder unless the file has to be new: a backup that makes up for
/// a disk that isn't there would be missed only when it is needed.
pub(super) fn create_private(path: &Path, if_exists: IfExists) -> Result<File, StoreError> {
    let refuse = if_exists == IfExists::Refuse;
    let folder = path.parent().filter(|folder| !refuse && *folder != Path::new("")).map(PathBuf::from);
    let made = folder.map_or(Ok(()), |folder| private_folders().create(folder)).and_then(|()| {
        let mut options = private_files();
        options.write(true).create(!refuse).create_new(refuse).truncate(false).open(path)
    });
    made.map_err(|error| {
        if is_full(&error) {
            return StoreError::DiskFull;
        }
        StoreError::Unavailable(match error.kind() {
            io::ErrorKind::AlreadyExists => format!("{} is there already, and is never overwritten", path.display()),
            _ => format!("{} can't be made: {error}", path.display()),
        })
    })
}

/// Takes from others than the owner and the group what they may do with an existing file, and says so in the log: it was made
/// by another program, or copied. The group's rights stay: a backup may be made by one.
#[cfg(unix)]
pub(super) fn keep_from_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS: u32 = 0o007;
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return;
    }
    let tightened = mode & !OTHERS;
    match fs::set_permissions(path, fs::Permissions::from_mode(tightened)) {
        Ok(()) => tracing::warn!(
            path = %path.display(),
            "every user of this machine could open the file: its mode was {mode:o} and is {tightened:o} now"
        ),
        Err(error) => tracing::warn!(
            path = %path.display(), %error,
            "every user of this machine can open the file (mode {mode:o}), and that can't be changed"
        ),
    }
}

/// The path of a file that belongs to a database file: beside what a symbolic link leads to, where `SQLite` has its own.
pub(super) fn beside(database: &Path, ending: &str) -> io::Result<PathBuf> {
    let mut path = fs::canonicalize(database)?.into_os_string();
    path.push(ending);
    Ok(path.into())
}

/// Makes a folder that only this user may read, unless it is there.
pub(super) fn create_private_folder(path: &Path) -> Result<(), StoreError> {
    let made = private_folders().create(path);
    made.map_err(|error| StoreError::Unavailable(format!("{} can't be made: {error}", path.display())))
}

fn private_folders() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn private_files() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
