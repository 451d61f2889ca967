//! `POST /api/v1/service-accounts`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AuditAction, ErrorCode, Label, Role, ScopeSet, wire};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Valid},
    input::{Description, Input, MemberIds, Mistakes},
    problem::ApiError,
    state::Api,
    v1::created::Created,
};

/// A request for a service account.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct NewServiceAccount {
    /// Its name, which no other account of the organization has.
    name: Label,
    /// What it is for. `null`: none.
    #[deserr(default)]
    description: Option<Description>,
    /// What it may do. A `member` has access to its own tokens only, and is the default. Another role requires a
    /// credential that may do everything.
    #[deserr(default, from(Role) = Some)]
    #[schema(nullable = false)]
    role: Option<Role>,
    /// The limit of what its credentials may do, whatever their scopes: scopes, or beginnings of names. `null`: all that
    /// its role may do.
    #[deserr(default)]
    allowed_scopes: Option<ScopeSet>,
    /// The users who may create, edit and rotate its tokens.
    #[deserr(default)]
    #[schema(required = false)]
    member_ids: MemberIds,
}

impl Input for NewServiceAccount {}

impl From<NewServiceAccount> for wire::NewServiceAccount {
    fn from(new: NewServiceAccount) -> Self {
        Self {
            name: new.name,
            description: new.description.and_then(|text| text.0),
            role: new.role.unwrap_or(Role::Member),
            allowed_scopes: new.allowed_scopes,
            member_ids: new.member_ids.0,
        }
    }
}

/// Create a service account
///
/// An identity for a machine: a device, an agent, a pipeline. It has no tokens at first.
#[utoipa::path(
    post, path = "/api/v1/service-accounts", operation_id = "createServiceAccount", tag = "Service accounts",
    request_body(content = NewServiceAccount, example = json!({
        "name": "hall-b-gateway",
        "description": "Reads the meters of hall B.",
        "allowed_scopes": ["plants.*"],
    })),
    responses(
        (status = 201, description = "The service account; `Location` is its path.", body = wire::ServiceAccount),
    ),
    extensions(
        ("x-audit-action" = json!(AuditAction::ServiceAccountCreate)),
        ("x-codes" = json!([ErrorCode::Forbidden, ErrorCode::AlreadyExists])),
    ),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Caller(actor): Caller,
    Valid(Json(new)): Valid<Json<NewServiceAccount>>,
) -> Result<Created<Json<wire::ServiceAccount>>, ApiError> {
    let account = api.service.create_service_account(&actor, new.into()).await?;
    Ok(Created { location: format!("/api/v1/service-accounts/{}", account.id), body: Json(account) })
}
