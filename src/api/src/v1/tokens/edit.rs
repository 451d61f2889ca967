//! `PATCH /api/v1/tokens/{id}`.

use axum::{Json, extract::State};
use deserr::Deserr;
use mintkey_domain::{AddressRanges, AuditAction, ErrorCode, Expiry, Label, ScopeSet, Timestamp, TokenId, wire};
use utoipa::ToSchema;

use crate::{
    extract::{Caller, Path, Valid},
    input::{Description, Input, Mistakes},
    problem::JsonResult,
    state::Api,
};

/// Changes to a token: a field that is left out stays as it is.
#[derive(Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = Mistakes)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenChanges {
    /// What people call it.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    label: Option<Label>,
    /// What it is for. `null`: removes it.
    #[deserr(default, from(Option<Description>) = Some)]
    #[schema(value_type = Option<Description>)]
    description: Option<Option<Description>>,
    /// What it may do from now on.
    #[deserr(default, from(ScopeSet) = Some)]
    #[schema(nullable = false)]
    scopes: Option<ScopeSet>,
    /// Where it may be used from; an empty list is any address.
    #[deserr(default, from(AddressRanges) = Some)]
    #[schema(nullable = false)]
    allowed_cidrs: Option<AddressRanges>,
    /// When it ends. `null`: never.
    #[deserr(default, from(Option<Timestamp>) = Some)]
    #[schema(value_type = Option<Timestamp>)]
    expires_at: Option<Option<Timestamp>>,
    /// Until when the secret before the last rotation works too, during an overlap. `null`: no longer.
    #[deserr(default, from(Option<Timestamp>) = Some)]
    #[schema(value_type = Option<Timestamp>)]
    previous_secret_expires_at: Option<Option<Timestamp>>,
}

impl Input for TokenChanges {}

impl From<TokenChanges> for wire::TokenChanges {
    fn from(changes: TokenChanges) -> Self {
        Self {
            label: changes.label,
            description: changes.description.map(|description| description.and_then(|text| text.0)),
            scopes: changes.scopes,
            allowed_cidrs: changes.allowed_cidrs,
            expiry: changes.expires_at.map(|end| end.map_or(Expiry::Never, Expiry::At)),
            previous_secret_expires_at: changes.previous_secret_expires_at,
        }
    }
}

/// Edit a token
///
/// A field that is left out stays as it is. A new end renews an expired token. An invalidated token can't be edited.
/// Changes apply from the next request on.
#[utoipa::path(
    patch, path = "/api/v1/tokens/{id}", operation_id = "editToken", tag = "Tokens",
    request_body(content = TokenChanges, example = json!({
        "label": "Plant 3 gateway (hall B)",
        "expires_at": "2027-06-30T22:00:00Z",
    })),
    responses((status = 200, description = "The edited token.", body = wire::Token)),
    extensions(
        ("x-audit-action" = json!(AuditAction::TokenEdit)),
        ("x-codes" = json!([ErrorCode::BeyondOwnBounds, ErrorCode::NotFound, ErrorCode::TokenInvalidated])),
    ),
)]
pub(super) async fn edit(
    State(api): State<Api>,
    Caller(actor): Caller,
    Path(id): Path<TokenId>,
    Valid(Json(changes)): Valid<Json<TokenChanges>>,
) -> JsonResult<wire::Token> {
    Ok(Json(api.service.edit_token(&actor, id, changes.into()).await?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input::tests::read_json;

    #[test]
    fn null_means_something_for_three_fields_only() {
        let nulls = json!({"description": null, "expires_at": null, "previous_secret_expires_at": null});
        let changes = wire::TokenChanges::from(read_json::<TokenChanges>(&nulls).ok().unwrap());
        assert_eq!(changes.description, Some(None));
        assert_eq!(changes.previous_secret_expires_at, Some(None));
        assert!(changes.expiry == Some(Expiry::Never) && changes.label.is_none());
        let errors = read_json::<TokenChanges>(&json!({"label": null, "scopes": null, "allowed_cidrs": null}));
        assert_eq!(errors.err().unwrap().len(), 3);
    }

    #[test]
    fn an_empty_list_of_scopes_is_a_mistake_and_of_addresses_is_not() {
        assert!(read_json::<TokenChanges>(&json!({"scopes": []})).is_err());
        let changes = read_json::<TokenChanges>(&json!({"allowed_cidrs": []})).ok().unwrap();
        assert!(changes.allowed_cidrs.unwrap().is_any());
    }
}
