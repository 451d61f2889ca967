//! What is done for members who forgot their password, or who leave.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, wire};
use mintkey_service::Actor;
use uuid::Uuid;

use super::{AREA, invitations::PasswordResetLink};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    v1::examples,
};

pub(super) static RESET: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/members/{id}/password-reset",
    name: "createPasswordReset",
    title: "Make a password reset link",
    about: "A link that works once, for 24 hours, by which the member chooses a new password; hand it to them \
            yourself. It stands in this answer only, and an earlier one stops working. A password opens all of a \
            person's organizations, so it takes somebody who administers each of them, and a credential that may do \
            everything; a token makes links only for those who belong to no other organization. The link ends early \
            when the member joins one or gets another password, and when somebody stops administering this one.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::PasswordResetLink),
    answer: Answer::json::<PasswordResetLink<'_>>(201, "The link.", examples::password_reset_link),
    refusals: &[ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) static HAND_OVER: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/members/{id}/hand-over",
    name: "handOverMember",
    title: "Hand over what a member owns",
    about: "Their tokens go to another active member or to an active service account, and the service accounts that \
            are given to them to the other member. Whoever leaves knows the tokens' secrets, so all of those die at \
            once, and nobody gets the new ones: the new owner rotates a token to see its secret. Tokens of \
            the service accounts stay as they are: rotate those whose secrets the member may have kept. Needs \
            `mintkey:tokens.write` too.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberHandOver),
    body: &[Field::new("to_id", Kind::Id, "The user or the service account that gets it.").required()],
    example: r#"{
  "to_id": "01998f6a-0003-7d30-8b1f-0c8a2f6e4d05"
}"#,
    answer: Answer::json::<wire::HandOver>(200, "How much was handed over.", examples::hand_over),
    refusals: &[ErrorCode::Forbidden, ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn reset(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let link = call.api.service.create_password_reset(&actor, call.path_id()?).await?;
    let body = PasswordResetLink { url: link.url.expose(), expires_at: link.expires_at };
    answer::json(StatusCode::CREATED, &body)
}

pub(super) async fn hand_over(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let mut fields = call.fields().await?;
    let to = fields.required_text("to_id");
    let mut errors = fields.take_errors();
    let to = Uuid::try_parse(&to).ok().filter(|_| to.len() == 36);
    if to.is_none() {
        errors.push("to_id", FieldCode::InvalidFormat, "Expected a UUID.");
    }
    errors.into_result()?;
    answer::json(StatusCode::OK, &call.api.service.hand_over(&actor, id, to.unwrap_or_default()).await?)
}
