//! `DELETE /api/v1/tokens/{id}`.

use mintkey_domain::{AuditAction, ErrorCode};
use mintkey_service::Actor;

use super::{AREA, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs, Verb},
};

pub(super) static DELETE: Endpoint = Endpoint {
    method: Verb::Delete,
    path: ONE,
    name: "deleteToken",
    title: "Delete a token",
    about: "It stops working at once and is gone from every list; its audit events stay. To keep a record of it, \
            invalidate it instead. A credential can't delete the token that it belongs to, unless `force`.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenDelete),
    query: &[Field::new("force", Kind::Flag, "Even if it is the token that you are calling with.")],
    answer: Answer::nothing("It is gone."),
    refusals: &[ErrorCode::NotFound, ErrorCode::CredentialInUse],
    ..Endpoint::EMPTY
};

pub(super) async fn delete(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let force = query.flag("force");
    query.finish()?;
    call.api.service.delete_token(&actor, call.path_id()?, force).await?;
    Ok(answer::nothing())
}
