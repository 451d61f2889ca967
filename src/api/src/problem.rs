//! Errors as `application/problem+json` (RFC 9457).
//!
//! Handlers, extractors and layers return an [`ApiError`]. Its response has only the status, and the error in the
//! extensions. The outermost layer writes the body, because it knows the request's ID.

use std::{error::Error as _, sync::Arc};

use axum::{
    Json,
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{ErrorCode, FieldCode, FieldError, FieldErrors, Problem, TokenId};
use mintkey_service::Error;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The default of `Retry-After` in seconds.
const RETRY_SOON: u32 = 1;
const RETRY_LATER: u32 = 60;

/// The error of every handler, extractor and layer.
#[derive(Debug, Clone)]
pub(crate) struct ApiError(Arc<Error>);

/// The result of a handler that returns JSON.
pub(crate) type JsonResult<T> = Result<Json<T>, ApiError>;

/// An error response (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// A link to the code's explanation.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The code in words.
    pub(crate) title: &'static str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened, for people. It never contains values from the request.
    pub(crate) detail: &'a str,
    /// What happened, for programs.
    pub(crate) code: ErrorCode,
    /// The same as the header `X-Request-Id`; the log has it too.
    pub(crate) request_id: Uuid,
    /// What is wrong: at most one entry for each field, or for each place within a field; 50 at most.
    #[serde(skip_serializing_if = "FieldErrors::is_empty")]
    #[schema(value_type = Vec<mintkey_domain::FieldError>, required = false)]
    pub(crate) errors: &'a FieldErrors,
    /// The tokens that prevent the change: only with `tokens_would_gain`.
    #[serde(skip_serializing_if = "<[TokenId]>::is_empty")]
    #[schema(value_type = Vec<TokenId>, required = false)]
    pub(crate) token_ids: &'a [TokenId],
}

/// The detail of a code whose detail is always the same.
pub(crate) const fn default_detail(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::CredentialRequired => "Send an API key, an access token, or a client ID with its client secret.",
        ErrorCode::InvalidCredential => {
            "The credential is malformed, unknown, wrong, invalidated, or can't be used from here."
        }
        ErrorCode::NotFound => "Not found, or you don't have access to it.",
        ErrorCode::MethodNotAllowed => "This path exists, but not with this method; `Allow` lists those that do.",
        ErrorCode::CrossOrigin => "A browser sent this from another site with the console's cookie.",
        ErrorCode::Timeout => "The request took too long and was stopped; it may have taken effect in part.",
        _ => "Something went wrong on the server. Its log has more under this request id.",
    }
}

impl<'a> ProblemBody<'a> {
    pub(crate) fn new(problem: &'a Problem, public_url: &str, request_id: Uuid) -> Self {
        Self {
            kind: format!("{public_url}/api/docs#{}", problem.code),
            title: problem.code.title(),
            status: problem.code.status(),
            detail: &problem.detail,
            code: problem.code,
            request_id,
            errors: &problem.errors,
            token_ids: &problem.token_ids,
        }
    }
}

impl ApiError {
    /// The problem to send to the caller.
    pub(crate) fn problem(&self) -> Problem {
        let mut problem = self.0.problem();
        match problem.code {
            // The response must not reveal the cause.
            ErrorCode::InvalidCredential => problem = Problem::new(problem.code, default_detail(problem.code)),
            ErrorCode::Unavailable => problem.retry_after = problem.retry_after.or(Some(RETRY_SOON)),
            ErrorCode::RateLimited => problem.retry_after = problem.retry_after.or(Some(RETRY_LATER)),
            _ => {}
        }
        problem
    }

    /// Logs the cause of an internal error, which isn't sent to the caller, and at `debug` the reason of a refusal.
    /// Neither contains values from the request.
    pub(crate) fn log(&self) {
        if self.0.is_internal() {
            let cause = self.0.source().map(ToString::to_string);
            tracing::error!(error = %self.0, cause, "request failed");
        } else if tracing::enabled!(tracing::Level::DEBUG) {
            log_refusal(&self.0.problem());
        }
    }
}

fn log_refusal(problem: &Problem) {
    // The name of an unknown field is from the request and can be anything, so it isn't logged.
    let is_ours = |error: &&FieldError| {
        error.code != FieldCode::UnknownField
            && error.code != FieldCode::Duplicate
            && error.field.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let errors: Vec<_> =
        problem.errors.iter().filter(is_ours).map(|error| format!("{}: {}", error.field, error.code)).collect();
    tracing::debug!(code = %problem.code, reason = %problem.detail, errors = errors.join(", "), "request refused");
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status(self.0.problem().code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Error::from(problem).into()
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Error::from(errors).into()
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Problem::new(code, default_detail(code)).into()
    }
}

/// Writes a problem as a response.
pub(crate) fn respond(problem: &Problem, public_url: &str, request_id: Uuid) -> Response {
    let body = serde_json::to_vec(&ProblemBody::new(problem, public_url, request_id)).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status(problem.code);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(challenge) = challenge(problem.code) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The challenge of RFC 6750 section 3. A request without a credential gets no `error`.
const fn challenge(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::CredentialRequired => Some(r#"Bearer realm="mintkey""#),
        ErrorCode::InvalidCredential | ErrorCode::CredentialExpired => {
            Some(r#"Bearer realm="mintkey", error="invalid_token""#)
        }
        ErrorCode::InsufficientScope => Some(r#"Bearer realm="mintkey", error="insufficient_scope""#),
        _ => None,
    }
}
