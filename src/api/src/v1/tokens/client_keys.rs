//! `GET` and `PUT /api/v1/tokens/{id}/client-keys`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode};
use mintkey_service::Actor;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::AREA;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::examples,
};

const PATH: &str = "/api/v1/tokens/{id}/client-keys";

/// The public keys of a client: a JSON Web Key Set (RFC 7517 section 5).
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientKeys {
    /// The keys, with their public members only.
    #[schema(value_type = Vec<Object>)]
    pub(crate) keys: Vec<Value>,
}

pub(super) static GET: Endpoint = Endpoint {
    path: PATH,
    name: "getClientKeys",
    title: "Get a client's public keys",
    about: "Those by which the token's client may prove itself at `/oauth/token` by `private_key_jwt`, instead of \
            showing its secret.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenRead),
    answer: Answer::json::<ClientKeys>(200, "The keys.", examples::client_keys),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) static SET: Endpoint = Endpoint {
    method: Verb::Put,
    path: PATH,
    name: "setClientKeys",
    title: "Set a client's public keys",
    about: "Puts these in the place of all that there are; an empty list leaves none. Whoever has a private half is the \
            token's client from then on, so this takes what rotating the token takes. Rotating leaves the keys as they \
            are; handing the token over removes them.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenClientKeys),
    body: &[Field::new(
        "keys",
        Kind::Objects,
        "At most 5 public JWKs: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits. `kid`, `alg` and `use` are \
         kept, other members are left out.",
    )
    .required()],
    example: r#"{
  "keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "2026-11", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]
}"#,
    answer: Answer::json::<ClientKeys>(200, "The keys as they are now.", examples::client_keys),
    refusals: &[
        ErrorCode::BeyondOwnBounds,
        ErrorCode::CredentialInUse,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::TokenInvalidated,
    ],
    ..Endpoint::EMPTY
};

pub(super) async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let keys = call.api.service.client_keys(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &ClientKeys { keys })
}

pub(super) async fn set(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let keys = fields.required_objects("keys");
    fields.take_errors().into_result()?;
    let keys = call.api.service.set_client_keys(&actor, id, &keys).await?;
    answer::json(StatusCode::OK, &ClientKeys { keys })
}
