//! `GET /api/v1/service-accounts` and `GET /api/v1/service-accounts/{id}`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, ServiceAccountStatus, wire};
use mintkey_service::{Actor, ServiceAccountQuery};

use super::{AREA, COLLECTION, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs},
    v1::{
        examples,
        list::{CURSOR, LIMIT, PAGE, paging},
    },
};

pub(super) static LIST: Endpoint = Endpoint {
    path: COLLECTION,
    name: "listServiceAccounts",
    title: "List service accounts",
    about: "By name; suspended and decommissioned ones too.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountRead),
    query: &[
        Field::new("status", Kind::Choice(ServiceAccountStatus::NAMES), "Those that are this."),
        Field::new(
            "q",
            Kind::Text,
            "Words of the name and the description, each in any spelling of case and composition; or the id.",
        ),
        PAGE,
        LIMIT,
        CURSOR,
    ],
    answer: Answer::page::<wire::ServiceAccount>("One page of service accounts.", examples::service_accounts),
    ..Endpoint::EMPTY
};

pub(super) static GET: Endpoint = Endpoint {
    path: ONE,
    name: "getServiceAccount",
    title: "Get a service account",
    about: "What it is, what it is held to, and whom it is given to.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ServiceAccountRead),
    answer: Answer::json::<wire::ServiceAccount>(200, "The service account.", examples::service_account),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let wanted = ServiceAccountQuery { status: query.parsed("status"), q: query.text("q"), paging: paging(&mut query) };
    query.finish()?;
    let page = call.api.service.list_service_accounts(&actor, wanted).await?;
    answer::json(StatusCode::OK, &page)
}

pub(super) async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let account = call.api.service.service_account(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &account)
}
