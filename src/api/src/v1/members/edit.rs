//! `PATCH /api/v1/members/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, Role, UserId, wire};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// Changes to a member.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChanges {
    /// What they may do in this organization.
    role: Role,
}

impl Input for MemberChanges {}

/// Change a member's role
///
/// It applies from the next use of each of their credentials on; their other sessions end. A role above `member` requires
/// a credential that may do everything.
#[utoipa::path(
    patch, path = "/api/v1/members/{id}", operation_id = "editMember", tag = "Members",
    request_body(content = MemberChanges, example = json!({"role": "auditor"})),
    responses((status = 200, description = "The edited member.", body = wire::Member)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberRole)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::LastAdministrator])),
    ),
)]
pub(super) async fn edit(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Valid(Json(changes)): Valid<Json<MemberChanges>>,
) -> JsonResult<wire::Member> {
    Ok(Json(api.service.change_member_role(&actor, id, changes.role).await?))
}
