//! `/api/v1/service-accounts`.

mod tokens;

use axum::{Json, extract::State, response::IntoResponse};
use http::{StatusCode, header::LOCATION};
use mintkey_domain::{
    AuditAction, ErrorCode, ServiceAccountId,
    request::{NewServiceAccount, ServiceAccountChanges},
    wire::{ListPage, ServiceAccount},
};
use mintkey_service::ServiceAccountQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, ListQuery, PageQuery, Path, Valid},
    input::NoFields,
    problem::{ApiError, JsonResult},
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_service_accounts, create_service_account))
        .routes(routes!(get_service_account, edit_service_account, decommission_service_account))
        .routes(routes!(suspend_service_account))
        .routes(routes!(activate_service_account))
        .merge(tokens::routes())
}

/// List service accounts
///
/// By name; suspended and decommissioned accounts too.
#[utoipa::path(
    get, path = "/api/v1/service-accounts", params(ServiceAccountQuery, PageQuery),
    responses((status = 200, description = "One page of service accounts.", body = ListPage<ServiceAccount>)),
    extensions(("x-audit-action" = json!(AuditAction::ServiceAccountRead))),
)]
async fn list_service_accounts(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<ServiceAccountQuery>,
) -> JsonResult<ListPage<ServiceAccount>> {
    Ok(Json(api.service.list_service_accounts(&actor, ServiceAccountQuery { paging, ..filter }).await?))
}

/// Create a service account
///
/// An identity for a machine: a device, an agent, a pipeline. It has no tokens at first.
#[utoipa::path(
    post, path = "/api/v1/service-accounts",
    request_body(content = NewServiceAccount, example = json!({
        "name": "hall-b-gateway",
        "description": "Reads the meters of hall B.",
        "allowed_scopes": ["plants.*"],
    })),
    responses((status = 201, description = "The service account; `Location` is its path.", body = ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountCreate)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::AlreadyExists])),
    ),
)]
async fn create_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewServiceAccount>>,
) -> Result<impl IntoResponse, ApiError> {
    let account = api.service.create_service_account(&actor, new).await?;
    Ok((StatusCode::CREATED, [(LOCATION, format!("/api/v1/service-accounts/{}", account.id))], Json(account)))
}

/// Get a service account
///
/// The account, its allowed scopes and the members who manage it.
#[utoipa::path(
    get, path = "/api/v1/service-accounts/{id}",
    responses((status = 200, description = "The service account.", body = ServiceAccount)),
    extensions(("x-audit-action" = json!(AuditAction::ServiceAccountRead))),
)]
async fn get_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> JsonResult<ServiceAccount> {
    Ok(Json(api.service.service_account(&actor, id).await?))
}

/// Edit a service account
///
/// A field that is left out stays as it is. New permissions apply from the next request of each credential. Callers
/// can't give an account more than they hold themselves. If existing tokens would gain permissions that the users who
/// created or rotated them, or set their client keys, couldn't grant, the request must invalidate these tokens.
#[utoipa::path(
    patch, path = "/api/v1/service-accounts/{id}",
    request_body(content = ServiceAccountChanges, example = json!({"allowed_scopes": ["plants.read"]})),
    responses((status = 200, description = "The edited service account.", body = ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountEdit)),
        ("x-codes" = json!([
            ErrorCode::Forbidden,
            ErrorCode::AlreadyExists,
            ErrorCode::TokensWouldGain,
            ErrorCode::ServiceAccountDecommissioned,
        ])),
    ),
)]
async fn edit_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    Valid(Json(changes)): Valid<Json<ServiceAccountChanges>>,
) -> JsonResult<ServiceAccount> {
    Ok(Json(api.service.edit_service_account(&actor, id, changes).await?))
}

/// Decommission a service account
///
/// Permanent: all its tokens are invalidated with it. The record is kept, and so is its name. Idempotent.
#[utoipa::path(
    delete, path = "/api/v1/service-accounts/{id}",
    responses((status = 204, description = "The service account was decommissioned.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountDecommission)),
        ("x-codes" = json!([ErrorCode::CredentialInUse])),
    ),
)]
async fn decommission_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
) -> Result<StatusCode, ApiError> {
    api.service.decommission_service_account(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Suspend a service account
///
/// All its credentials fail from their next use on, access tokens too, until it is activated. Earlier access tokens
/// stay revoked even then. Idempotent.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/suspend",
    responses((status = 200, description = "The suspended service account.", body = ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountSuspend)),
        ("x-codes" = json!([ErrorCode::CredentialInUse, ErrorCode::ServiceAccountDecommissioned])),
    ),
)]
async fn suspend_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    _: Valid<Json<NoFields>>,
) -> JsonResult<ServiceAccount> {
    Ok(Json(api.service.suspend_service_account(&actor, id).await?))
}

/// Activate a service account
///
/// Its keys work again. Idempotent. A role above `member` requires a credential that may do everything.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/activate",
    responses((status = 200, description = "The active service account.", body = ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountActivate)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::ServiceAccountDecommissioned])),
    ),
)]
async fn activate_service_account(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    _: Valid<Json<NoFields>>,
) -> JsonResult<ServiceAccount> {
    Ok(Json(api.service.activate_service_account(&actor, id).await?))
}
