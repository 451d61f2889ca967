//! `GET` and `POST /api/v1/members/invitations`, `DELETE /api/v1/members/invitations/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, OneTimeCodeId, Role, wire};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    input::{Input, Mistakes, RequiredText},
    problem::{ApiError, JsonResult},
    state::Api,
    v1::{examples, pages::page_of},
};

/// A request for an invitation.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    /// The e-mail address of the invited person.
    email: RequiredText,
    /// What they may do in this organization; `member` if left out.
    #[deserr(default, from(Role) = Some)]
    #[schema(nullable = false)]
    role: Option<Role>,
}

impl Input for NewInvitation {}

/// A new invitation with its link, which is shown in this answer only.
#[derive(Serialize, ToSchema)]
pub(super) struct IssuedInvitation {
    /// The invitation.
    #[serde(flatten)]
    invitation: wire::Invitation,
    /// Where the invited person accepts it.
    url: String,
}

/// A list of invitations isn't narrowed.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
pub(super) struct NoFilter {}

impl Input for NoFilter {}

/// Invite a person
///
/// Creates a link that works once, for seven days; give it to the person yourself, Mintkey sends no mail. It is shown in
/// this answer only. A second invitation of the same address replaces the first. A role above `member` requires a
/// credential that may do everything.
#[utoipa::path(
    post, path = "/api/v1/members/invitations", operation_id = "inviteMember", tag = "Members",
    request_body(content = NewInvitation, example = json!({"email": "someone@example.com", "role": "auditor"})),
    responses(
        (status = 201, description = "The invitation and its link.", body = IssuedInvitation,
         example = json!(IssuedInvitation {
             invitation: examples::invitation(),
             url: "https://mintkey.example.com/invite?code=…".to_owned(),
         })),
    ),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberInvite)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::AlreadyExists])),
    ),
)]
pub(super) async fn invite(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewInvitation>>,
) -> Result<(StatusCode, Json<IssuedInvitation>), ApiError> {
    let issued = api.service.invite_member(&actor, &new.email.0, new.role.unwrap_or(Role::Member)).await?;
    let body = IssuedInvitation { invitation: issued.invitation, url: issued.url.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(body)))
}

/// List invitations
///
/// Pending invitations, newest first. Their links are never shown again.
#[utoipa::path(
    get, path = "/api/v1/members/invitations", operation_id = "listInvitations", tag = "Members",
    params(PageQuery),
    responses((status = 200, description = "One page of invitations.", body = wire::Page<wire::Invitation>)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { paging, .. }: ListQuery<NoFilter>,
) -> JsonResult<wire::Page<wire::Invitation>> {
    let invitations = api.service.invitations(&actor).await?;
    Ok(Json(page_of(invitations, paging, |invitation| invitation.id.to_string())?))
}

/// Withdraw an invitation
///
/// Its link stops working at once.
#[utoipa::path(
    delete, path = "/api/v1/members/invitations/{id}", operation_id = "withdrawInvitation", tag = "Members",
    responses((status = 204, description = "The invitation was withdrawn.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::MemberWithdrawInvitation)),
        ("x-codes" = json!([ErrorCode::NotFound])),
    ),
)]
pub(super) async fn withdraw(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<OneTimeCodeId>,
) -> Result<StatusCode, ApiError> {
    api.service.withdraw_invitation(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
