//! Error codes shared by the JSON API, the console and the command line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{FieldCode, FieldErrors, TokenId, principal::string_enum};

string_enum! {
    /// The `code` of a problem (RFC 9457): stable, for programs to act on.
    ErrorCode {
        /// A field is missing or wrong; `errors` says which.
        ValidationFailed = "validation_failed"
        /// The body isn't JSON.
        InvalidJson = "invalid_json"
        /// The request can't be understood, whatever its fields.
        InvalidRequest = "invalid_request"
        /// More than one credential was sent.
        MultipleCredentials = "multiple_credentials"
        /// Beyond the addresses or the expiry of the request's credential.
        BeyondOwnBounds = "beyond_own_bounds"
        /// No credential was sent.
        CredentialRequired = "credential_required"
        /// The credential is invalid, for any reason.
        InvalidCredential = "invalid_credential"
        /// The credential is correct, but has expired.
        CredentialExpired = "credential_expired"
        /// The credential lacks the required scope.
        InsufficientScope = "insufficient_scope"
        /// Not permitted, regardless of scopes.
        Forbidden = "forbidden"
        /// A browser sent this from another site.
        CrossOrigin = "cross_origin"
        /// The request names a host that isn't served here.
        MisdirectedRequest = "misdirected_request"
        /// Not found, or you don't have access to it.
        NotFound = "not_found"
        /// The path exists, the method doesn't.
        MethodNotAllowed = "method_not_allowed"
        /// An object with that name exists.
        AlreadyExists = "already_exists"
        /// The token is invalidated, permanently.
        TokenInvalidated = "token_invalidated"
        /// The token has expired.
        TokenExpired = "token_expired"
        /// An overlap is running already.
        RotationInProgress = "rotation_in_progress"
        /// A credential can't end itself unless forced.
        CredentialInUse = "credential_in_use"
        /// Tokens have kubeconfigs for this cluster.
        ClusterInUse = "cluster_in_use"
        /// Tokens hold this scope.
        ScopeInUse = "scope_in_use"
        /// Built-in scopes can't be changed.
        ScopeBuiltIn = "scope_built_in"
        /// Nobody else administers the organization.
        LastAdministrator = "last_administrator"
        /// The service account is suspended or decommissioned.
        ServiceAccountNotActive = "service_account_not_active"
        /// The service account is decommissioned, permanently.
        ServiceAccountDecommissioned = "service_account_decommissioned"
        /// Tokens would gain permissions that their creators could not grant.
        TokensWouldGain = "tokens_would_gain"
        /// A request with the same idempotency key is in progress.
        RequestInProgress = "request_in_progress"
        /// The idempotency key was used for another request.
        IdempotencyKeyReused = "idempotency_key_reused"
        /// The body is too large.
        BodyTooLarge = "body_too_large"
        /// The body's content type isn't supported.
        UnsupportedMediaType = "unsupported_media_type"
        /// The headers are too large.
        HeadersTooLarge = "headers_too_large"
        /// Too many failures.
        RateLimited = "rate_limited"
        /// Internal error.
        Internal = "internal"
        /// The database is busy or unavailable.
        Unavailable = "unavailable"
        /// Timed out.
        Timeout = "timeout"
    }
}

impl ErrorCode {
    /// The HTTP status of the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::ValidationFailed
            | Self::InvalidJson
            | Self::InvalidRequest
            | Self::MultipleCredentials
            | Self::BeyondOwnBounds => 400,
            Self::CredentialRequired | Self::InvalidCredential | Self::CredentialExpired => 401,
            Self::InsufficientScope | Self::Forbidden | Self::CrossOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::AlreadyExists
            | Self::TokenInvalidated
            | Self::TokenExpired
            | Self::RotationInProgress
            | Self::CredentialInUse
            | Self::ClusterInUse
            | Self::ScopeInUse
            | Self::ScopeBuiltIn
            | Self::LastAdministrator
            | Self::ServiceAccountNotActive
            | Self::ServiceAccountDecommissioned
            | Self::TokensWouldGain
            | Self::RequestInProgress => 409,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::MisdirectedRequest => 421,
            Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::HeadersTooLarge => 431,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }

    /// A short, human-readable title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ValidationFailed => "Some fields are wrong",
            Self::InvalidJson => "The body is not valid JSON",
            Self::InvalidRequest => "The request is malformed",
            Self::MultipleCredentials => "More than one credential was sent",
            Self::BeyondOwnBounds => "This is beyond the credential's own bounds",
            Self::CredentialRequired => "A credential is required",
            Self::InvalidCredential => "The credential is not valid",
            Self::CredentialExpired => "The credential has expired",
            Self::InsufficientScope => "The credential lacks a scope",
            Self::Forbidden => "This is not allowed",
            Self::CrossOrigin => "The request came from another site",
            Self::MisdirectedRequest => "The request is for another host",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "The method is not allowed here",
            Self::AlreadyExists => "It exists already",
            Self::TokenInvalidated => "The token is invalidated",
            Self::TokenExpired => "The token has expired",
            Self::RotationInProgress => "A rotation is in progress",
            Self::CredentialInUse => "A credential cannot end itself",
            Self::ClusterInUse => "The cluster is in use",
            Self::ScopeInUse => "The scope is in use",
            Self::ScopeBuiltIn => "The scope is Mintkey's own",
            Self::LastAdministrator => "This is the last administrator",
            Self::ServiceAccountNotActive => "The service account is not active",
            Self::ServiceAccountDecommissioned => "The service account is decommissioned",
            Self::TokensWouldGain => "Tokens would gain rights",
            Self::RequestInProgress => "The same request is in progress",
            Self::IdempotencyKeyReused => "The idempotency key was used for another request",
            Self::BodyTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The content type is not supported",
            Self::HeadersTooLarge => "The headers are too large",
            Self::RateLimited => "Too many failed attempts",
            Self::Internal => "Something went wrong",
            Self::Unavailable => "The service is unavailable for a moment",
            Self::Timeout => "The request took too long",
        }
    }
}

/// A refusal: error code, message and field errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The error code, for programs.
    pub code: ErrorCode,
    /// The message for people, without any submitted value.
    pub detail: Cow<'static, str>,
    /// The field errors, if any.
    #[serde(default, skip_serializing_if = "FieldErrors::is_empty")]
    pub errors: FieldErrors,
    /// Seconds until a retry makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// The tokens that prevent the operation, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_ids: Vec<TokenId>,
}

impl Problem {
    /// A refusal with its own message.
    pub fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), errors: FieldErrors::new(), retry_after: None, token_ids: Vec::new() }
    }

    /// A refusal because of fields: `beyond_own_bounds` if all field errors have that code.
    pub fn fields(errors: FieldErrors) -> Self {
        let beyond = errors.iter().all(|error| error.code == FieldCode::BeyondOwnBounds) && !errors.is_empty();
        let code = if beyond { ErrorCode::BeyondOwnBounds } else { ErrorCode::ValidationFailed };
        let mut fields: Vec<_> = errors.iter().map(|error| &error.field).collect();
        fields.sort_unstable();
        fields.dedup();
        let detail = match fields.len() {
            1 => Cow::Borrowed("One field is wrong; `errors` says which and why."),
            n => Cow::Owned(format!("{n} fields are wrong; `errors` says which and why.")),
        };
        Self { code, detail, errors, retry_after: None, token_ids: Vec::new() }
    }

    /// Adds the tokens that prevent the operation.
    #[must_use]
    pub fn with_tokens(mut self, ids: Vec<TokenId>) -> Self {
        self.token_ids = ids;
        self
    }

    /// Adds the seconds until a retry.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::fields(errors)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}
