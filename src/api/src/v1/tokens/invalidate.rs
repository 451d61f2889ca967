//! `POST /api/v1/tokens/{id}/invalidate`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, MAX_DESCRIPTION, TokenId, parse_line, wire};
use mintkey_service::Invalidation;
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, InvalidValue, Mistakes, domain},
    problem::JsonResult,
    state::Api,
};

/// How a token is invalidated.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenInvalidation {
    /// Why, for the audit log.
    #[deserr(default, try_from(String) = read_reason -> InvalidValue)]
    #[schema(nullable = false, max_length = 1000)]
    reason: Option<String>,
    /// Let access tokens work until they expire.
    #[deserr(default)]
    #[schema(required = false)]
    keep_access_tokens: bool,
    /// Even if it is the token that you are calling with.
    #[deserr(default)]
    #[schema(required = false)]
    force: bool,
}

impl Input for TokenInvalidation {}

#[expect(clippy::needless_pass_by_value, reason = "`deserr` passes what it has read")]
fn read_reason(text: String) -> Result<Option<String>, InvalidValue> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    domain(|errors| parse_line(&text, "", MAX_DESCRIPTION, errors)).map(Some)
}

/// Invalidate a token
///
/// It stops working at once, permanently, and stays listed. Its access tokens stop too, unless `keep_access_tokens` is
/// `true`. Idempotent. A credential can't invalidate its own token, unless `force` is `true`.
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/invalidate", operation_id = "invalidateToken", tag = "Tokens",
    request_body(content = TokenInvalidation, example = json!({"reason": "The gateway was stolen"})),
    responses((status = 200, description = "The invalidated token.", body = wire::Token)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenInvalidate)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::CredentialInUse])),
    ),
)]
pub(super) async fn invalidate(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(body)): Valid<Json<TokenInvalidation>>,
) -> JsonResult<wire::Token> {
    let TokenInvalidation { reason, keep_access_tokens, force } = body;
    let invalidation = Invalidation { reason, keep_access_tokens, force };
    Ok(Json(api.service.invalidate_token(&actor, id, invalidation).await?))
}
