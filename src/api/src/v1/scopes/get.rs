//! `GET /api/v1/scopes/{id}`.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, ScopeId, wire};

use crate::{
    extract::{Caller, Path},
    problem::JsonResult,
    state::Api,
};

/// Get a scope
///
/// One entry of the catalogue.
#[utoipa::path(
    get, path = "/api/v1/scopes/{id}", operation_id = "getScope", tag = "Scopes",
    responses((status = 200, description = "The scope.", body = wire::Scope)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ScopeId>,
) -> JsonResult<wire::Scope> {
    Ok(Json(api.service.scope(&actor, id).await?))
}
