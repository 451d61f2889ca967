//! The answers that show secrets, once.

use axum::{Json, response::IntoResponse};
use http::{HeaderName, StatusCode, header::LOCATION};
use mintkey_domain::wire::NewCredentials;

/// To a request that created a token: 201, with its path as `Location`.
pub(super) fn created(credentials: NewCredentials) -> impl IntoResponse {
    let location = format!("/api/v1/tokens/{}", credentials.token.id);
    (StatusCode::CREATED, [(LOCATION, location)], shown(credentials))
}

/// An answer without secrets repeats an earlier one, and says so.
pub(super) fn shown(credentials: NewCredentials) -> impl IntoResponse {
    const REPLAYED: [(HeaderName, &str); 1] = [(HeaderName::from_static("idempotency-replayed"), "true")];
    (credentials.is_replayed().then_some(REPLAYED), Json(credentials))
}
