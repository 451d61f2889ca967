//! The one error of the console: a refusal that a person may read. What went wrong inside is in the log.

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
use serde::{Deserialize, Serialize};

/// What every page and every server function of the console answers with.
pub(crate) type Result<T> = std::result::Result<T, AppError>;

/// A refusal, for people and for the scripts of our own pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AppError(pub(crate) Problem);

impl AppError {
    /// A refusal with its sentence.
    pub(crate) fn new(code: ErrorCode, detail: &'static str) -> Self {
        Self(Problem::new(code, detail)).marking_the_answer()
    }

    /// There is no such page, or it isn't this person's to see.
    pub(crate) fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "Not found, or you don't have access to it.")
    }

    /// The person's session is over.
    pub(crate) fn signed_out() -> Self {
        Self::new(ErrorCode::CredentialRequired, "Your session has ended. Sign in again.")
    }

    /// A mistake of ours. The cause goes to the log only.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "the console failed");
        Self::new(ErrorCode::Internal, "The server's log has the cause.")
    }

    /// Gives a server function's answer the status of this refusal: the framework alone would always say 500.
    fn marking_the_answer(self) -> Self {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.set_status(self.status());
        }
        self
    }

    /// The status that goes with it.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What the service refused; what went wrong inside is logged here, once.
impl From<mintkey_service::Error> for AppError {
    fn from(error: mintkey_service::Error) -> Self {
        if error.is_internal() {
            tracing::error!(%error, "a service call of the console failed");
        }
        Self(error.problem()).marking_the_answer()
    }
}

impl From<FieldErrors> for AppError {
    fn from(errors: FieldErrors) -> Self {
        Self(Problem::fields(errors)).marking_the_answer()
    }
}

/// A server function's own refusal of what it was sent. Its reason may quote what was typed, so it is dropped.
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

/// The bare status with the refusal attached: the layer around all pages makes the page of it, which takes the
/// database for the frame.
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
