//! Health, readiness, and the public keys of access tokens.

use axum::{Json, extract::State};
use http::{HeaderName, header};
use mintkey_domain::ErrorCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{problem::JsonResult, state::Api};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get_health)).routes(routes!(get_readiness)).routes(routes!(get_keys))
}

/// Health.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

/// Check whether the process is alive
///
/// Answers while the process lives; checks nothing else. For a supervisor that restarts it.
#[utoipa::path(
    get, path = "/healthz",
    responses((status = 200, description = "The process is alive.", body = Health, example = json!(OK))),
)]
async fn get_health() -> Json<Health> {
    Json(OK)
}

/// Check whether the server is ready
///
/// Answers 200 only while the database answers. For a load balancer.
#[utoipa::path(
    get, path = "/readyz",
    responses((status = 200, description = "The database answers.", body = Health, example = json!(OK))),
    extensions(("x-codes" = json!([ErrorCode::Unavailable]))),
)]
async fn get_readiness(State(api): State<Api>) -> JsonResult<Health> {
    api.service.ready().await?;
    Ok(Json(OK))
}

/// The media type is that of RFC 7517 section 8.5.2. The cache lifetime is less than the time before a new key signs.
const HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "application/jwk-set+json"), (header::CACHE_CONTROL, "public, max-age=300")];

/// A JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
struct KeySet {
    /// The keys, each with `kty`, `kid`, `use` and `alg` and its numbers.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// Get the public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517): the receiver of an access token can verify its signature with these, by `kid`,
/// without asking Mintkey. It then doesn't learn of an invalidation before the access token expires.
#[utoipa::path(
    get, path = "/.well-known/jwks.json",
    responses(
        (status = 200, description = "The keys; they may be cached for five minutes.", body = KeySet,
         content_type = "application/jwk-set+json", example = json!(example())),
    ),
)]
async fn get_keys(State(api): State<Api>) -> ([(HeaderName, &'static str); 2], String) {
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
