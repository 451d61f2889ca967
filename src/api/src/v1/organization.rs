//! `GET` and `PATCH /api/v1/organization`: the organization that the caller acts in.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{
    AuditAction, ErrorCode, Label, Ttl,
    wire::{self, parse_audience, parse_retention},
};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Valid},
    input::{Input, InvalidValue, Mistakes, domain},
    problem::JsonResult,
    state::Api,
};

/// Changes to an organization: a field that is left out stays as it is.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganizationChanges {
    /// Its name.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    name: Option<Label>,
    /// The lifetime of a token whose end isn't given.
    #[deserr(default, from(Ttl) = Some)]
    #[schema(nullable = false)]
    default_token_ttl: Option<Ttl>,
    /// The maximum lifetime of a token; not less than the default. `null`: no limit.
    #[deserr(default, from(Option<Ttl>) = Some)]
    #[schema(value_type = Option<Ttl>)]
    max_token_ttl: Option<Option<Ttl>>,
    /// The `aud` of access tokens: a URI or a name, of printable ASCII characters without spaces. Never another
    /// organization's, nor an address of Mintkey itself. `null`: the organization's own address.
    #[deserr(default, try_from(Option<String>) = read_audience -> InvalidValue)]
    #[schema(value_type = Option<String>, max_length = 255)]
    audience: Option<Option<String>>,
    /// How long the audit log is kept: 30 days at least. Older events are removed, under a signed checkpoint. Requires a
    /// credential that may do everything. `null`: for ever.
    #[deserr(default, try_from(Option<String>) = read_retention -> InvalidValue)]
    #[schema(value_type = Option<Ttl>)]
    audit_retention: Option<Option<Ttl>>,
}

impl Input for OrganizationChanges {}

fn read_audience(text: Option<String>) -> Result<Option<Option<String>>, InvalidValue> {
    text.map(|text| domain(|errors| parse_audience(&text, errors))).transpose().map(Some)
}

fn read_retention(text: Option<String>) -> Result<Option<Option<Ttl>>, InvalidValue> {
    text.map(|text| domain(|errors| parse_retention(&text, errors))).transpose().map(Some)
}

impl From<OrganizationChanges> for wire::OrganizationChanges {
    fn from(changes: OrganizationChanges) -> Self {
        let OrganizationChanges { name, default_token_ttl, max_token_ttl, audience, audit_retention } = changes;
        Self { name, default_token_ttl, max_token_ttl, audience, audit_retention }
    }
}

/// Get the organization
///
/// The organization of the credential, and its settings.
#[utoipa::path(
    get, path = "/api/v1/organization", operation_id = "getOrganization", tag = "Organization",
    responses((status = 200, description = "The organization.", body = wire::Organization)),
    extensions(("x-audit-action" = json!(AuditAction::OrganizationRead))),
)]
pub(super) async fn get(State(api): State<Api>, Caller(actor): Caller) -> JsonResult<wire::Organization> {
    Ok(Json(api.service.organization(&actor).await?))
}

/// Change the organization's settings
///
/// A field that is left out stays as it is. A new maximum applies to tokens that are created or get a new end from now
/// on; earlier ends stay. A new audience ends the access tokens that have the old one at once.
#[utoipa::path(
    patch, path = "/api/v1/organization", operation_id = "editOrganization", tag = "Organization",
    request_body(content = OrganizationChanges, example = json!({"max_token_ttl": "365d"})),
    responses((status = 200, description = "The edited organization.", body = wire::Organization)),
    extensions(("x-audit-action" = json!(AuditAction::OrganizationEdit)), ("x-codes" = json!([ErrorCode::Forbidden]))),
)]
pub(super) async fn edit(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(changes)): Valid<Json<OrganizationChanges>>,
) -> JsonResult<wire::Organization> {
    Ok(Json(api.service.edit_organization(&actor, changes.into()).await?))
}
