//! The tokens of one service account: as `/api/v1/tokens`, with the owner in the path.

use mintkey_domain::{AuditAction, ErrorCode, ServiceAccountId, wire};
use mintkey_service::Actor;

use super::AREA;
use crate::{
    answer::Outcome,
    call::Call,
    endpoint::{Answer, Endpoint, Needs, Verb},
    v1::{
        examples,
        tokens::{Minted, create as new, list as all},
    },
};

const PATH: &str = "/api/v1/service-accounts/{id}/tokens";

pub(super) static LIST: Endpoint = Endpoint {
    path: PATH,
    name: "listServiceAccountTokens",
    title: "List a service account's tokens",
    about: "As `GET /api/v1/tokens`, those of this account only. For administrators, auditors, the members that the \
            account is given to, and itself.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenRead),
    query: all::QUERY,
    answer: Answer::page::<wire::Token>("One page of tokens.", examples::tokens),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) static CREATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: PATH,
    name: "createServiceAccountToken",
    title: "Create a token for a service account",
    about: "As `POST /api/v1/tokens`, for this account. Only an active one gets tokens, and none that names a scope \
            beyond what the account is held to, or that its creator doesn't hold.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::TokenCreate),
    body: new::BODY,
    example: new::EXAMPLE,
    repeatable: true,
    answer: Answer::json::<Minted<'_>>(201, "The token and its secrets; `Location` is its path.", examples::minted),
    refusals: &[
        ErrorCode::NotFound,
        ErrorCode::KindUnavailable,
        ErrorCode::Forbidden,
        ErrorCode::ServiceAccountNotActive,
    ],
    ..Endpoint::EMPTY
};

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    let id: ServiceAccountId = call.path_id()?;
    call.api.service.require_service_account(&actor, id).await?;
    all::respond(call, &actor, Some(id.uuid())).await
}

pub(super) async fn create(call: Call, actor: Actor) -> Outcome {
    let id: ServiceAccountId = call.path_id()?;
    call.api.service.require_service_account(&actor, id).await?;
    new::respond(call, &actor, Some(id.uuid())).await
}
