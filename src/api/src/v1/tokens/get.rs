//! `GET /api/v1/tokens/{id}`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::Actor;

use super::{AREA, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Needs},
    v1::examples,
};

pub(super) static GET: Endpoint = Endpoint {
    path: ONE,
    name: "getToken",
    title: "Get a token",
    about: "Its state as of now, without any secret. `last_used_at` may be a few seconds behind.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenRead),
    answer: Answer::json::<wire::Token>(200, "The token.", examples::token),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let token = call.api.service.token(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &token)
}
