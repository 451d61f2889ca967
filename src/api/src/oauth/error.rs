//! Refusals as RFC 6749 section 5.2 has them: below `/oauth/` there is no other shape, whatever went wrong.

use std::borrow::Cow;

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{ErrorCode, Problem};
use mintkey_service::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{NO_STORE, Outcome};

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OAuthError {
    /// The code, for programs.
    error: &'static str,
    /// The reason, for people. It never repeats what was sent.
    error_description: Cow<'static, str>,
    #[serde(skip)]
    status: u16,
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
        Self { error, error_description: Cow::Borrowed(error_description), status: 400, challenge: false }
    }

    pub(super) const fn invalid_request(error_description: &'static str) -> Self {
        Self::new("invalid_request", error_description)
    }

    /// `challenge`: the client tried with the Authorization header, and is told which scheme is taken there.
    pub(super) const fn invalid_client(challenge: bool) -> Self {
        let told = "Client authentication failed: unknown client, wrong secret or assertion, or none.";
        Self { error: "invalid_client", error_description: Cow::Borrowed(told), status: 401, challenge }
    }

    fn respond(&self) -> Response {
        let mut response = Response::new(Body::from(serde_json::to_vec(self).unwrap_or_default()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        no_cache(&mut response);
        if self.challenge {
            let basic = HeaderValue::from_static(r#"Basic realm="mintkey", charset="UTF-8""#);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

/// What can go wrong anywhere, in OAuth's words: an unknown path, a wrong method, a body that is too large, a time-out, a
/// mistake of ours. The status stays.
pub(crate) fn respond(problem: &Problem) -> Response {
    // RFC 6749 has codes of the token endpoint's own refusals only; the other two are those of its section 4.1.2.1.
    let error = match problem.code {
        ErrorCode::InsufficientScope | ErrorCode::Forbidden => "access_denied",
        ErrorCode::InvalidCredential | ErrorCode::CredentialExpired | ErrorCode::CredentialRequired => "invalid_client",
        ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => "temporarily_unavailable",
        ErrorCode::Internal => "server_error",
        _ => "invalid_request",
    };
    // Section 5.2: printable ASCII without the quotation mark and the backslash.
    let fits = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    let error_description = problem.detail.chars().filter(fits).collect::<String>().into();
    let mut response =
        OAuthError { error, error_description, status: problem.code.status(), challenge: false }.respond();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
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
        Err(Refusal::OAuth(error)) => Ok(error.respond()),
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

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;

    #[tokio::test]
    async fn whatever_goes_wrong_has_the_shape_of_rfc_6749_and_its_own_status() {
        for code in ErrorCode::ALL {
            let told = "A sentence with \"quotes\", a \\ and an ä.";
            let response = respond(&Problem::new(*code, told).retry_after(7));
            assert_eq!(response.status().as_u16(), code.status(), "{code}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            assert_eq!(response.headers()[header::RETRY_AFTER], "7");
            let body: Value = serde_json::from_slice(&to_bytes(response.into_body(), 4096).await.unwrap()).unwrap();
            assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
            assert!(body["error"].is_string());
            assert_eq!(body["error_description"], "A sentence with quotes, a  and an .");
        }
    }
}
