//! `POST /api/v1/service-accounts/{id}/suspend` and `…/activate`, `DELETE /api/v1/service-accounts/{id}`.

use axum::{Json, extract::State};
use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, ServiceAccountId, wire};

use crate::{
    extract::{Caller, Path},
    problem::{ApiError, JsonResult},
    state::Api,
};

/// Suspend a service account
///
/// All its credentials fail from their next use on, access tokens too, until it is activated. Earlier access tokens stay
/// revoked even then. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/suspend", operation_id = "suspendServiceAccount",
    tag = "Service accounts",
    responses((status = 200, description = "The suspended service account.", body = wire::ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountSuspend)),
        ("x-codes" = json!([
            ErrorCode::NotFound,
            ErrorCode::CredentialInUse,
            ErrorCode::ServiceAccountDecommissioned,
        ])),
    ),
)]
pub(super) async fn suspend(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> JsonResult<wire::ServiceAccount> {
    Ok(Json(api.service.suspend_service_account(&actor, id).await?))
}

/// Activate a service account
///
/// Its keys work again. Idempotent. A role above `member` requires a credential that may do everything.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/activate", operation_id = "activateServiceAccount",
    tag = "Service accounts",
    responses((status = 200, description = "The active service account.", body = wire::ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountActivate)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::ServiceAccountDecommissioned])),
    ),
)]
pub(super) async fn activate(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> JsonResult<wire::ServiceAccount> {
    Ok(Json(api.service.activate_service_account(&actor, id).await?))
}

/// Decommission a service account
///
/// Permanent: all its tokens are invalidated with it. The record is kept, and so is its name. Idempotent.
#[utoipa::path(
    delete, path = "/api/v1/service-accounts/{id}", operation_id = "decommissionServiceAccount",
    tag = "Service accounts",
    responses((status = 204, description = "The service account was decommissioned.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountDecommission)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::CredentialInUse])),
    ),
)]
pub(super) async fn decommission(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> Result<StatusCode, ApiError> {
    api.service.decommission_service_account(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
