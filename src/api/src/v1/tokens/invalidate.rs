//! `POST /api/v1/tokens/{id}/invalidate`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, FieldErrors, MAX_DESCRIPTION, parse_line, wire};
use mintkey_service::{Actor, Invalidation};

use super::AREA;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
    input::Fields,
    v1::examples,
};

pub(super) static INVALIDATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/tokens/{id}/invalidate",
    name: "invalidateToken",
    title: "Invalidate a token",
    about: "It stops working at once, for good, and stays listed. Its access tokens stop too, unless \
            `keep_access_tokens`. Twice is fine. A credential can't invalidate the token that it belongs to, unless \
            `force`.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenInvalidate),
    body: &[
        Field::new("reason", Kind::Text, "Why, for the audit log: 1,000 characters at most."),
        Field::new("keep_access_tokens", Kind::Flag, "Let access tokens live to their own end."),
        Field::new("force", Kind::Flag, "Even if it is the token that you are calling with."),
    ],
    example: r#"{
  "reason": "The gateway was stolen"
}"#,
    answer: Answer::json::<wire::Token>(200, "The token, invalidated.", examples::invalidated),
    refusals: &[ErrorCode::NotFound, ErrorCode::CredentialInUse],
    ..Endpoint::EMPTY
};

pub(super) async fn invalidate(mut call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let id = call.path_id()?;
    let invalidation = read(&mut call.fields().await?)?;
    let token = call.api.service.invalidate_token(&actor, id, invalidation).await?;
    answer::json(StatusCode::OK, &token)
}

fn read(fields: &mut Fields) -> Result<Invalidation, FieldErrors> {
    let reason = fields.text("reason").filter(|text| !text.trim().is_empty());
    let keep_access_tokens = fields.flag("keep_access_tokens").unwrap_or_default();
    let force = fields.flag("force").unwrap_or_default();
    let mut errors = fields.take_errors();
    let reason = reason.and_then(|text| parse_line(&text, "reason", MAX_DESCRIPTION, &mut errors));
    errors.into_result().map(|()| Invalidation { reason, keep_access_tokens, force })
}
