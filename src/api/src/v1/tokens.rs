//! `/api/v1/tokens`.

mod client_keys;

use axum::{
    Json,
    extract::{Query, State},
    response::IntoResponse,
};
use deserr::Deserr;
use http::StatusCode;
use mintkey_domain::{
    AuditAction, ErrorCode, TokenId,
    request::{Input, InvalidValue, NewToken, RequestErrors, TokenChanges},
    wire::{BulkResult, ListPage, NewCredentials, Token},
};
use mintkey_service::{TokenBulk, TokenInvalidation, TokenQuery, TokenRotation};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, Idempotent, ListQuery, PageQuery, Path, Valid},
    problem::{ApiError, JsonResult},
    state::Api,
    v1::{
        examples,
        new_credentials::{created, shown},
    },
};

/// The errors of creating a token, here and for a service account.
pub(super) const CREATION_CODES: [ErrorCode; 3] =
    [ErrorCode::BeyondOwnBounds, ErrorCode::Forbidden, ErrorCode::ServiceAccountNotActive];

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(get_token, edit_token, delete_token))
        .routes(routes!(rotate_token))
        .routes(routes!(invalidate_token))
        .routes(routes!(bulk_tokens))
        .merge(client_keys::routes())
}

/// List tokens
///
/// Your own tokens; administrators and auditors see those of the whole organization. Expired and invalidated tokens are
/// listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never has a secret.
#[utoipa::path(
    get, path = "/api/v1/tokens", params(TokenQuery, PageQuery),
    responses((status = 200, description = "One page of tokens.", body = ListPage<Token>)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead))),
)]
async fn list_tokens(
    State(api): State<Api>,
    Caller(actor): Caller,
    ListQuery { filter, paging }: ListQuery<TokenQuery>,
) -> JsonResult<ListPage<Token>> {
    Ok(Json(api.service.list_tokens(&actor, TokenQuery { paging, ..filter }).await?))
}

/// Create a token
///
/// The client secret and the API key are shown only in this answer; only a hash of them is stored. Set the expiry with
/// one of `expires_at`, `ttl` and `expiration_days`; otherwise the organization's default applies (90 days). No token
/// gets a scope that its creator doesn't hold.
#[utoipa::path(
    post, path = "/api/v1/tokens",
    request_body(content = NewToken, example = json!(examples::new_token())),
    responses((status = 201, description = "The token and its secrets; `Location` is its path.", body = NewCredentials)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenCreate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!(CREATION_CODES)),
    ),
)]
async fn create_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Idempotent { body, idempotency }: Idempotent<NewToken>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(created(api.service.create_token(&actor, body, idempotency).await?))
}

/// Get a token
///
/// Its current state, without any secret. `last_used_at` may be a few seconds behind.
#[utoipa::path(
    get, path = "/api/v1/tokens/{id}",
    responses((status = 200, description = "The token.", body = Token)),
    extensions(("x-audit-action" = json!(AuditAction::TokenRead))),
)]
async fn get_token(State(api): State<Api>, Caller(actor): Caller, Path(id): Path<TokenId>) -> JsonResult<Token> {
    Ok(Json(api.service.token(&actor, id).await?))
}

/// Edit a token
///
/// A field that is left out stays as it is. A new expiry renews an expired token. An invalidated token can't be edited.
/// Changes apply from the next request on.
#[utoipa::path(
    patch, path = "/api/v1/tokens/{id}",
    request_body(content = TokenChanges, example = json!({
        "label": "Plant 3 gateway (hall B)",
        "expires_at": "2027-06-30T22:00:00Z",
    })),
    responses((status = 200, description = "The edited token.", body = Token)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenEdit)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::TokenInvalidated])),
    ),
)]
async fn edit_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(changes)): Valid<Json<TokenChanges>>,
) -> JsonResult<Token> {
    Ok(Json(api.service.edit_token(&actor, id, changes).await?))
}

