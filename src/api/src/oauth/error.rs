//! Errors of OAuth requests.

use axum::response::{IntoResponse, Response};
use mintkey_domain::ErrorCode;
use mintkey_service::Error;

use crate::{oauth_error::OAuthError, problem::ApiError};

/// An error that RFC 6749 defines, or one that any endpoint can return, such as a rate limit or a busy database.
pub(super) enum Rejection {
    OAuth(OAuthError),
    Other(ApiError),
}

impl Rejection {
    /// Converts the service's error, so that a failed client authentication becomes `invalid_client`.
    pub(super) fn of_client(error: impl Into<ApiError>, challenge: bool) -> Self {
        let error = error.into();
        match error.problem().code {
            ErrorCode::InvalidCredential | ErrorCode::CredentialExpired => OAuthError::invalid_client(challenge).into(),
            _ => Self::Other(error),
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::OAuth(error) => error.into_response(),
            Self::Other(error) => error.into_response(),
        }
    }
}

impl From<OAuthError> for Rejection {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<ApiError> for Rejection {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Other(error.into())
    }
}
