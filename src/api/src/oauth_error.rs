//! Errors in the format of RFC 6749 section 5.2. Every error below `/oauth/` has this format.

use std::borrow::Cow;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{ErrorCode, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// An error response (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct OAuthError {
    /// The code, for programs.
    error: &'static str,
    /// The reason, for people. It never contains values from the request.
    error_description: Cow<'static, str>,
    #[serde(skip)]
    status: u16,
    #[serde(skip)]
    challenge: bool,
}

impl OAuthError {
    pub(crate) const fn new(error: &'static str, error_description: &'static str) -> Self {
        Self { error, error_description: Cow::Borrowed(error_description), status: 400, challenge: false }
    }

    pub(crate) const fn invalid_request(error_description: &'static str) -> Self {
        Self::new("invalid_request", error_description)
    }

    /// `challenge`: whether the client used the `Authorization` header, so that the response names the accepted scheme.
    pub(crate) const fn invalid_client(challenge: bool) -> Self {
        let description = "Client authentication failed: unknown client, wrong secret or assertion, or none.";
        Self { error: "invalid_client", error_description: Cow::Borrowed(description), status: 401, challenge }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(serde_json::to_vec(&self).unwrap_or_default()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.challenge {
            let basic = HeaderValue::from_static(r#"Basic realm="mintkey", charset="UTF-8""#);
            headers.insert(header::WWW_AUTHENTICATE, basic);
        }
        response
    }
}

/// Writes an error that any endpoint can return, such as an unknown path, a timeout or an internal error, in the format
/// of OAuth. The status doesn't change.
pub(crate) fn respond(problem: &Problem) -> Response {
    // Section 5.2 has no `access_denied`, `temporarily_unavailable` and `server_error`: they are from section 4.1.2.1.
    let error = match problem.code {
        ErrorCode::InsufficientScope | ErrorCode::Forbidden => "access_denied",
        ErrorCode::InvalidCredential | ErrorCode::CredentialExpired | ErrorCode::CredentialRequired => "invalid_client",
        ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => "temporarily_unavailable",
        ErrorCode::Internal => "server_error",
        _ => "invalid_request",
    };
    // RFC 6749 section 5.2: printable ASCII without the quotation mark and the backslash.
    let fits = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    let error_description = problem.detail.chars().filter(fits).collect::<String>().into();
    let error = OAuthError { error, error_description, status: problem.code.status(), challenge: false };
    let mut response = error.into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::Value;

    use super::*;

    #[tokio::test]
    async fn every_error_has_the_shape_of_rfc_6749_and_its_own_status() {
        for code in ErrorCode::ALL {
            let detail = "A sentence with \"quotes\", a \\ and an ä.";
            let response = respond(&Problem::new(*code, detail).retry_after(7));
            assert_eq!(response.status().as_u16(), code.status(), "{code}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
            assert_eq!(response.headers()[header::RETRY_AFTER], "7");
            let body: Value = serde_json::from_slice(&to_bytes(response.into_body(), 4096).await.unwrap()).unwrap();
            assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
            assert!(body["error"].is_string());
            assert_eq!(body["error_description"], "A sentence with quotes, a  and an .");
        }
    }
}
