//! `GET` and `PUT /api/v1/tokens/{id}/client-keys`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, TokenId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, JsonObject, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// The public keys of a client: a JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
pub(super) struct ClientKeys {
    /// The keys, with their public members only.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// The public keys that a client has from now on.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClientKeys {
    /// At most 5 public JWKs: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits. `kid`, `alg` and `use` are kept,
    /// other members are dropped.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<JsonObject>,
}

impl Input for NewClientKeys {}

/// Get a client's public keys
///
/// The keys with which the token's client can authenticate at `/oauth/token` by `private_key_jwt`, instead of sending
/// its secret.
#[utoipa::path(
    get, path = "/api/v1/tokens/{id}/client-keys", operation_id = "getClientKeys", tag = "Tokens",
    responses((status = 200, description = "The keys.", body = ClientKeys, example = json!(example()))),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
) -> JsonResult<ClientKeys> {
    Ok(Json(ClientKeys { keys: api.service.client_keys(&actor, id).await? }))
}

/// Set a client's public keys
///
/// Replaces all keys; an empty list removes them. Anyone who holds a private key can act as the token's client from then on,
/// so this requires what rotating the token requires. Rotating ends the keys unless `keep_client_keys` is `true`; a
/// hand-over ends them.
#[utoipa::path(
    put, path = "/api/v1/tokens/{id}/client-keys", operation_id = "setClientKeys", tag = "Tokens",
    request_body(content = NewClientKeys, example = json!(example())),
    responses((status = 200, description = "The keys as they are now.", body = ClientKeys, example = json!(example()))),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenClientKeys)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::CredentialInUse,
            ErrorCode::Forbidden,
            ErrorCode::NotFound,
            ErrorCode::TokenInvalidated,
        ])),
    ),
)]
pub(super) async fn set(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(body)): Valid<Json<NewClientKeys>>,
) -> JsonResult<ClientKeys> {
    let keys: Vec<Value> = body.keys.into_iter().map(|key| key.0).collect();
    Ok(Json(ClientKeys { keys: api.service.set_client_keys(&actor, id, &keys).await? }))
}

fn example() -> ClientKeys {
    ClientKeys {
        keys: vec![json!({
            "kty": "OKP", "crv": "Ed25519", "kid": "2026-11", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        })],
    }
}
