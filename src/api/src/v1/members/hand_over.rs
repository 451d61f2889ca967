//! `POST /api/v1/members/{id}/hand-over`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, UserId, wire};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// Who gets what a member owns.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberHandOver {
    /// The new owner: a user or a service account.
    to_id: Uuid,
}

impl Input for MemberHandOver {}

/// Hand over what a member owns
///
/// Their tokens go to another active member or to an active service account, and the service accounts that they manage
/// go to the other member. The member knows the tokens' secrets, so all of those end at once, and nobody gets the new
/// ones: the new owner rotates a token to see its secret. Tokens of the service accounts stay as they are: rotate those
/// whose secrets the member may have kept. Requires `mintkey:tokens.write` too.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/hand-over", operation_id = "handOverMember", tag = "Members",
    request_body(content = MemberHandOver, example = json!({"to_id": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05"})),
    responses((status = 200, description = "What was handed over.", body = wire::HandOver)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberHandOver)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::NotFound])),
    ),
)]
pub(super) async fn hand_over(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<UserId>,
    Valid(Json(body)): Valid<Json<MemberHandOver>>,
) -> JsonResult<wire::HandOver> {
    Ok(Json(api.service.hand_over(&actor, id, body.to_id).await?))
}
