//! `DELETE /api/v1/scopes/{id}`.

use axum::extract::State;
use http::StatusCode;
use mintkey_domain::{AuditAction, ErrorCode, ScopeId};

use crate::{
    extract::{Caller, Path},
    problem::ApiError,
    state::Api,
};

/// Remove a scope
///
/// Only a scope that no token holds. Mintkey's own scopes can't be removed.
#[utoipa::path(
    delete, path = "/api/v1/scopes/{id}", operation_id = "deleteScope", tag = "Scopes",
    responses((status = 204, description = "The scope was removed.")),
    extensions(
        ("x-audit-action" = json!(AuditAction::ScopeDelete)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::ScopeInUse, ErrorCode::ScopeBuiltIn])),
    ),
)]
pub(super) async fn delete(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ScopeId>,
) -> Result<StatusCode, ApiError> {
    api.service.delete_scope(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
