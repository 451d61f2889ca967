//! `/api/v1/service-accounts/{id}/tokens`: as `/api/v1/tokens`, with the owner in the path.

use axum::{Json, extract::State, response::IntoResponse};
use mintkey_domain::{
    AuditAction, FieldCode, FieldErrors, ServiceAccountId,
    request::NewToken,
    wire::{ListPage, NewCredentials, Token},
};
use mintkey_service::TokenQuery;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    extract::{Caller, Idempotent, ListQuery, PageQuery, Path},
    problem::{ApiError, JsonResult},
    state::Api,
    v1::{examples, new_credentials::created, tokens::CREATION_CODES},
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_service_account_tokens, create_service_account_token))
}

/// List a service account's tokens
///
/// As `GET /api/v1/tokens`, for this account only. For administrators, auditors, the members who manage the account,
/// and the account itself.
#[utoipa::path(
    get, path = "/api/v1/service-accounts/{id}/tokens", params(TokenQuery, PageQuery),
    responses((status = 200, description = "One page of tokens.", body = ListPage<Token>)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead))),
)]
async fn list_service_account_tokens(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    ListQuery { filter, paging }: ListQuery<TokenQuery>,
) -> JsonResult<ListPage<Token>> {
    api.service.require_service_account(&actor, id).await?;
    let owner_id = Some(owner(id, filter.owner_id)?);
    Ok(Json(api.service.list_tokens(&actor, TokenQuery { owner_id, paging, ..filter }).await?))
}

/// Create a token for a service account
///
/// As `POST /api/v1/tokens`, for this account. Only an active account gets tokens, and none with a scope that isn't
/// among the account's allowed scopes, or that its creator doesn't hold.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/tokens",
    request_body(content = NewToken, example = json!(examples::new_token())),
    responses((status = 201, description = "The token and its secrets; `Location` is its path.", body = NewCredentials)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenCreate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!(CREATION_CODES)),
    ),
)]
async fn create_service_account_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    Idempotent { mut body, idempotency }: Idempotent<NewToken>,
) -> Result<impl IntoResponse, ApiError> {
    api.service.require_service_account(&actor, id).await?;
    body.owner_id = Some(owner(id, body.owner_id)?);
    Ok(created(api.service.create_token(&actor, body, idempotency).await?))
}

/// The owner in the path. Refuses a different `owner_id`.
fn owner(path: ServiceAccountId, named: Option<Uuid>) -> Result<Uuid, FieldErrors> {
    match named {
        Some(other) if other != path.uuid() => {
            Err(FieldErrors::one("owner_id", FieldCode::Conflict, "The path names another owner."))
        }
        _ => Ok(path.uuid()),
    }
}
