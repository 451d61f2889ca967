//! Answers that went wrong: `application/problem+json` (RFC 9457).

use std::error::Error as _;

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use mintkey_domain::{ErrorCode, FieldErrors, Problem, TokenId};
use mintkey_service::Error;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{answer::NO_STORE, endpoint::Endpoint, oauth};

/// Seconds to wait when the cause doesn't say.
const RETRY_SOON: u32 = 1;
const RETRY_LATER: u32 = 60;

/// What a program gets when something went wrong (RFC 9457).
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
    /// What happened, for people. Never a value that was sent.
    pub(crate) detail: &'a str,
    /// What happened, for programs.
    pub(crate) code: ErrorCode,
    /// The same as the header `X-Request-Id`; the log has it too.
    pub(crate) request_id: Uuid,
    /// The fields that are wrong, at most one entry for each.
    #[serde(skip_serializing_if = "FieldErrors::is_empty")]
    #[schema(value_type = Vec<mintkey_domain::FieldError>, required = false)]
    pub(crate) errors: &'a FieldErrors,
    /// The tokens that stand in the way: only with `tokens_would_gain`.
    #[serde(skip_serializing_if = "<[TokenId]>::is_empty")]
    #[schema(value_type = Vec<TokenId>, required = false)]
    pub(crate) token_ids: &'a [TokenId],
}

/// The sentence of a code that always has the same.
pub(crate) const fn plain(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::CredentialRequired => "Send an API key, an access token, or a client ID with its client secret.",
        ErrorCode::InvalidCredential => {
            "The credential is malformed, unknown, wrong, invalidated, or can't be used from here."
        }
        ErrorCode::NotFound => "Not found, or you don't have access to it.",
        ErrorCode::MethodNotAllowed => "This path exists, but not with this method; `Allow` lists those that do.",
        ErrorCode::CrossOrigin => "A browser sent this from another site with the console's cookie.",
        ErrorCode::Timeout => "The request took too long and was given up; what it did so far may have happened.",
        _ => "Something went wrong on our side. The log has more under this request's id.",
    }
}

/// A refusal without any detail of its own.
pub(crate) fn refuse(code: ErrorCode) -> Error {
    Problem::new(code, plain(code)).into()
}

/// Translates, once, what a handler could not do. What is our own mistake is logged here and never sent.
pub(crate) fn respond(error: &Error, endpoint: &Endpoint, public_url: &str, request_id: Uuid) -> Response {
    if error.is_internal() {
        let cause = error.source().map(ToString::to_string);
        tracing::error!(%request_id, route = endpoint.path, %error, cause, "request failed");
    }
    let mut problem = error.problem();
    match problem.code {
        // One answer whatever the cause.
        ErrorCode::InvalidCredential => problem = Problem::new(problem.code, plain(problem.code)),
        ErrorCode::Unavailable => problem.retry_after = problem.retry_after.or(Some(RETRY_SOON)),
        ErrorCode::RateLimited => problem.retry_after = problem.retry_after.or(Some(RETRY_LATER)),
        _ => {}
    }
    if endpoint.oauth { oauth::respond(&problem) } else { write(&problem, public_url, request_id) }
}

fn write(problem: &Problem, public_url: &str, request_id: Uuid) -> Response {
    let body = ProblemBody {
        kind: format!("{public_url}/api/docs#{}", problem.code),
        title: problem.code.title(),
        status: problem.code.status(),
        detail: &problem.detail,
        code: problem.code,
        request_id,
        errors: &problem.errors,
        token_ids: &problem.token_ids,
    };
    let mut response = Response::new(Body::from(serde_json::to_vec(&body).unwrap_or_default()));
    *response.status_mut() = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    if let Some(challenge) = challenge(problem.code) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// RFC 6750 section 3: without a credential there is no `error`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_credential_has_one_answer_whatever_the_cause() {
        let id = Uuid::nil();
        let answers = ["unknown", "wrong secret"].map(|cause| {
            let error = Error::from(Problem::new(ErrorCode::InvalidCredential, cause));
            respond(&error, &crate::routes::NOWHERE, "http://mintkey.test", id)
        });
        let [one, two] = answers.map(|answer| (answer.status(), answer.headers().clone()));
        assert_eq!(one, two);
        assert_eq!(one.1[header::WWW_AUTHENTICATE], r#"Bearer realm="mintkey", error="invalid_token""#);
    }

    #[test]
    fn no_credential_is_not_called_a_bad_one() {
        let answer = write(&Problem::new(ErrorCode::CredentialRequired, ""), "", Uuid::nil());
        assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], r#"Bearer realm="mintkey""#);
    }

    #[test]
    fn a_busy_database_says_when_to_try_again() {
        let error = Error::from(Problem::new(ErrorCode::Unavailable, ""));
        let answer = respond(&error, &crate::routes::NOWHERE, "", Uuid::nil());
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
        let answer = respond(&error, &crate::routes::NOWHERE_OAUTH, "", Uuid::nil());
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
    }
}
