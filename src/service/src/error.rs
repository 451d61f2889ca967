//! The one error of the service: refusals are for the caller, the rest is for the log.

use mintkey_domain::{ErrorCode, FieldErrors, Problem};
use mintkey_store::StoreError;
use thiserror::Error as ThisError;

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
            Self::Store(StoreError::Busy | StoreError::Unavailable(_)) => {
                Problem::new(ErrorCode::Unavailable, "The database is busy. Try again in a moment.").retry_after(1)
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
        matches!(self.problem().code, ErrorCode::Internal | ErrorCode::Unavailable)
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Refused(Problem::fields(errors))
    }
}
