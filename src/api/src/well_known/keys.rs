//! `GET /.well-known/jwks.json`.

use axum::extract::State;
use http::{HeaderName, header};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::state::Api;

/// RFC 7517 section 8.5.2. A verifier may cache the keys for less time than a new key waits before it signs.
const HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "public, max-age=300")];

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
pub(super) struct KeySet {
    /// The keys, each with `kty`, `kid`, `use` and `alg` and its numbers.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// Get the public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517): the receiver of an access token can verify its signature with these, by `kid`, without
/// asking Mintkey. It then doesn't learn of an invalidation before the access token expires.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", operation_id = "getKeys", tag = "Operation",
    responses(
        (status = 200, description = "The keys; they may be cached for five minutes.", body = KeySet,
         content_type = "application/jwk-set+json", example = json!(example())),
    ),
)]
pub(super) async fn keys(State(api): State<Api>) -> ([(HeaderName, &'static str); 2], String) {
    (HEADERS, api.service.jwks().to_string())
}

fn example() -> KeySet {
    KeySet {
        keys: vec![json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "01998f6a-5c1e-7d30-8b1f-0c8a2f6e4d10",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        })],
    }
}
