//! Error codes shared by the JSON API, the console and the command line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{TokenId, principal::string_enum};

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
        /// That kind of token isn't available here.
        KindUnavailable = "kind_unavailable"
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
            | Self::BeyondOwnBounds
            | Self::KindUnavailable => 400,
            Self::CredentialRequired | Self::InvalidCredential | Self::CredentialExpired => 401,
            Self::InsufficientScope | Self::Forbidden | Self::CrossOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::AlreadyExists
            | Self::TokenInvalidated
            | Self::TokenExpired
            | Self::RotationInProgress
            | Self::CredentialInUse
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
            Self::KindUnavailable => "This kind of token is not available",
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

string_enum! {
    /// The kind of mistake in a field.
    FieldCode {
        /// It is missing or empty.
        Required = "required"
        /// It has the wrong JSON type.
        WrongType = "wrong_type"
        /// No such field is known here.
        UnknownField = "unknown_field"
        /// It doesn't have the expected form.
        InvalidFormat = "invalid_format"
        /// It is too short.
        TooShort = "too_short"
        /// It is too long, or there are too many.
        TooLong = "too_long"
        /// It holds a control character.
        ControlCharacter = "control_character"
        /// It says the same thing twice.
        Duplicate = "duplicate"
        /// It can't be given together with another field.
        Conflict = "conflict"
        /// A time that has passed.
        InThePast = "in_the_past"
        /// More than the organization or the calendar allows.
        ExceedsMaximum = "exceeds_maximum"
        /// A scope that isn't in the catalogue.
        UnknownScope = "unknown_scope"
        /// No such owner, or none that may have tokens.
        UnknownOwner = "unknown_owner"
        /// No such member, or none whose membership counts.
        UnknownMember = "unknown_member"
        /// Beyond the bounds of the request's credential.
        BeyondOwnBounds = "beyond_own_bounds"
        /// More than the owner is allowed.
        ExceedsOwner = "exceeds_owner"
        /// What it should match doesn't match.
        Mismatch = "mismatch"
        /// The name or address is taken.
        Taken = "taken"
    }
}

/// What is wrong with one field: which, by code, and in words. Never the value itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name.
    pub field: Cow<'static, str>,
    /// The kind of mistake.
    pub code: FieldCode,
    /// A full sentence: what is expected.
    pub message: Cow<'static, str>,
    /// A JSON Pointer (RFC 6901) to the value, if it is nested within the field: `/scopes/1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub pointer: Option<Cow<'static, str>>,
}

/// The most mistakes that one answer lists: a body can hold thousands of unknown fields.
pub const MAX_MISTAKES: usize = 50;

/// The field errors of one request: at most one per field, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Creates a list with one error.
    pub fn one(field: impl Into<Cow<'static, str>>, code: FieldCode, message: impl Into<Cow<'static, str>>) -> Self {
        let mut errors = Self::new();
        errors.push(field, code, message);
        errors
    }

    /// Adds an error, unless the field has one already.
    pub fn push(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        code: FieldCode,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.push_error(FieldError { field: field.into(), code, message: message.into(), pointer: None });
    }

    /// Adds an error for one entry of a list field.
    pub fn push_entry(
        &mut self,
        field: &'static str,
        index: usize,
        code: FieldCode,
        message: impl Into<Cow<'static, str>>,
    ) {
        let pointer = Some(format!("/{field}/{index}").into());
        self.push_error(FieldError { field: field.into(), code, message: message.into(), pointer });
    }

    /// Adds a mistake, unless there is one at its place already.
    pub fn push_error(&mut self, error: FieldError) {
        let is_there = |known: &FieldError| known.field == error.field && known.pointer == error.pointer;
        if self.0.len() < MAX_MISTAKES && !self.0.iter().any(is_there) {
            self.0.push(error);
        }
    }

    /// Adds all errors of another list.
    pub fn extend(&mut self, others: Self) {
        for error in others.0 {
            self.push_error(error);
        }
    }

    /// Whether this field has an error.
    pub fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    /// The first mistake of this field.
    pub fn get(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|error| error.field == field)
    }

    /// Whether there are no errors.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of errors.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Iterates over the errors.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }

    /// `Ok` with the parsed value if there are no errors. A caller that passes `None` must have added an error.
    pub fn finish<T>(self, parsed: Option<T>) -> Result<T, Self> {
        match parsed {
            Some(parsed) if self.is_empty() => Ok(parsed),
            _ => Err(self),
        }
    }

    /// `Ok` with the checked value if neither has errors; otherwise these errors, followed by those of the check.
    pub fn and<T>(mut self, checked: Result<T, Self>) -> Result<T, Self> {
        match checked {
            Ok(checked) if self.is_empty() => Ok(checked),
            Ok(_) => Err(self),
            Err(others) => {
                self.extend(others);
                Err(self)
            }
        }
    }

    /// `Ok` if there are no errors.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl<'a> IntoIterator for &'a FieldErrors {
    type Item = &'a FieldError;
    type IntoIter = std::slice::Iter<'a, FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
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
