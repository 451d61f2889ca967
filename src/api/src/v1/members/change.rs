//! Changes to a member.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, Role, wire};
use mintkey_service::Actor;

use super::{AREA, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::examples,
};

pub(super) static EDIT: Endpoint = Endpoint {
    method: Verb::Patch,
    path: ONE,
    name: "editMember",
    title: "Change a member's role",
    about: "It counts from the next use of each of their credentials on; their other sessions end. A role above a \
            member's takes a credential that may do everything.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberRole),
    body: &[Field::new("role", Kind::Choice(Role::NAMES), "What they may do here.").required()],
    example: r#"{
  "role": "auditor"
}"#,
    answer: Answer::json::<wire::Member>(200, "The member as they are now.", examples::member),
    refusals: &[ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::LastAdministrator],
    ..Endpoint::EMPTY
};

pub(super) static DEACTIVATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/members/{id}/deactivate",
    name: "deactivateMember",
    title: "Deactivate a member",
    about: "Everything of theirs stops in this organization at once: tokens, access tokens, sessions. Other \
            organizations aren't touched. Doing it twice is fine.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberDeactivate),
    answer: Answer::json::<wire::Member>(200, "The member as they are now.", examples::deactivated_member),
    refusals: &[ErrorCode::NotFound, ErrorCode::LastAdministrator],
    ..Endpoint::EMPTY
};

pub(super) static ACTIVATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/members/{id}/activate",
    name: "activateMember",
    title: "Activate a member",
    about: "Their tokens work again; access tokens from before stay dead. Doing it twice is fine.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberActivate),
    answer: Answer::json::<wire::Member>(200, "The member as they are now.", examples::member),
    refusals: &[ErrorCode::Forbidden, ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn edit(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let role = fields.required_text("role");
    let mut errors = fields.take_errors();
    let role = role.parse().unwrap_or_else(|_| {
        errors.push("role", FieldCode::InvalidFormat, "Expected \"admin\", \"member\" or \"auditor\".");
        Role::Member
    });
    errors.into_result()?;
    answer::json(StatusCode::OK, &call.api.service.change_member_role(&actor, id, role).await?)
}

pub(super) async fn deactivate(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    answer::json(StatusCode::OK, &call.api.service.deactivate_member(&actor, call.path_id()?).await?)
}

pub(super) async fn activate(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    answer::json(StatusCode::OK, &call.api.service.activate_member(&actor, call.path_id()?).await?)
}
