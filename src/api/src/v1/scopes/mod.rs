//! `/api/v1/scopes`: the catalogue.

mod list;
mod write;

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::Actor;

use super::examples;
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Needs},
    routes::Routes,
};

const AREA: &str = "Scopes";
const COLLECTION: &str = "/api/v1/scopes";
const ONE: &str = "/api/v1/scopes/{id}";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .guarded(&list::LIST, list::list)
        .guarded(&write::CREATE, write::create)
        .guarded(&GET, get)
        .guarded(&write::EDIT, write::edit)
        .guarded(&write::DELETE, write::delete)
}

static GET: Endpoint = Endpoint {
    path: ONE,
    name: "getScope",
    title: "Get a scope",
    about: "One entry of the catalogue.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::ScopeRead),
    answer: Answer::json::<wire::Scope>(200, "The scope.", examples::scope),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    let scope = call.api.service.scope(&actor, call.path_id()?).await?;
    answer::json(StatusCode::OK, &scope)
}
