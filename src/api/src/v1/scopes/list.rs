//! `GET /api/v1/scopes`.

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

/// What the catalogue can be narrowed to.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(super) struct ScopeFilter {
    /// Words of the name and the description, each in any spelling of case and composition; or the id.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for ScopeFilter {}

/// List the catalogue
///
/// All scopes of the organization by name, Mintkey's own included. A token may also get `*`, or the beginning of names:
/// `plants.*`, `urn:acme:*`.
#[utoipa::path(
    get, path = "/api/v1/scopes", operation_id = "listScopes", tag = "Scopes",
    params(ScopeFilter, PageQuery),
    responses((status = 200, description = "One page of scopes.", body = wire::Page<wire::Scope>)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<ScopeFilter>,
) -> JsonResult<wire::Page<wire::Scope>> {
    let (scopes, _) = api.service.search_scopes(&actor, filter.q.as_deref()).await?;
    Ok(Json(page_of(scopes, paging, |scope| scope.id.to_string())?))
}
