//! The answer that shows secrets, once.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue};
use mintkey_domain::{SecretText, wire};
use serde::Serialize;
use utoipa::ToSchema;

const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The answer to create and to rotate. One without secrets repeats an earlier one, and says so.
pub(crate) struct Minted(pub(crate) wire::MintedToken);

/// A token with its new secrets. They are shown in this answer only.
#[derive(Serialize, ToSchema)]
#[schema(as = MintedToken)]
pub(crate) struct MintedToken<'a> {
    /// The token.
    #[serde(flatten)]
    token: wire::Token,
    /// Sent together with the client ID. Left out when an earlier answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    client_secret: Option<&'a str>,
    /// Client ID and client secret in one text. Left out when an earlier answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    api_key: Option<&'a str>,
    /// What happened to the token's client keys. Only in the answer to a rotation, and not when that is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    client_keys: Option<wire::RotatedClientKeys>,
}

impl IntoResponse for Minted {
    fn into_response(self) -> Response {
        let secrets = self.0.secrets.as_ref();
        let body = MintedToken {
            token: self.0.token,
            client_secret: secrets.map(|secrets| SecretText::expose(&secrets.client_secret)),
            api_key: secrets.map(|secrets| SecretText::expose(&secrets.api_key)),
            client_keys: self.0.client_keys,
        };
        let mut response = Json(body).into_response();
        if secrets.is_none() {
            response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}
