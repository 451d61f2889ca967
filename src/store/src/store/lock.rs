//! The lock of a server on a `SQLite` file.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use super::file::{IfExists, beside, create_private};
use crate::StoreError;

/// The kind of process that opens the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A server, which caches what it reads: only one may have a `SQLite` file open. `PostgreSQL` supports several.
    Server,
    /// A command that may run beside a server. It takes no lock, except to migrate a file that no server has open.
    Tool,
}

/// Through another name of the file, a second process would see neither this lock nor the write-ahead log.
#[cfg(unix)]
pub(super) fn refuse_hard_links(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt;
    match path.metadata() {
        Ok(metadata) if metadata.nlink() > 1 => Err(StoreError::Unavailable(format!(
            "{} has more than one name (hard links): remove the others, or copy it with `mintkey admin backup`",
            path.display()
        ))),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn refuse_hard_links(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Locks the database file for this process; `None` if another process holds the lock. Dropping the returned file or
/// ending the process in any way releases the lock.
///
/// The lock is on a separate file: closing any handle of the database file would drop `SQLite`'s own locks in this
/// process. The path is resolved, so that a symbolic link to the database shares the lock. The lock file is never
/// removed: a process that still has it open could then hold a lock that other processes can't see.
pub(super) fn try_lock(database: &Path) -> Result<Option<File>, StoreError> {
    let failed = |path: &Path, error| StoreError::Unavailable(format!("{} can't be locked: {error}", path.display()));
    let path = beside(database, ".lock").map_err(|error| failed(database, error))?;
    refuse_hard_links(database)?;
    let file = create_private(&path, IfExists::Keep)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(&path, error)),
    }
}
