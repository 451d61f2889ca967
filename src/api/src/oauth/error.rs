//! Refusals as RFC 6749 section 5.2 has them.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::ErrorCode;
use mintkey_service::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{self, Outcome};

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OAuthError {
    /// The code, for programs.
    error: &'static str,
    /// The reason, for people. It never repeats what was sent.
    error_description: &'static str,
    #[serde(skip)]
    challenge: bool,
}

/// Why there is no answer: a refusal in OAuth's own words, or what can go wrong anywhere.
pub(super) enum Refusal {
    /// In OAuth's words.
    OAuth(OAuthError),
    /// Too many failures, a busy database.
    Other(Error),
}

impl OAuthError {
    pub(super) const fn new(error: &'static str, error_description: &'static str) -> Self {
        Self { error, error_description, challenge: false }
    }

    pub(super) const fn invalid_request(error_description: &'static str) -> Self {
        Self::new("invalid_request", error_description)
    }

    /// `challenge`: the client tried with the Authorization header, and is told which scheme is taken there.
    pub(super) const fn invalid_client(challenge: bool) -> Self {
        let told = "Client authentication failed: unknown client, wrong secret or assertion, or none.";
        Self { challenge, ..Self::new("invalid_client", told) }
    }

    fn respond(self) -> Outcome {
        let status = if self.error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        let mut response = answer::json(status, &self)?;
        no_cache(&mut response);
        if self.challenge {
            let basic = HeaderValue::from_static(r#"Basic realm="mintkey", charset="UTF-8""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        Ok(response)
    }
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// The answer, whichever it is.
pub(super) fn settle(outcome: Result<Response, Refusal>) -> Outcome {
    match outcome {
        Ok(response) => Ok(response),
        Err(Refusal::OAuth(error)) => error.respond(),
        Err(Refusal::Other(error)) => Err(error),
    }
}

/// What the service says of a client that didn't prove itself, in OAuth's words.
pub(super) fn of_client(error: Error, challenge: bool) -> Refusal {
    match error.problem().code {
        ErrorCode::InvalidCredential | ErrorCode::CredentialExpired => OAuthError::invalid_client(challenge).into(),
        _ => error.into(),
    }
}

/// RFC 6749 section 5.1 asks for `Pragma` too.
pub(super) fn no_cache(response: &mut Response) {
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}
