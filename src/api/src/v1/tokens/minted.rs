//! The answer that shows secrets: once.

use axum::response::Response;
use http::StatusCode;
use mintkey_domain::{SecretText, wire};
use mintkey_service::Error;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{answer, call::mark_replayed};

/// A token with its new secrets. They are shown in this answer only.
#[derive(Serialize, ToSchema)]
#[schema(as = MintedToken)]
pub(crate) struct Minted<'a> {
    /// The token.
    #[serde(flatten)]
    pub(crate) token: wire::Token,
    /// To be sent beside the client ID. Not there when an earlier answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub(crate) client_secret: Option<&'a str>,
    /// Both in one text. Not there when an earlier answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub(crate) api_key: Option<&'a str>,
    /// What became of the token's client keys. Only in the answer to a rotation, and not when that is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(crate) client_keys: Option<wire::RotatedClientKeys>,
}

/// The answer to create and to rotate. One without secrets repeats an earlier one, and says so.
pub(super) fn respond(status: StatusCode, minted: wire::MintedToken) -> Result<Response, Error> {
    let secrets = minted.secrets.as_ref();
    let body = Minted {
        token: minted.token,
        client_secret: secrets.map(|secrets| SecretText::expose(&secrets.client_secret)),
        api_key: secrets.map(|secrets| SecretText::expose(&secrets.api_key)),
        client_keys: minted.client_keys,
    };
    let mut response = answer::json(status, &body)?;
    if secrets.is_none() {
        mark_replayed(&mut response);
    }
    Ok(response)
}
