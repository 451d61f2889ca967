//! Detects a write-ahead log that belongs to another database file.
//!
//! A `-wal` file doesn't identify its database. `SQLite` reads any log beside a file as its newest pages: restoring a
//! backup beside the log of the replaced file yields a mixture of both.
//!
//! `mintkey admin backup` and `VACUUM INTO` write files that aren't in WAL mode yet, so a log beside such a file is
//! foreign. Other copies are in WAL mode; there only the timestamps of the files give a hint.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
    time::{Duration, SystemTime},
};

use super::{
    file::beside,
    lock::{self, Access},
};
use crate::StoreError;

/// Offset of the write and read versions, which tell whether the file is in WAL mode (file format, section 1.3.3).
const VERSIONS: usize = 18;
const ROLLBACK: [u8; 2] = [1, 1];
/// Maximum time between the last writes to the log and to the file: a checkpoint takes a moment.
const LONGEST_CHECKPOINT: Duration = Duration::from_mins(1);

/// Refuses a file beside a foreign log, and warns if only the timestamps suggest one.
///
/// Must be called before this process opens the file: closing any handle of it drops `SQLite`'s locks on it in this
/// process.
pub(super) fn refuse_foreign(database: &Path, access: Access) -> Result<(), StoreError> {
    let Ok(log) = beside(database, "-wal") else { return Ok(()) };
    if !log.metadata().is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    // A server already holds its lock. A tool beside a running server finds that server's own log.
    let _alone = match access {
        Access::Server => None,
        Access::Tool => match lock::try_lock(database)? {
            Some(lock) => Some(lock),
            None => return Ok(()),
        },
    };
    if versions(database).is_some_and(|versions| versions == ROLLBACK) {
        return Err(StoreError::ForeignLog { database: database.to_owned(), log });
    }
    if is_newer(database, &log) {
        tracing::warn!(
            database = %database.display(), log = %log.display(),
            "the database file is newer than the write-ahead log beside it: if it was restored from a copy, stop, move the \
             log away, and restore the copy again"
        );
    }
    Ok(())
}

fn versions(database: &Path) -> Option<[u8; 2]> {
    let mut head = [0; VERSIONS + 2];
    File::open(database).ok()?.read_exact(&mut head).ok()?;
    Some([head[VERSIONS], head[VERSIONS + 1]])
}

/// Whether the file was created after its log, or modified long after it: `SQLite` checkpoints pages to the file soon
/// after it wrote them to the log. `false` if the file system has no timestamps.
fn is_newer(database: &Path, log: &Path) -> bool {
    let time =
        |path: &Path, of: fn(&Metadata) -> io::Result<SystemTime>| path.metadata().and_then(|data| of(&data)).ok();
    let made = time(database, Metadata::created).zip(time(log, Metadata::created));
    let written = time(database, Metadata::modified).zip(time(log, Metadata::modified));
    made.is_some_and(|(database, log)| database > log)
        || written.is_some_and(|(database, log)| database > log + LONGEST_CHECKPOINT)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_that_was_made_or_written_after_its_log_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["a", "b"].map(|name| folder.path().join(name));
        let one = File::create(&first).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        let two = File::create(&second).unwrap();
        assert!(!is_newer(&first, &second));
        if first.metadata().unwrap().created().is_ok() {
            assert!(is_newer(&second, &first));
        }
        let now = SystemTime::now();
        two.set_modified(now).unwrap();
        one.set_modified(now + Duration::from_secs(5)).unwrap();
        assert!(!is_newer(&first, &second), "the log was just moved into the file");
        one.set_modified(now + Duration::from_hours(1)).unwrap();
        assert!(is_newer(&first, &second));
    }
}
