//! `/api/v1/members/invitations`.

use axum::{Json, extract::State};
use deserr::Deserr;
use http::StatusCode;
use mintkey_domain::{
    AuditAction, ErrorCode, OneTimeCodeId, Role,
    request::{Input, RequestErrors, RequiredText},
    wire::{Invitation, IssuedInvitation, ListPage},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    input::NoFields,
    problem::{ApiError, JsonResult},
    state::Api,
    v1::pages::page_of,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_invitations, invite_member)).routes(routes!(withdraw_invitation))
}

/// List invitations
///
/// Pending invitations, newest first. Their links are never shown again.
#[utoipa::path(
    get, path = "/api/v1/members/invitations", params(PageQuery),
    responses((status = 200, description = "One page of invitations.", body = ListPage<Invitation>)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead))),
)]
async fn list_invitations(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { paging, .. }: ListQuery<NoFields>,
) -> JsonResult<ListPage<Invitation>> {
    let invitations = api.service.invitations(&actor).await?;
    Ok(Json(page_of(invitations, paging, |invitation| invitation.id.to_string())?))
}

/// A request for an invitation.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    /// The e-mail address of the invited user.
    email: RequiredText,
    /// What they may do in this organization; `member` if left out.
    #[deserr(default = Role::Member)]
    #[schema(required = false)]
    role: Role,
}

impl Input for NewInvitation {}

/// Invite a user
///
/// Creates a link that works once, for seven days; give it to the user yourself, Mintkey sends no mail. It is shown
/// in this answer only. A second invitation of the same address replaces the first. A role above `member` requires a
/// credential that may do everything.
#[utoipa::path(
    post, path = "/api/v1/members/invitations",
    request_body(content = NewInvitation, example = json!({"email": "someone@example.com", "role": "auditor"})),
    responses((status = 201, description = "The invitation and its link.", body = IssuedInvitation)),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberInvite)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::AlreadyExists])),
    ),
)]
async fn invite_member(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewInvitation>>,
) -> Result<(StatusCode, Json<IssuedInvitation>), ApiError> {
    Ok((StatusCode::CREATED, Json(api.service.invite_member(&actor, &new.email.0, new.role).await?)))
}

/// Withdraw an invitation
///
/// Its link stops working at once.
#[utoipa::path(
    delete, path = "/api/v1/members/invitations/{id}",
    responses((status = 204, description = "The invitation was withdrawn.")),
    extensions(("x-audit-action" = json!(AuditAction::MemberWithdrawInvitation))),
)]
async fn withdraw_invitation(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<OneTimeCodeId>,
) -> Result<StatusCode, ApiError> {
    api.service.withdraw_invitation(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
