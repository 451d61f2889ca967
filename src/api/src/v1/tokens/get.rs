//! `GET /api/v1/tokens/{id}`.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, TokenId, wire};

use crate::{
    extract::{Caller, Path},
    problem::JsonResult,
    state::Api,
};

/// Get a token
///
/// Its current state, without any secret. `last_used_at` may be a few seconds behind.
#[utoipa::path(
    get, path = "/api/v1/tokens/{id}", operation_id = "getToken", tag = "Tokens",
    responses((status = 200, description = "The token.", body = wire::Token)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
) -> JsonResult<wire::Token> {
    Ok(Json(api.service.token(&actor, id).await?))
}
