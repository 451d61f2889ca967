//! `DELETE /api/v1/tokens/{id}`.

use axum::extract::{Query, State};
use deserr::Deserr;
use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, TokenId};
use utoipa::IntoParams;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, Mistakes, QueryFlag},
    problem::ApiError,
    state::Api,
};

/// How a token is deleted.
#[derive(Deserr, IntoParams)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// Even if it is the token that you are calling with.
    #[deserr(default)]
    #[param(inline, required = false)]
    force: Option<QueryFlag>,
}

impl Input for Deletion {}

/// Delete a token
///
/// It stops working at once and disappears from every list; its audit events stay. To keep a record of it, invalidate it
/// instead. A credential can't delete its own token, unless `force` is `true`.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", operation_id = "deleteToken", tag = "Tokens",
    params(Deletion),
    responses((status = 204, description = "The token was deleted.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenDelete)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::CredentialInUse])),
    ),
)]
pub(super) async fn delete(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Query(deletion)): Valid<Query<Deletion>>,
) -> Result<StatusCode, ApiError> {
    let force = deletion.force.is_some_and(|force| force.0);
    api.service.delete_token(&actor, id, force).await?;
    Ok(StatusCode::NO_CONTENT)
}
