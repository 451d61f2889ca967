//! Database errors, without any stored or submitted value in their messages.

use std::{fmt, path::PathBuf};

use sqlx::error::{DatabaseError, ErrorKind};

/// The error type of this crate.
#[derive(thiserror::Error)]
pub enum StoreError {
    /// A uniqueness constraint was violated.
    #[error("already exists: {0:?}")]
    Unique(Constraint),
    /// The row to change or delete doesn't exist, or can't be changed any more.
    #[error("there is no such row to change")]
    NothingChanged,
    /// A referenced row is missing, or the row is still referenced.
    #[error("a row that is referred to is missing, or still referred to")]
    ForeignKey,
    /// The database was locked for five seconds, or the pool had no free connection in that time.
    #[error("the database is busy")]
    Busy,
    /// The disk of the `SQLite` file or of the `PostgreSQL` server is full.
    #[error("the database's disk is full")]
    DiskFull,
    /// The database can't be reached or written.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another server has the `SQLite` file open.
    #[error("the database {} is in use by another mintkey serve; PostgreSQL supports several servers", .0.display())]
    InUse(PathBuf),
    /// The `SQLite` file needs a migration while a server has it open.
    #[error(
        "the database {} can't be migrated while a server of an older version is running on it: stop that server, or \
        use its own `mintkey admin`", .0.display()
    )]
    MigrationBlocked(PathBuf),
    /// The `SQLite` file isn't in WAL mode, so the write-ahead log beside it belongs to another file.
    #[error(
        "the write-ahead log {} doesn't belong to the database {}: it was left by another file of that name, and would be \
         read into this one. If the database is a restored backup, remove the log, and {}-shm if there is one", .log.display(), .database.display(), .database.display()
    )]
    ForeignLog {
        /// The database file.
        database: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// A stored value can't be parsed.
    #[error("a stored value can't be read: {0}")]
    Corrupt(&'static str),
    /// The cursor belongs to another list or order.
    #[error("the cursor doesn't belong to this list")]
    InvalidCursor,
    /// Any other error, which is a bug in Mintkey.
    #[error("the database refused a statement: {0}")]
    Sql(sqlx::Error),
}

/// The uniqueness constraints that callers distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// One user per normalized e-mail address.
    UserEmail,
    /// One scope per name and organization.
    ScopeName,
    /// One cluster per name and organization.
    ClusterName,
    /// One service account per name and organization.
    ServiceAccountName,
    /// One membership per organization and user.
    Membership,
    /// One stored response per organization, principal, route and key.
    IdempotencyKey,
    /// Any other constraint, mostly on IDs.
    Other,
}

/// The derived implementation would print the values that `PostgreSQL` adds to its errors.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

impl StoreError {
    /// A copy of the error, for each job of a group that failed together.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Unique(constraint) => Self::Unique(*constraint),
            Self::NothingChanged => Self::NothingChanged,
            Self::ForeignKey => Self::ForeignKey,
            Self::Busy => Self::Busy,
            Self::DiskFull => Self::DiskFull,
            Self::Corrupt(what) => Self::Corrupt(what),
            Self::InvalidCursor => Self::InvalidCursor,
            Self::Unavailable(_)
            | Self::InUse(_)
            | Self::MigrationBlocked(_)
            | Self::ForeignLog { .. }
            | Self::Sql(_) => Self::Unavailable(self.to_string()),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(error) if is_full(error) => Self::DiskFull,
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation => Self::Unique(constraint(database.as_ref())),
                ErrorKind::ForeignKeyViolation => Self::ForeignKey,
                _ => from_code(database.code().as_deref().unwrap_or_default()).unwrap_or_else(|| Self::Sql(error)),
            },
            _ => Self::Sql(error),
        }
    }
}

/// Whether the disk is full (`ENOSPC`) or the disk quota is exceeded.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// `PostgreSQL` reports the name of the constraint, `SQLite` only the columns.
fn constraint(error: &dyn DatabaseError) -> Constraint {
    let name = error.constraint().unwrap_or_else(|| {
        let message = error.message();
        message.strip_prefix("UNIQUE constraint failed: ").unwrap_or(message)
    });
    match name {
        "users_email" | "users.email_normalized" => Constraint::UserEmail,
        "scopes_name" | "scopes.organization_id, scopes.name" => Constraint::ScopeName,
        "service_accounts_name" | "service_accounts.organization_id, service_accounts.name" => {
            Constraint::ServiceAccountName
        }
        "clusters_name" | "clusters.organization_id, clusters.name" => Constraint::ClusterName,
        "memberships_pk" | "memberships.organization_id, memberships.user_id" => Constraint::Membership,
        "idempotency_keys_pk" => Constraint::IdempotencyKey,
        columns if columns.starts_with("idempotency_keys.") => Constraint::IdempotencyKey,
        _ => Constraint::Other,
    }
}

/// `SQLite` has decimal result codes, `PostgreSQL` five-character SQLSTATEs.
fn from_code(code: &str) -> Option<StoreError> {
    let unavailable = |what: &str| Some(StoreError::Unavailable(what.to_owned()));
    if code.len() == 5 && !code.chars().all(|c| c == '0') {
        return match &code[..2] {
            "53" if code == "53100" => Some(StoreError::DiskFull),
            // Deadlock, serialization, lock not available, too many connections.
            "40" | "55" | "53" => Some(StoreError::Busy),
            "08" | "57" | "58" => unavailable("the server closed the connection"),
            _ => None,
        };
    }
    // The low byte is the primary result code, the rest the extended one.
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some(StoreError::Busy),
        8 => unavailable("the file is read-only"),
        10 => unavailable("reading or writing the file failed"),
        13 => Some(StoreError::DiskFull),
        14 => unavailable("the file can't be opened"),
        11 | 26 => unavailable("the file is damaged, or no database"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_busy_database() {
        for code in ["13", "53100"] {
            assert!(matches!(from_code(code), Some(StoreError::DiskFull)), "{code}");
        }
        for code in ["5", "517", "6", "53300", "40001", "55P03"] {
            assert!(matches!(from_code(code), Some(StoreError::Busy)), "{code}");
        }
        let full = sqlx::Error::Io(Error::from(ErrorKind::StorageFull));
        assert!(matches!(StoreError::from(full), StoreError::DiskFull));
        let other = sqlx::Error::Io(Error::from(ErrorKind::ConnectionReset));
        assert!(matches!(StoreError::from(other), StoreError::Unavailable(_)));
        assert!(matches!(StoreError::DiskFull.duplicate(), StoreError::DiskFull));
    }
}
