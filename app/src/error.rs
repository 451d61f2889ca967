//! The console's error type. Its message may be shown to users; internal causes are only logged.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use leptos::{
    context::use_context,
    server_fn::{
        codec::JsonEncoding,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};
use leptos_axum::ResponseOptions;
use mintkey_domain::{ErrorCode, FieldErrors, Problem};
use mintkey_service::LogContext;
use serde::{Deserialize, Serialize};

/// The result type of the console's pages and server functions.
pub(crate) type Result<T> = std::result::Result<T, AppError>;

/// An error that users, and the console's own scripts, may read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AppError(pub(crate) Problem);

impl AppError {
    /// Creates an error with its message.
    pub(crate) fn new(code: ErrorCode, detail: &'static str) -> Self {
        Self(Problem::new(code, detail)).with_response_status()
    }

    /// Not found, or the user has no access to it.
    pub(crate) fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Not found, or you don't have access to it.")
    }

    /// The user's session has ended.
    pub(crate) fn signed_out() -> Self {
        Self::new(ErrorCode::CredentialRequired, "Your session has ended. Sign in again.")
    }

    /// An internal error. Only the log has the cause.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "the console failed");
        let mut problem = Problem::new(ErrorCode::Internal, "The server's log has the cause.");
        problem.detail = with_request_id(problem.detail);
        Self(problem).with_response_status()
    }

    /// Sets the status of the server function's response, which is 500 by default.
    fn with_response_status(self) -> Self {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.set_status(self.status());
        }
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Converts a service error. Logs internal errors, once.
impl From<mintkey_service::Error> for AppError {
    fn from(error: mintkey_service::Error) -> Self {
        let mut problem = error.problem();
        if error.is_internal() {
            tracing::error!(%error, "a service call of the console failed");
            problem.detail = with_request_id(problem.detail);
        }
        Self(problem).with_response_status()
    }
}

/// Appends the request ID, if known, because forms show an error without the page around it.
fn with_request_id(detail: Cow<'static, str>) -> Cow<'static, str> {
    match LogContext::current() {
        Some(context) => format!("{detail} Request {}.", context.id()).into(),
        None => detail,
    }
}

impl From<FieldErrors> for AppError {
    fn from(errors: FieldErrors) -> Self {
        Self(Problem::fields(errors)).with_response_status()
    }
}

/// A server function's argument error. Its text may quote user input, so it is dropped.
impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(ErrorCode::InvalidRequest, "The form was not understood. Load the page again.")
            }
            _ => Self::new(ErrorCode::Internal, "The server could not answer."),
        }
    }
}

/// Returns an empty response with the error attached. Middleware renders the error page, because the shell needs the
/// database.
impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
