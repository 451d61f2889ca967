//! `/api/v1/members/invitations`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, OneTimeCodeId, Role, Timestamp, wire};
use mintkey_service::Actor;
use serde::Serialize;
use utoipa::ToSchema;

use super::AREA;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::{
        examples,
        list::{CURSOR, LIMIT, PAGE, cut, paging},
    },
};

const PATH: &str = "/api/v1/members/invitations";

/// A new invitation with its link, which is shown in this answer only.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssuedInvitation<'a> {
    /// The invitation.
    #[serde(flatten)]
    pub(crate) invitation: wire::Invitation,
    /// Where the invited person takes it up.
    #[schema(value_type = String)]
    pub(crate) url: &'a str,
}

/// A link that works once; it is shown in this answer only.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordResetLink<'a> {
    /// Where the person chooses their new password.
    #[schema(value_type = String)]
    pub(crate) url: &'a str,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
}

pub(super) static INVITE: Endpoint = Endpoint {
    method: Verb::Post,
    path: PATH,
    name: "inviteMember",
    title: "Invite somebody",
    about: "Makes a link that works once, for seven days; hand it to the person yourself, Mintkey sends no mail. It \
            stands in this answer only. A second invitation of the same address replaces the first. A role above a \
            member's takes a credential that may do everything.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberInvite),
    body: &[
        Field::new("email", Kind::Text, "Whom to invite.").required(),
        Field::new("role", Kind::Choice(Role::NAMES), "What they will be allowed to do; `member` if left out."),
    ],
    example: r#"{
  "email": "someone@example.com",
  "role": "auditor"
}"#,
    answer: Answer::json::<IssuedInvitation<'_>>(201, "The invitation and its link.", examples::issued_invitation),
    refusals: &[ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::AlreadyExists],
    ..Endpoint::EMPTY
};

pub(super) static LIST: Endpoint = Endpoint {
    path: PATH,
    name: "listInvitations",
    title: "List invitations",
    about: "Those that weren't taken up and haven't ended, the newest first. Their links are never shown again.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberRead),
    query: &[PAGE, LIMIT, CURSOR],
    answer: Answer::page::<wire::Invitation>("One page of invitations.", examples::invitations),
    ..Endpoint::EMPTY
};

pub(super) static WITHDRAW: Endpoint = Endpoint {
    method: Verb::Delete,
    path: "/api/v1/members/invitations/{id}",
    name: "withdrawInvitation",
    title: "Withdraw an invitation",
    about: "Its link stops working at once.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberWithdrawInvitation),
    answer: Answer::nothing("It is gone."),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn invite(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let mut fields = call.fields().await?;
    let (email, role) = (fields.required_text("email"), fields.text("role"));
    let mut errors = fields.take_errors();
    let role = role.map_or(Ok(Role::Member), |role| role.parse()).unwrap_or_else(|_| {
        errors.push("role", FieldCode::InvalidFormat, "Expected \"admin\", \"member\" or \"auditor\".");
        Role::Member
    });
    errors.into_result()?;
    let issued = call.api.service.invite_member(&actor, &email, role).await?;
    let body = IssuedInvitation { invitation: issued.invitation, url: issued.url.expose() };
    answer::json(StatusCode::CREATED, &body)
}

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let paging = paging(&mut query);
    query.finish()?;
    let invitations = call.api.service.invitations(&actor).await?;
    answer::json(StatusCode::OK, &cut(invitations, paging, |invitation| invitation.id.to_string())?)
}

pub(super) async fn withdraw(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    call.api.service.withdraw_invitation(&actor, call.path_id::<OneTimeCodeId>()?).await?;
    Ok(answer::nothing())
}
