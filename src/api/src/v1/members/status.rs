//! `POST /api/v1/members/{id}/deactivate` and `…/activate`.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, UserId, wire};

use crate::{
    extract::{Caller, Path},
    problem::JsonResult,
    state::Api,
};

/// Deactivate a member
///
/// All their credentials in this organization stop at once: tokens, access tokens, sessions. Other organizations aren't
/// affected. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/deactivate", operation_id = "deactivateMember", tag = "Members",
    responses((status = 200, description = "The deactivated member.", body = wire::Member)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberDeactivate)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::LastAdministrator])),
    ),
)]
pub(super) async fn deactivate(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> JsonResult<wire::Member> {
    Ok(Json(api.service.deactivate_member(&actor, id).await?))
}

/// Activate a member
///
/// Their tokens work again; earlier access tokens stay revoked. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/activate", operation_id = "activateMember", tag = "Members",
    responses((status = 200, description = "The active member.", body = wire::Member)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberActivate)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound])),
    ),
)]
pub(super) async fn activate(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> JsonResult<wire::Member> {
    Ok(Json(api.service.activate_member(&actor, id).await?))
}
