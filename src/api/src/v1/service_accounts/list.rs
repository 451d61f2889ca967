//! `GET /api/v1/service-accounts`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ServiceAccountStatus, wire};
use mintkey_service::ServiceAccountQuery;
use utoipa::IntoParams;

use crate::{
    extract::{Caller, ListQuery, PageQuery},
    input::{Input, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// What a list of service accounts can be narrowed to.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(super) struct ServiceAccountFilter {
    /// Only accounts with this status.
    #[deserr(default)]
    #[param(inline)]
    status: Option<ServiceAccountStatus>,
    /// Words of the name and the description, each in any spelling of case and composition; or the id.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for ServiceAccountFilter {}

/// List service accounts
///
/// By name; suspended and decommissioned accounts too.
#[utoipa::path(
    get, path = "/api/v1/service-accounts", operation_id = "listServiceAccounts", tag = "Service accounts",
    params(ServiceAccountFilter, PageQuery),
    responses((status = 200, description = "One page of service accounts.", body = wire::Page<wire::ServiceAccount>)),
    extensions(("x-audit-action" = json!(AuditAction::ServiceAccountRead))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<ServiceAccountFilter>,
) -> JsonResult<wire::Page<wire::ServiceAccount>> {
    let query = ServiceAccountQuery { status: filter.status, q: filter.q, paging };
    Ok(Json(api.service.list_service_accounts(&actor, query).await?))
}
