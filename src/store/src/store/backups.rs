//! The size of the database, and its backups in a folder beside it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Backend, Store,
    file::{beside, create_private_folder},
};
use crate::{StoreError, sql::sql};

/// Suffix of the backup folder beside a database file; a folder can contain several databases.
const FOLDER: &str = "-backups";
/// Extension of an incomplete backup.
const UNFINISHED: &str = "part";

/// A backup of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// The file name in the backup folder.
    pub name: String,
    /// The size in bytes.
    pub bytes: u64,
}

impl Store {
    /// The size of the database in bytes; for `SQLite` including the write-ahead log.
    pub async fn size(&self) -> Result<u64, StoreError> {
        if let Some(file) = self.database_file() {
            let log = beside(file, "-wal").and_then(|log| length(&log)).unwrap_or(0);
            return Ok(length(file).map_err(|error| unreadable(&error))? + log);
        }
        // Only PostgreSQL has this function.
        let size = sql("SELECT pg_database_size(current_database()) AS value");
        let row = size.row(&mut self.reader().await?).await?;
        let bytes: i64 = row.map_or(Ok(0), |row| row.get("value"))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// The backups in the folder beside the database file, by name. Empty for `PostgreSQL`.
    pub fn backups(&self) -> Result<Vec<BackupFile>, StoreError> {
        let Some(folder) = self.backup_folder() else { return Ok(Vec::new()) };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| unreadable(&error))?,
        };
        let mut backups = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|ending| ending == "db") {
                backups.push(BackupFile { name, bytes: entry.metadata().map_err(|error| unreadable(&error))?.len() });
            }
        }
        backups.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(backups)
    }

    /// Copies the database into the backup folder, which it creates if missing, and returns the copy's path; `None` for
    /// `PostgreSQL`. Removes incomplete backups first, so calls must not overlap. A backup gets its name once complete.
    pub async fn backup_beside(&self, name: &str) -> Result<Option<PathBuf>, StoreError> {
        let Some(folder) = self.backup_folder() else { return Ok(None) };
        create_private_folder(&folder)?;
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&error))? {
            let left = entry.map_err(|error| unreadable(&error))?.path();
            if left.extension().is_some_and(|ending| ending == UNFINISHED) && left.is_file() {
                fs::remove_file(left).map_err(|error| unreadable(&error))?;
            }
        }
        let whole = folder.join(name);
        if whole.exists() {
            return Err(StoreError::Unavailable(format!("{name} already exists (never overwritten)")));
        }
        let unfinished = whole.with_extension(UNFINISHED);
        self.backup(&unfinished).await?;
        fs::rename(unfinished, &whole).map_err(|error| unreadable(&error))?;
        Ok(Some(whole))
    }

    fn database_file(&self) -> Option<&Path> {
        match &self.backend {
            Backend::Sqlite { options, .. } => Some(options.get_filename()),
            Backend::Postgres(_) => None,
        }
    }

    fn backup_folder(&self) -> Option<PathBuf> {
        self.database_file().and_then(|file| beside(file, FOLDER).ok())
    }
}

fn length(file: &Path) -> io::Result<u64> {
    fs::metadata(file).map(|metadata| metadata.len())
}

fn unreadable(error: &io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
