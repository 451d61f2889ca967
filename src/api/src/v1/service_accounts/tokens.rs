//! `GET` and `POST /api/v1/service-accounts/{id}/tokens`: as `/api/v1/tokens`, with the owner in the path.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, FieldCode, FieldErrors, ServiceAccountId, wire};
use uuid::Uuid;

use crate::{
    extract::{Caller, Idempotent, ListQuery, PageQuery, Path},
    problem::{ApiError, JsonResult},
    state::Api,
    v1::{
        created::Created,
        tokens::{
            create::{NewToken, create_token},
            list::TokenFilter,
            minted::{Minted, MintedToken},
        },
    },
};

/// List a service account's tokens
///
/// As `GET /api/v1/tokens`, for this account only. For administrators, auditors, the members who manage the account, and
/// the account itself.
#[utoipa::path(
    get, path = "/api/v1/service-accounts/{id}/tokens", operation_id = "listServiceAccountTokens",
    tag = "Service accounts",
    params(TokenFilter, PageQuery),
    responses((status = 200, description = "One page of tokens.", body = wire::Page<wire::Token>)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead)), ("x-codes" = json!([ErrorCode::NotFound]))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    mut query: ListQuery<TokenFilter>,
) -> JsonResult<wire::Page<wire::Token>> {
    api.service.require_service_account(&actor, id).await?;
    query.filter.owner_id = Some(owner(id, query.filter.owner_id)?);
    Ok(Json(api.service.list_tokens(&actor, query.into_query()).await?))
}

/// Create a token for a service account
///
/// As `POST /api/v1/tokens`, for this account. Only an active account gets tokens, and none with a scope that isn't among
/// the account's allowed scopes, or that its creator doesn't hold.
#[utoipa::path(
    post, path = "/api/v1/service-accounts/{id}/tokens", operation_id = "createServiceAccountToken",
    tag = "Service accounts",
    request_body(content = NewToken, example = json!(NewToken::example())),
    responses(
        (status = 201, description = "The token and its secrets; `Location` is its path.", body = MintedToken<'static>),
    ),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenCreate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::NotFound,
            ErrorCode::KindUnavailable,
            ErrorCode::Forbidden,
            ErrorCode::ServiceAccountNotActive,
        ])),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    Idempotent { mut body, idempotency }: Idempotent<NewToken>,
) -> Result<Created<Minted>, ApiError> {
    api.service.require_service_account(&actor, id).await?;
    body.owner_id = Some(owner(id, body.owner_id)?);
    create_token(&api, &actor, body, idempotency).await
}

/// The owner in the path; the request may name no other.
fn owner(path: ServiceAccountId, named: Option<Uuid>) -> Result<Uuid, FieldErrors> {
    match named {
        Some(other) if other != path.uuid() => {
            Err(FieldErrors::one("owner_id", FieldCode::Conflict, "The path names another owner."))
        }
        _ => Ok(path.uuid()),
    }
}
