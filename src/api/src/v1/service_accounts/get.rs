//! `GET /api/v1/service-accounts/{id}`.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, ServiceAccountId, wire};

use crate::{
    extract::{Caller, Path},
    problem::JsonResult,
    state::Api,
};

/// Get a service account
///
/// The account, its allowed scopes and the members who manage it.
#[utoipa::path(
    get, path = "/api/v1/service-accounts/{id}", operation_id = "getServiceAccount", tag = "Service accounts",
    responses((status = 200, description = "The service account.", body = wire::ServiceAccount)),
    extensions(("x-audit-action" = json!(AuditAction::ServiceAccountRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> JsonResult<wire::ServiceAccount> {
    Ok(Json(api.service.service_account(&actor, id).await?))
}
