//! `/api/v1/tokens/{id}/client-keys`.

use axum::{Json, extract::State};
use deserr::{Deserr, IntoValue, ValueKind, ValuePointerRef};
use mintkey_domain::{
    AuditAction, ErrorCode, FieldCode, TokenId,
    request::{Input, InvalidValue, RequestErrors},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, Path, Valid},
    problem::JsonResult,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get_client_keys, set_client_keys))
}

/// The public keys of a client: a JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
struct ClientKeys {
    /// The keys, with their public members only.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

/// The public keys that a client has from now on.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
struct NewClientKeys {
    /// At most 5 public JWKs: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits. `kid`, `alg` and `use` are
    /// kept, other members are dropped.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<JsonObject>,
}

impl Input for NewClientKeys {}

struct JsonObject(Value);

impl Deserr<RequestErrors> for JsonObject {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, RequestErrors> {
        if value.kind() == ValueKind::Map {
            return Value::deserialize_from_value(value, location).map(Self);
        }
        Err(RequestErrors::at(location, InvalidValue(FieldCode::WrongType, "Expected an object.".into())))
    }
}

/// Get a client's public keys
///
/// The keys with which the token's client can authenticate at `/oauth/token` by `private_key_jwt`, instead of sending
/// its secret.
#[utoipa::path(
    get, path = "/api/v1/tokens/{id}/client-keys",
    responses((status = 200, description = "The keys.", body = ClientKeys, example = json!(example()))),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead))),
)]
async fn get_client_keys(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
) -> JsonResult<ClientKeys> {
    Ok(Json(ClientKeys { keys: api.service.client_keys(&actor, id).await? }))
}

/// Set a client's public keys
///
/// Replaces all keys; an empty list removes them. Anyone who holds a private key can act as the token's client from
/// then on, so this requires what rotating the token requires. Rotating ends the keys unless `keep_client_keys` is
/// `true`; a hand-over ends them.
#[utoipa::path(
    put, path = "/api/v1/tokens/{id}/client-keys",
    request_body(content = NewClientKeys, example = json!(example())),
    responses((status = 200, description = "The keys as they are now.", body = ClientKeys, example = json!(example()))),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenClientKeys)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::CredentialInUse,
            ErrorCode::Forbidden,
            ErrorCode::TokenInvalidated,
        ])),
    ),
)]
async fn set_client_keys(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(body)): Valid<Json<NewClientKeys>>,
) -> JsonResult<ClientKeys> {
    let keys: Vec<Value> = body.keys.into_iter().map(|key| key.0).collect();
    Ok(Json(ClientKeys { keys: api.service.set_client_keys(&actor, id, &keys).await? }))
}

fn example() -> Value {
    json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "2026-11", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }]})
}
