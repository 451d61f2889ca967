//! `GET /api/v1/members` and `GET /api/v1/members/{id}`.

use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::Actor;

use super::{AREA, COLLECTION, ONE};
use crate::{
    answer::{self, Outcome},
    call::Call,
    endpoint::{Answer, Endpoint, Field, Kind, Needs},
    v1::{
        examples,
        list::{CURSOR, LIMIT, PAGE, cut, paging},
    },
};

const Q: Field =
    Field::new("q", Kind::Text, "Words of the address, in any spelling of case and composition; or the id.");

pub(super) static LIST: Endpoint = Endpoint {
    path: COLLECTION,
    name: "listMembers",
    title: "List members",
    about: "The people of the organization by address, deactivated ones too.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberRead),
    query: &[Q, PAGE, LIMIT, CURSOR],
    answer: Answer::page::<wire::Member>("One page of members.", examples::members),
    ..Endpoint::EMPTY
};

pub(super) static GET: Endpoint = Endpoint {
    path: ONE,
    name: "getMember",
    title: "Get a member",
    about: "By the user's id.",
    area: AREA,
    needs: Needs::Credential,
    action: Some(AuditAction::MemberRead),
    answer: Answer::json::<wire::Member>(200, "The member.", examples::member),
    refusals: &[ErrorCode::NotFound],
    ..Endpoint::EMPTY
};

pub(super) async fn list(call: Call, actor: Actor) -> Outcome {
    let mut query = call.query();
    let paging = paging(&mut query);
    let q = query.text("q");
    query.finish()?;
    let (members, _) = call.api.service.search_members(&actor, q.as_deref()).await?;
    answer::json(StatusCode::OK, &cut(members, paging, |member| member.id.to_string())?)
}

pub(super) async fn get(call: Call, actor: Actor) -> Outcome {
    call.query().finish()?;
    answer::json(StatusCode::OK, &call.api.service.member(&actor, call.path_id()?).await?)
}
