//! `PATCH /api/v1/scopes/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, ScopeId, wire};
use mintkey_service::ScopeChangesDraft;
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Input, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// Changes to a scope: a field that is left out stays as it is.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeChanges {
    /// What it allows, for people: at most 1,000 characters.
    #[deserr(default, from(String) = Some)]
    #[schema(nullable = false)]
    description: Option<String>,
    /// Whether only administrators' credentials can hold it.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    admin_only: Option<bool>,
}

impl Input for ScopeChanges {}

/// Edit a scope
///
/// A field that is left out stays as it is. Mintkey's own scopes can't be changed.
#[utoipa::path(
    patch, path = "/api/v1/scopes/{id}", operation_id = "editScope", tag = "Scopes",
    request_body(content = ScopeChanges, example = json!({"description": "Read the meters of all plants and alarms"})),
    responses((status = 200, description = "The edited scope.", body = wire::Scope)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ScopeEdit)),
        ("x-codes" = json!([ErrorCode::NotFound, ErrorCode::ScopeBuiltIn])),
    ),
)]
pub(super) async fn edit(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ScopeId>,
    Valid(Json(changes)): Valid<Json<ScopeChanges>>,
) -> JsonResult<wire::Scope> {
    let draft = ScopeChangesDraft { description: changes.description, admin_only: changes.admin_only };
    Ok(Json(api.service.edit_scope(&actor, id, draft).await?))
}
