//! `GET /api/v1/members/{id}`.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, UserId, wire};

use crate::{
    extract::{Caller, Path},
    problem::JsonResult,
    state::Api,
};

/// Get a member
///
/// By the user's id.
#[utoipa::path(
    get, path = "/api/v1/members/{id}", operation_id = "getMember", tag = "Members",
    responses((status = 200, description = "The member.", body = wire::Member)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
) -> JsonResult<wire::Member> {
    Ok(Json(api.service.member(&actor, id).await?))
}