/// How a token is deleted.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[into_params(parameter_in = Query)]
struct TokenDeletion {
    /// Whether to delete the token even if the request is authenticated with it.
    #[deserr(default, try_from(String) = read_flag -> InvalidValue)]
    #[param(required = false)]
    force: bool,
}

impl Input for TokenDeletion {}

#[expect(clippy::needless_pass_by_value, reason = "`deserr` passes what it has read")]
fn read_flag(text: String) -> Result<bool, InvalidValue> {
    text.parse().map_err(|_| InvalidValue::format("Expected true or false."))
}

/// Delete a token
///
/// It stops working at once and disappears from every list; its audit events stay. To keep a record of it, invalidate
/// it instead. A credential can't delete its own token, unless `force` is `true`.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", params(TokenDeletion),
    responses((status = 204, description = "The token was deleted.")),
    extensions(("x-audit-action" = json!(AuditAction::TokenDelete)), ("x-codes" = json!([ErrorCode::CredentialInUse]))),
)]
async fn delete_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Query(TokenDeletion { force })): Valid<Query<TokenDeletion>>,
) -> Result<StatusCode, ApiError> {
    api.service.delete_token(&actor, id, force).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rotate a token's secret
///
/// Gives the token a new secret, shown only in this answer. Without `overlap`, older secrets and client keys stop
/// working at once; with it, they all work until the overlap ends, at most until the token expires. `keep_client_keys`
/// keeps the client keys. Access tokens keep working.
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/rotate",
    request_body(content = TokenRotation, example = json!({"overlap": "24h"})),
    responses((status = 200, description = "The token and its new secrets.", body = NewCredentials)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenRotate)),
        ("x-idempotent" = json!(true)),
        ("x-codes" = json!([
            ErrorCode::BeyondOwnBounds,
            ErrorCode::Forbidden,
            ErrorCode::TokenInvalidated,
            ErrorCode::TokenExpired,
            ErrorCode::RotationInProgress,
        ])),
    ),
)]
async fn rotate_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Idempotent { body, idempotency }: Idempotent<TokenRotation>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(shown(api.service.rotate_token(&actor, id, body, idempotency).await?))
}

/// Invalidate a token
///
/// It stops working at once, permanently, and stays listed. Its access tokens stop too, unless `keep_access_tokens` is
/// `true`. Idempotent. A credential can't invalidate its own token, unless `force` is `true`.
#[utoipa::path(
    post, path = "/api/v1/tokens/{id}/invalidate",
    request_body(content = TokenInvalidation, example = json!({"reason": "The gateway was stolen"})),
    responses((status = 200, description = "The invalidated token.", body = Token)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenInvalidate)),
        ("x-codes" = json!([ErrorCode::CredentialInUse])),
    ),
)]
async fn invalidate_token(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(body)): Valid<Json<TokenInvalidation>>,
) -> JsonResult<Token> {
    Ok(Json(api.service.invalidate_token(&actor, id, body).await?))
}

/// Invalidate or delete many tokens
///
/// The tokens that `ids` names, or those that match `filter`, 1,000 at most. Each is authorized separately and gets its own
/// audit event; the answer says what became of each. If `more` is `true`, more tokens match: send the request again, as
/// long as the answer has a token that is `done`. With `dry_run`, nothing is changed.
#[utoipa::path(
    post, path = "/api/v1/tokens/bulk",
    request_body(content = TokenBulk, example = json!({
        "action": "invalidate",
        "filter": {"label": "plant-3-*", "status": "active"},
        "reason": "Plant 3 is closed",
    })),
    responses((status = 200, description = "What became of each token.", body = BulkResult)),
    extensions(("x-audit-action" = json!(AuditAction::TokenInvalidate))),
)]
async fn bulk_tokens(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(bulk)): Valid<Json<TokenBulk>>,
) -> JsonResult<BulkResult> {
    Ok(Json(api.service.bulk_tokens(&actor, bulk).await?))
}
