//! Extractor of the ID in the path.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use mintkey_domain::ErrorCode;

use crate::problem::ApiError;

/// The path's only parameter. An invalid one is answered with 404.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        text.ok().and_then(|text| text.parse().ok()).map(Self).ok_or_else(|| ErrorCode::NotFound.into())
    }
}
