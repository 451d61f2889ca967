//! `GET /api/v1/members`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, wire};
use utoipa::IntoParams;

use crate::{
    extract::{Caller, ListQuery, PageQuery},
    input::{Input, Mistakes},
    problem::JsonResult,
    state::Api,
    v1::pages::page_of,
};

/// What a list of members can be narrowed to.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(super) struct MemberFilter {
    /// Words of the address, in any spelling of case and composition; or the id.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for MemberFilter {}

/// List members
///
/// The people of the organization by address, deactivated members too.
#[utoipa::path(
    get, path = "/api/v1/members", operation_id = "listMembers", tag = "Members",
    params(MemberFilter, PageQuery),
    responses((status = 200, description = "One page of members.", body = wire::Page<wire::Member>)),
    extensions(("x-audit-action" = json!(AuditAction::MemberRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<MemberFilter>,
) -> JsonResult<wire::Page<wire::Member>> {
    let (members, _) = api.service.search_members(&actor, filter.q.as_deref()).await?;
    Ok(Json(page_of(members, paging, |member| member.id.to_string())?))
}
