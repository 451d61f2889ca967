//! The life of a service account.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::Actor;

use super::{AREA, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Needs, Verb},
    v1::examples,
};

pub(super) static SUSPEND: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/service-accounts/{id}/suspend",
    name: "suspendServiceAccount",
    title: "Suspend a service account",
    about: "Every credential of it fails from its next use on, access tokens too, until it is activated. Access tokens \
            from before stay dead even then. Doing it twice is fine.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountSuspend),
    answer: Answer::json::<wire::ServiceAccount>(
        200,
        "The service account as it is now.",
        examples::suspended_service_account,
    ),
    refusals: &[ErrorCode::NotFound, ErrorCode::CredentialInUse, ErrorCode::ServiceAccountDecommissioned],
    ..Endpoint::EMPTY
};

pub(super) static ACTIVATE: Endpoint = Endpoint {
    method: Verb::Post,
    path: "/api/v1/service-accounts/{id}/activate",
    name: "activateServiceAccount",
    title: "Activate a service account",
    about: "Its keys work again. Doing it twice is fine. A role above a member's takes a credential that may do \
            everything.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountActivate),
    answer: Answer::json::<wire::ServiceAccount>(200, "The service account as it is now.", examples::service_account),
    refusals: &[ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::ServiceAccountDecommissioned],
    ..Endpoint::EMPTY
};

pub(super) static DECOMMISSION: Endpoint = Endpoint {
    method: Verb::Delete,
    path: ONE,
    name: "decommissionServiceAccount",
    title: "Decommission a service account",
    about: "For good: all its tokens are invalidated with it. The record stays, and so does its name. Doing it twice is \
            fine.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountDecommission),
    answer: Answer::nothing("It is decommissioned."),
    refusals: &[ErrorCode::NotFound, ErrorCode::CredentialInUse],
    ..Endpoint::EMPTY
};

pub(super) async fn suspend(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let account = call.api.service.suspend_service_account(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &account)
}

pub(super) async fn activate(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let account = call.api.service.activate_service_account(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &account)
}

pub(super) async fn decommission(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    call.api.service.decommission_service_account(&actor, call.path_id()?).await?;
    Ok(answer::nothing())
}
