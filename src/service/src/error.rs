//! The one error of the service: refusals are for the caller, the rest is for the log.

use mintkey_domain::{ErrorCode, FieldErrors, Problem};
use mintkey_store::StoreError;
use thiserror::Error as ThisError;

/// Seconds after which a database that is away is asked again.
const AWAY_RETRY: u32 = 5;
/// Seconds after which there may be room on the disk: somebody has to make it.
const FULL_RETRY: u32 = 60;

/// What a service function answers with.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a service function did nothing.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The caller may know: a refusal with its code.
    #[error("{0}")]
    Refused(#[from] Problem),
    /// The database didn't do its part.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// Signing or sealing failed.
    #[error("cryptography: {0}")]
    Crypto(&'static str),
    /// A worker of ours died.
    #[error("worker: {0}")]
    Worker(&'static str),
}

impl Error {
    /// A refusal with its sentence.
    pub(crate) fn refused(code: ErrorCode, detail: &'static str) -> Self {
        Self::Refused(Problem::new(code, detail))
    }

    /// The refusal of what doesn't exist, or isn't the caller's to see.
    pub(crate) fn not_found() -> Self {
        Self::refused(ErrorCode::NotFound, "Not found, or you don't have access to it.")
    }

    /// What the caller gets to know. Internals become one sentence.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Refused(problem) => problem.clone(),
            Self::Store(StoreError::Busy) => {
                Problem::new(ErrorCode::Unavailable, "The database is busy. Try again in a moment.").retry_after(1)
            }
            Self::Store(StoreError::DiskFull) => {
                let told = "The server's disk is full, so nothing can be saved. Its operator has to make room.";
                Problem::new(ErrorCode::Unavailable, told).retry_after(FULL_RETRY)
            }
            Self::Store(StoreError::Unavailable(_)) => {
                let told = "The database is not available. The server's log has the cause.";
                Problem::new(ErrorCode::Unavailable, told).retry_after(AWAY_RETRY)
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

    /// Whether it is a mistake of ours, to be logged at the boundary.
    pub fn is_internal(&self) -> bool {
        match self {
            // A refusal was decided: too many sign-ins wait, for example.
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
        let told = |error: StoreError| {
            let problem = Error::from(error).problem();
            assert_eq!(problem.code, ErrorCode::Unavailable);
            (problem.detail.into_owned(), problem.retry_after)
        };
        assert!(told(StoreError::Busy).0.contains("busy"));
        let (full, again) = told(StoreError::DiskFull);
        assert!(full.contains("disk is full") && !full.contains("busy") && again == Some(60), "{full}");
        let (away, _) = told(StoreError::Unavailable("gone".to_owned()));
        assert!(away.contains("not available") && !away.contains("gone"), "{away}");
        assert!(Error::from(StoreError::DiskFull).is_internal(), "it is logged");
    }
}
