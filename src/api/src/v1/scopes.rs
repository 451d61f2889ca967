//! `/api/v1/scopes`: the catalogue.

use axum::{Json, extract::State, response::IntoResponse};
use deserr::Deserr;
use http::{StatusCode, header::LOCATION};
use mintkey_domain::{
    AuditAction, ErrorCode, ScopeId,
    request::{Input, RequestErrors},
    wire::{ListPage, Scope},
};
use mintkey_service::{NewScope, ScopeChanges};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    problem::{ApiError, JsonResult},
    state::Api,
    v1::pages::page_of,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_scopes, create_scope)).routes(routes!(get_scope, edit_scope, delete_scope))
}

/// Filters of the catalogue.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
struct ScopeFilter {
    /// Words of the name and the description, each in any spelling of case and composition; or the id.
    #[deserr(default)]
    q: Option<String>,
}

impl Input for ScopeFilter {}

/// List the catalogue
///
/// All scopes of the organization by name, Mintkey's own included. A token can also have `*`, or a prefix such as
/// `plants.*` or `urn:acme:*`.
#[utoipa::path(
    get, path = "/api/v1/scopes", params(ScopeFilter, PageQuery),
    responses((status = 200, description = "One page of scopes.", body = ListPage<Scope>)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeRead))),
)]
async fn list_scopes(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<ScopeFilter>,
) -> JsonResult<ListPage<Scope>> {
    let (scopes, _) = api.service.search_scopes(&actor, filter.q.as_deref()).await?;
    Ok(Json(page_of(scopes, paging, |scope| scope.id.to_string())?))
}

/// Add a scope
///
/// One permission of your own APIs. The name never changes.
#[utoipa::path(
    post, path = "/api/v1/scopes",
    request_body(content = NewScope, example = json!({
        "name": "plants.read",
        "description": "Read the meters of all plants",
    })),
    responses((status = 201, description = "The scope; `Location` is its path.", body = Scope)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeCreate)), ("x-codes" = json!([ErrorCode::AlreadyExists]))),
)]
async fn create_scope(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewScope>>,
) -> Result<impl IntoResponse, ApiError> {
    let scope = api.service.create_scope(&actor, new).await?;
    Ok((StatusCode::CREATED, [(LOCATION, format!("/api/v1/scopes/{}", scope.id))], Json(scope)))
}

/// Get a scope
///
/// One entry of the catalogue.
#[utoipa::path(
    get, path = "/api/v1/scopes/{id}",
    responses((status = 200, description = "The scope.", body = Scope)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeRead))),
)]
async fn get_scope(State(api): State<Api>, Caller(actor): Caller, Path(id): Path<ScopeId>) -> JsonResult<Scope> {
    Ok(Json(api.service.scope(&actor, id).await?))
}

/// Edit a scope
///
/// A field that is left out stays as it is. Mintkey's own scopes can't be changed.
#[utoipa::path(
    patch, path = "/api/v1/scopes/{id}",
    request_body(content = ScopeChanges, example = json!({"description": "Read the meters of all plants and alarms"})),
    responses((status = 200, description = "The edited scope.", body = Scope)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeEdit)), ("x-codes" = json!([ErrorCode::ScopeBuiltIn]))),
)]
async fn edit_scope(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ScopeId>,
    Valid(Json(changes)): Valid<Json<ScopeChanges>>,
) -> JsonResult<Scope> {
    Ok(Json(api.service.edit_scope(&actor, id, changes).await?))
}

/// Remove a scope
///
/// Only a scope that no token holds. Mintkey's own scopes can't be removed.
#[utoipa::path(
    delete, path = "/api/v1/scopes/{id}",
    responses((status = 204, description = "The scope was removed.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::ScopeDelete)),
        ("x-codes" = json!([ErrorCode::ScopeInUse, ErrorCode::ScopeBuiltIn])),
    ),
)]
async fn delete_scope(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ScopeId>,
) -> Result<StatusCode, ApiError> {
    api.service.delete_scope(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
