//! What can go wrong, and what Mintkey said about it.

use mintkey_domain::{ErrorCode, TokenId, wire};
use serde::Deserialize;

/// The error of every request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Mintkey refused the request.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The server can't be reached, or the connection broke.
    #[error("{origin} can't be reached: {reason}")]
    Unreachable {
        /// The server's origin.
        origin: String,
        /// The cause, without the URL.
        reason: String,
    },
    /// The response isn't one of Mintkey's: another server may listen there.
    #[error("{origin} answered {status}, but not as Mintkey does: {reason}")]
    Unexpected {
        /// The server's origin.
        origin: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the response.
        reason: &'static str,
    },
    /// The request took effect before, and secrets are shown only once: the connection broke before the response
    /// arrived, or the caller repeated an idempotency key of its own. Rotate the token to get a new secret.
    #[error("the token {} exists, and its secret was in an earlier answer only; rotate it to get another", .0.id)]
    SecretLost(Box<wire::Token>),
    /// A variable of the environment is missing.
    #[error("{0} is not set")]
    MissingVariable(&'static str),
    /// The URL isn't an `http` or `https` URL without a path.
    #[error("expected http:// or https:// and a host, without a path, such as https://mintkey.example.com")]
    InvalidUrl,
    /// A part of a raw request that can't be sent.
    #[error("{0} has a character that can't be sent")]
    InvalidRequest(&'static str),
    /// The credential can't be sent: it has a typing mistake or a character that no credential has.
    #[error("{0}")]
    InvalidCredential(&'static str),
}

/// The result of every request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error response of Mintkey (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What happened, for programs: compare it by [`Refusal::is`].
    pub code: String,
    /// What happened, for people.
    pub detail: String,
    /// The ID of the request, which the server's log has too.
    #[serde(default)]
    pub request_id: Option<String>,
    /// What is wrong with the request's fields.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// The tokens that prevent the change: only with `tokens_would_gain`.
    #[serde(default)]
    pub token_ids: Vec<TokenId>,
    /// Seconds until a retry makes sense.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

/// A mistake in a field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// The kind of mistake, for programs.
    pub code: String,
    /// What is expected, for people.
    pub message: String,
    /// A JSON Pointer (RFC 6901) to the value, if it is nested within the field.
    #[serde(default)]
    pub pointer: Option<String>,
}

impl Error {
    /// Mintkey's refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether Mintkey refused the request with this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.refusal().is_some_and(|refusal| refusal.is(code))
    }
}

impl Refusal {
    /// Whether it has this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.code == code.as_str()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.errors.is_empty() {
            return f.write_str(&self.detail);
        }
        for (index, error) in self.errors.iter().enumerate() {
            let separator = if index == 0 { "" } else { " " };
            write!(f, "{separator}{}: {}", error.pointer.as_ref().unwrap_or(&error.field), error.message)?;
        }
        Ok(())
    }
}
