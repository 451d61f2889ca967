//! The service's error type: refusals for the caller, other errors for the log.

use mintkey_domain::{ErrorCode, FieldErrors, Problem};
use mintkey_store::StoreError;
use thiserror::Error as ThisError;

/// Seconds until a retry when the database is unavailable.
const AWAY_RETRY: u32 = 5;
/// Seconds until a retry when the disk is full, because an operator has to free space.
const FULL_RETRY: u32 = 60;

/// The result of a service function.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a service function failed.
#[derive(Debug, ThisError)]
pub enum Error {
    /// A refusal with a code, shown to the caller.
    #[error("{0}")]
    Refused(#[from] Problem),
    /// A database error.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// Signing or encryption failed.
    #[error("cryptography: {0}")]
    Crypto(&'static str),
    /// A background task died.
    #[error("worker: {0}")]
    Worker(&'static str),
}

impl Error {
    /// A refusal with a message.
    pub(crate) fn refused(code: ErrorCode, detail: &'static str) -> Self {
        Self::Refused(Problem::new(code, detail))
    }

    /// The refusal for an object that doesn't exist or that the caller has no access to.
    pub(crate) fn not_found() -> Self {
        Self::refused(ErrorCode::NotFound, "Not found, or you don't have access to it.")
    }

    /// The problem shown to the caller. Internal details become a generic message.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::Store(StoreError::Busy) => {
                Problem::new(ErrorCode::Unavailable, "The database is busy. Try again in a moment.").retry_after(1)
            }
            Self::Store(StoreError::DiskFull) => {
                let detail = "The server's disk is full, so nothing can be saved. Its operator has to make room.";
                Problem::new(ErrorCode::Unavailable, detail).retry_after(FULL_RETRY)
            }
            Self::Store(StoreError::Unavailable(_)) => {
                let detail = "The database is not available. The server's log has the cause.";
                Problem::new(ErrorCode::Unavailable, detail).retry_after(AWAY_RETRY)
            }
            Self::Store(StoreError::NothingChanged) => {
                Problem::new(ErrorCode::NotFound, "Not found, or you don't have access to it.")
            }
            Self::Store(StoreError::InvalidCursor) => Problem::fields(FieldErrors::one(
                "cursor",
                mintkey_domain::FieldCode::InvalidFormat,
                "Expected the next_cursor of an earlier page of the same list.",
            )),
            Self::Store(_) | Self::Crypto(_) | Self::Worker(_) => {
                Problem::new(ErrorCode::Internal, "The server's log has the cause under this request id.")
            }
        }
    }

    /// Whether it is a server error, to be logged at the boundary.
    pub fn is_internal(&self) -> bool {
        match self {
            // A refusal such as "too many sign-ins are waiting" is a decision, not an error.
            Self::Refused(problem) => problem.code == ErrorCode::Internal,
            _ => matches!(self.problem().code, ErrorCode::Internal | ErrorCode::Unavailable),
        }
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Refused(Problem::fields(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_not_called_busy() {
        let problem_of = |error: StoreError| {
            let problem = Error::from(error).problem();
            assert_eq!(problem.code, ErrorCode::Unavailable);
            (problem.detail.into_owned(), problem.retry_after)
        };
        assert!(problem_of(StoreError::Busy).0.contains("busy"));
        let (full, again) = problem_of(StoreError::DiskFull);
        assert!(full.contains("disk is full") && !full.contains("busy") && again == Some(60), "{full}");
        let (away, _) = problem_of(StoreError::Unavailable("gone".to_owned()));
        assert!(away.contains("not available") && !away.contains("gone"), "{away}");
        assert!(Error::from(StoreError::DiskFull).is_internal(), "it is logged");
    }
}
