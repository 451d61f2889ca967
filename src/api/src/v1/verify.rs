//! `/api/v1/verify`.

use axum::{Json, extract::State, response::IntoResponse};
use mintkey_domain::{AuditAction, wire::Verification};
use mintkey_service::VerifyRequest;

use crate::{
    extract::{Caller, Valid},
    problem::ApiError,
    refusal_floor,
    state::Api,
};

/// Verify a credential
///
/// For a service that received a Mintkey credential. The status is always 200: `valid` and `code` have the result, as
/// of now. Credentials of other organizations are `invalid`. It counts as a use of the token only if `valid` is `true`.
#[utoipa::path(
    post, path = "/api/v1/verify",
    request_body(content = VerifyRequest, example = json!({
        "credential": "mk_…",
        "scopes": ["plants.read"],
        "ip": "10.4.1.7",
    })),
    responses((status = 200, description = "The result and its reason.", body = Verification)),
    extensions(("x-audit-action" = json!(AuditAction::CredentialVerify))),
)]
pub(super) async fn verify(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(request)): Valid<Json<VerifyRequest>>,
) -> Result<impl IntoResponse, ApiError> {
    let verification = api.service.verify(&actor, request).await?;
    Ok((refusal_floor::mark(verification.valid), Json(verification)))
}
