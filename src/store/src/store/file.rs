//! Files and folders that only the current user may access.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use crate::{StoreError, error::is_full};

/// What to do if the file exists.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum IfExists {
    Keep,
    Refuse,
}

/// Creates a file that only the current user may access. With `Keep` it also creates the folder; with `Refuse` it
/// doesn't: a backup to a disk that isn't mounted would otherwise seem to succeed.
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
            io::ErrorKind::AlreadyExists => format!("{} already exists (never overwritten)", path.display()),
            _ => format!("{} can't be made: {error}", path.display()),
        })
    })
}

/// Removes the permissions of other users on an existing file that another program created or copied, and logs it.
/// Owner and group keep theirs, because a backup may run as a member of the group.
#[cfg(unix)]
pub(super) fn remove_other_permissions(path: &Path) {
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

/// A file name beside the database file; resolves symbolic links, because `SQLite` does so for its own files.
pub(super) fn beside(database: &Path, ending: &str) -> io::Result<PathBuf> {
    let mut path = fs::canonicalize(database)?.into_os_string();
    path.push(ending);
    Ok(path.into())
}

/// Creates a folder that only the current user may access, unless it exists.
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
