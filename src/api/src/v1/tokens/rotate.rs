//! `POST /api/v1/tokens/{id}/rotate`.

use axum::extract::State;
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, TokenId, Ttl};
use mintkey_service::Rotation;
use utoipa::ToSchema;

use super::minted::{Minted, MintedToken};
use crate::{
    extract::{Caller, Idempotent, Path},
    input::{Input, Mistakes},
    problem::ApiError,
    state::Api,
};

/// How a token's secret is replaced.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenRotation {
    /// How long older proofs work too: `24h`. Not at all if left out.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    overlap: Option<Ttl>,
    /// Whether client keys stay. `false` if left out.
    #[deserr(default)]
    #[schema(required = false)]
    keep_client_keys: bool,
}

impl Input for TokenRotation {}

/// Rotate a token's secret
///
/// The same token with a new secret, shown only in this answer. Without `overlap` every older proof of it ends at once,
/// secrets and client keys; with it, they work together with the new one and end together, never after the token.
/// `keep_client_keys` keeps the keys. Access tokens keep working.
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/rotate", operation_id = "rotateToken", tag = "Tokens",
    request_body(content = TokenRotation, example = json!({"overlap": "24h"})),
    responses((status = 200, description = "The token and its new secrets.", body = MintedToken<'static>)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenRotate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::Forbidden,
            ErrorCode::NotFound,
            ErrorCode::TokenInvalidated,
            ErrorCode::TokenExpired,
            ErrorCode::RotationInProgress,
        ])),
    ),
)]
pub(super) async fn rotate(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Idempotent { body, idempotency }: Idempotent<TokenRotation>,
) -> Result<Minted, ApiError> {
    let rotation = Rotation { overlap: body.overlap, keep_client_keys: body.keep_client_keys };
    Ok(Minted(api.service.rotate_token(&actor, id, rotation, idempotency).await?))
}
