//! `POST /api/v1/verify`.

use std::net::IpAddr;

use axum::{Json, extract::State, response::IntoResponse};
use deserr::Deserr;
use mintkey_domain::{AuditAction, wire};
use mintkey_service::VerifyRequest;
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Valid},
    input::{Input, Mistakes, RequiredScopes, RequiredText},
    problem::ApiError,
    refusal_floor,
    state::Api,
};

/// A credential, and what it should be allowed to do.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    /// The API key or access token that was sent to you. White space around it is dropped, and so is the scheme,
    /// `Bearer`, `APIToken` or `ApiKey` in any case, if you pass on the whole value of an `Authorization` header.
    #[schema(value_type = String, format = Password, min_length = 1)]
    credential: RequiredText,
    /// The scopes that it must hold, all of them.
    #[deserr(default)]
    #[schema(required = false)]
    scopes: RequiredScopes,
    /// The address that it was sent from; compared with the token's `allowed_cidrs`.
    #[deserr(default, from(IpAddr) = Some)]
    #[schema(nullable = false, value_type = Option<String>, format = "ip")]
    ip: Option<IpAddr>,
}

impl Input for Check {}

/// Verify a credential
///
/// For a service that received a Mintkey credential. The status is always 200: `valid` and `code` have the result, as of
/// now. Credentials of other organizations are `invalid`. It counts as a use of the token only if `valid` is `true`.
#[utoipa::path(
    post, path = "/api/v1/verify", operation_id = "verify", tag = "Credentials",
    request_body(content = Check, example = json!({
        "credential": "mk_…",
        "scopes": ["plants.read"],
        "ip": "10.4.1.7",
    })),
    responses((status = 200, description = "The result and its reason.", body = wire::Verification)),
    extensions(("x-audit-action" = json!(AuditAction::CredentialVerify))),
)]
pub(super) async fn verify(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(check)): Valid<Json<Check>>,
) -> Result<impl IntoResponse, ApiError> {
    let request = VerifyRequest { credential: check.credential.0, scopes: check.scopes.0, ip: check.ip };
    let verification = api.service.verify(&actor, request).await?;
    Ok((refusal_floor::mark(verification.valid), Json(verification)))
}
