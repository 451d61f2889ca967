//! `/api/v1/organization`: the organization that the caller acts in.

use axum::{Json, extract::State};
use mintkey_domain::{AuditAction, ErrorCode, request::OrganizationChanges, wire::Organization};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    extract::{Caller, Valid},
    problem::JsonResult,
    state::Api,
};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get_organization, edit_organization))
}

/// Get the organization
///
/// The organization of the credential, and its settings.
#[utoipa::path(
    get, path = "/api/v1/organization",
    responses((status = 200, description = "The organization.", body = Organization)),
    extensions(("x-audit-action" = json!(AuditAction::OrganizationRead))),
)]
async fn get_organization(State(api): State<Api>, Caller(actor): Caller) -> JsonResult<Organization> {
    Ok(Json(api.service.organization(&actor).await?))
}

/// Change the organization's settings
///
/// A field that is left out stays as it is. A new maximum applies to tokens that are created or get a new expiry from
/// now on; existing expiries don't change. A new audience invalidates access tokens with the old one at once.
#[utoipa::path(
    patch, path = "/api/v1/organization",
    request_body(content = OrganizationChanges, example = json!({"max_token_ttl": "365d"})),
    responses((status = 200, description = "The edited organization.", body = Organization)),
    extensions(("x-audit-action" = json!(AuditAction::OrganizationEdit)), ("x-codes" = json!([ErrorCode::Forbidden]))),
)]
async fn edit_organization(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(changes)): Valid<Json<OrganizationChanges>>,
) -> JsonResult<Organization> {
    Ok(Json(api.service.edit_organization(&actor, changes).await?))
}
