//! Extractors of the caller and its origin.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use mintkey_domain::ErrorCode;
use mintkey_service::{Actor, Origin};

use crate::{operation::RequestContext, problem::ApiError};

/// The caller, authenticated by the middleware, which also checked the operation's scope. Public operations have
/// none.
pub(crate) struct Caller(pub(crate) Actor);

/// The request's origin, for rate limits and the audit log.
pub(crate) struct ClientOrigin(pub(crate) Origin);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get_mut::<RequestContext>().and_then(|context| context.caller.take());
        caller.map(Self).ok_or_else(|| ErrorCode::Internal.into())
    }
}

impl<S: Sync> FromRequestParts<S> for ClientOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>();
        Ok(Self(context.map(|context| context.origin(&parts.headers)).unwrap_or_default()))
    }
}
