//! Who sends the request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use mintkey_domain::ErrorCode;
use mintkey_service::{Actor, Origin};

use crate::{operation::RequestContext, problem::ApiError};

/// The caller, whom the layer `authorize` authenticated and found to hold the operation's scope. An operation that the
/// document calls public has none.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) Actor);

/// Where the request comes from, for limits and the audit log.
pub(crate) struct ClientOrigin(pub(crate) Origin);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.remove().ok_or_else(|| ErrorCode::Internal.into())
    }
}

impl<S: Sync> FromRequestParts<S> for ClientOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>();
        Ok(Self(context.map(|context| context.origin(&parts.headers)).unwrap_or_default()))
    }
}
