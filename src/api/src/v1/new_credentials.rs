//! Responses with new secrets.

use axum::{Json, response::IntoResponse};
use http::{HeaderName, StatusCode, header::LOCATION};
use mintkey_domain::wire::NewCredentials;

/// The response to the creation of a token: 201, with the token's path as `Location`.
pub(super) fn created(credentials: NewCredentials) -> impl IntoResponse {
    let location = format!("/api/v1/tokens/{}", credentials.token.id);
    (StatusCode::CREATED, [(LOCATION, location)], shown(credentials))
}

/// Adds `Idempotency-Replayed` if the response repeats an earlier one, without its secrets.
pub(super) fn shown(credentials: NewCredentials) -> impl IntoResponse {
    const REPLAYED: [(HeaderName, &str); 1] = [(HeaderName::from_static("idempotency-replayed"), "true")];
    (credentials.is_replayed().then_some(REPLAYED), Json(credentials))
}
