//! `PATCH /api/v1/service-accounts/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, Label, Role, ScopeSet, ServiceAccountId, wire};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Description, Input, MemberIds, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// Changes to a service account: a field that is left out stays as it is.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceAccountChanges {
    /// Its name, which no other account of the organization has.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    name: Option<Label>,
    /// What it is for. `null`: removes it.
    #[deserr(default, from(Option<Description>) = Some)]
    #[schema(value_type = Option<Description>)]
    description: Option<Option<Description>>,
    /// What it may do. A `member` has access to its own tokens only. Another role requires a credential that may do
    /// everything.
    #[deserr(default, from(Role) = Some)]
    #[schema(nullable = false)]
    role: Option<Role>,
    /// The limit of what its credentials may do, whatever their scopes: scopes, or beginnings of names. `null`: all that
    /// its role may do.
    #[deserr(default, from(Option<ScopeSet>) = Some)]
    #[schema(value_type = Option<ScopeSet>)]
    allowed_scopes: Option<Option<ScopeSet>>,
    /// The users who may create, edit and rotate its tokens.
    #[deserr(default, from(MemberIds) = Some)]
    #[schema(nullable = false)]
    member_ids: Option<MemberIds>,
    /// Whether tokens that would gain what their creators could not grant are invalidated. `false` if left out.
    #[deserr(default)]
    #[schema(required = false)]
    invalidate_tokens: bool,
}

impl Input for ServiceAccountChanges {}

impl From<ServiceAccountChanges> for wire::ServiceAccountChanges {
    fn from(changes: ServiceAccountChanges) -> Self {
        Self {
            name: changes.name,
            description: changes.description.map(|description| description.and_then(|text| text.0)),
            role: changes.role,
            allowed_scopes: changes.allowed_scopes,
            member_ids: changes.member_ids.map(|ids| ids.0),
            invalidate_tokens: changes.invalidate_tokens,
        }
    }
}

/// Edit a service account
///
/// A field that is left out stays as it is. What it may do changes from the next request of each of its credentials on.
/// Nobody can give it more than they hold themselves. If that gives more to tokens whose creators, or those who rotated
/// them or gave them client keys, could not grant as much, these tokens must be invalidated with it.
#[utoipa::path(
    patch, path = "/api/v1/service-accounts/{id}", operation_id = "editServiceAccount", tag = "Service accounts",
    request_body(content = ServiceAccountChanges, example = json!({"allowed_scopes": ["plants.read"]})),
    responses((status = 200, description = "The edited service account.", body = wire::ServiceAccount)),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountEdit)),
        ("x-codes" = json!([
            ErrorCode::Forbidden,
            ErrorCode::NotFound,
            ErrorCode::AlreadyExists,
            ErrorCode::TokensWouldGain,
            ErrorCode::ServiceAccountDecommissioned,
        ])),
    ),
)]
pub(super) async fn edit(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<ServiceAccountId>,
    Valid(Json(changes)): Valid<Json<ServiceAccountChanges>>,
) -> JsonResult<wire::ServiceAccount> {
    Ok(Json(api.service.edit_service_account(&actor, id, changes.into()).await?))
}
