//! Why a request isn't let through.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    CredentialRequired,
    InvalidCredential,
    InsufficientScope(String),
    /// Mintkey can't be asked.
    Undecided,
}

impl Refusal {
    /// The response (RFC 9457, RFC 6750 section 3).
    pub(super) fn response<A: From<String>>(self) -> Response<A> {
        let (status, code, detail) = match &self {
            Self::CredentialRequired => (StatusCode::UNAUTHORIZED, "credential_required", "A credential is required."),
            Self::InvalidCredential => (StatusCode::UNAUTHORIZED, "invalid_credential", "The credential is not valid."),
            Self::InsufficientScope(_) => {
                (StatusCode::FORBIDDEN, "insufficient_scope", "The credential lacks a scope.")
            }
            Self::Undecided => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The credential can't be checked for the moment.")
            }
        };
        let mut body = json!({"title": detail, "status": status.as_u16(), "code": code, "detail": detail});
        if let Self::InsufficientScope(scope) = &self {
            body["scope"] = scope.as_str().into();
        }
        let mut response = Response::new(A::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let challenge = match &self {
            Self::CredentialRequired => Some("Bearer".to_owned()),
            Self::InvalidCredential => Some("Bearer error=\"invalid_token\"".to_owned()),
            Self::InsufficientScope(scope) => Some(format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"")),
            Self::Undecided => None,
        };
        if let Some(challenge) = challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if self == Self::Undecided {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
