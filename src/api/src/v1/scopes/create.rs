//! `POST /api/v1/scopes`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, wire};
use mintkey_service::NewScopeDraft;
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Valid},
    input::{Input, Mistakes, RequiredText},
    problem::ApiError,
    state::Api,
    v1::created::Created,
};

/// A request for a scope.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct NewScope {
    /// 1 to 128 letters, digits and `._:/-`, the first a letter or digit: `plants.read`, `agents:write`. Names that begin
    /// with `mintkey:` are Mintkey's own.
    name: RequiredText,
    /// What it allows, for people: at most 1,000 characters.
    #[deserr(default)]
    #[schema(required = false)]
    description: String,
    /// Whether only administrators' credentials can hold it.
    #[deserr(default)]
    #[schema(required = false)]
    admin_only: bool,
}

impl Input for NewScope {}

/// Add a scope
///
/// One permission of your own APIs. The name never changes.
#[utoipa::path(
    post, path = "/api/v1/scopes", operation_id = "createScope", tag = "Scopes",
    request_body(content = NewScope, example = json!({
        "name": "plants.read",
        "description": "Read the meters of all plants",
    })),
    responses((status = 201, description = "The scope; `Location` is its path.", body = wire::Scope)),
    extensions(("x-audit-action" = json!(AuditAction::ScopeCreate)), ("x-codes" = json!([ErrorCode::AlreadyExists]))),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewScope>>,
) -> Result<Created<Json<wire::Scope>>, ApiError> {
    let draft = NewScopeDraft { name: new.name.0, description: new.description, admin_only: new.admin_only };
    let scope = api.service.create_scope(&actor, draft).await?;
    Ok(Created { location: format!("/api/v1/scopes/{}", scope.id), body: Json(scope) })
}
