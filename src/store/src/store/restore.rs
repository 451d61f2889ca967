//! Replacing the database file with a backup.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{
    file::{IfExists, create_private},
    lock,
};
use crate::{StoreError, error::is_full};

/// The endings of `SQLite`'s own files beside a database.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// A copy of a backup beside the database that it is going to replace, which is locked. Dropping it removes the copy.
pub struct Restore {
    database: PathBuf,
    copy: PathBuf,
    /// Held until the file is replaced; `None` if there is no database yet.
    _lock: Option<File>,
}

impl Restore {
    /// Copies a backup to the database's folder.
    ///
    /// # Errors
    /// [`StoreError::InUse`] beside a running server; [`StoreError::Unavailable`] beside a write-ahead log, whose changes
    /// would be lost.
    pub fn prepare(database: &Path, backup: &Path) -> Result<Self, StoreError> {
        let lock = if database.exists() {
            Some(lock::try_lock(database)?.ok_or_else(|| StoreError::InUse(database.to_owned()))?)
        } else {
            None
        };
        // The folder of an existing database may be reached by a link to the file.
        let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let log = with_ending(&database, "-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            return Err(StoreError::Unavailable(format!(
                "{} has changes that aren't in the database yet: start Mintkey and stop it, or remove the file",
                log.display()
            )));
        }
        let copy = with_ending(&database, ".restoring");
        // Left by a restore that was interrupted.
        if fs::remove_file(&copy).is_err_and(|error| error.kind() != io::ErrorKind::NotFound) {
            return Err(StoreError::Unavailable(format!("{} can't be removed", copy.display())));
        }
        let restore = Self { database, copy, _lock: lock };
        let mut to = create_private(&restore.copy, IfExists::Keep)?;
        let copied = File::open(backup).and_then(|mut from| io::copy(&mut from, &mut to)).and_then(|_| to.sync_all());
        copied.map_err(|error| {
            if is_full(&error) {
                return StoreError::DiskFull;
            }
            StoreError::Unavailable(format!("{} can't be copied: {error}", backup.display()))
        })?;
        Ok(restore)
    }

    /// The copy, to be checked before it replaces the database.
    pub fn copy(&self) -> &Path {
        &self.copy
    }

    /// Replaces the database in one step. The former one keeps its content under another name, which is returned.
    pub fn finish(self, kept_ending: &str) -> Result<Option<PathBuf>, StoreError> {
        let failed = |error: io::Error| StoreError::Unavailable(format!("the database can't be replaced: {error}"));
        let kept = with_ending(&self.database, kept_ending);
        let had_database = self.database.exists();
        if had_database {
            // A link, so that there is a database at each moment.
            fs::hard_link(&self.database, &kept).map_err(failed)?;
        }
        fs::rename(&self.copy, &self.database).map_err(failed)?;
        for ending in COMPANIONS {
            // They belonged to the former file, and are empty.
            let _ = fs::remove_file(with_ending(&self.database, ending));
        }
        if let Some(folder) = self.database.parent()
            && let Ok(folder) = File::open(folder)
        {
            folder.sync_all().map_err(failed)?;
        }
        Ok(had_database.then_some(kept))
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", ".lock"] {
            // Most of them don't exist.
            let _ = fs::remove_file(with_ending(&self.copy, ending));
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
