//! Requests about service accounts.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    errors::RequestErrors,
    input::Input,
    lists::{MemberIds, parse_members},
    values::{Description, nullable},
};
use crate::{FieldCode, FieldErrors, Label, Role, ScopeSet, UserId, parse_description, parse_grants};

/// A request for a service account.
#[derive(Debug, Clone, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct NewServiceAccount {
    /// Its name, which no other account of the organization has.
    pub name: Label,
    /// What it is for. `null`: none.
    #[deserr(default, from(Option<Description>) = Description::of_new)]
    #[schema(value_type = Option<Description>)]
    pub description: Option<String>,
    /// What it may do. A `member` has access to its own tokens only, and is the default. Another role requires a
    /// credential that may do everything.
    #[deserr(default = Role::Member)]
    #[schema(required = false)]
    pub role: Role,
    /// The limit of what its credentials may do, whatever their scopes: scopes, or prefixes of scopes. `null`: all
    /// that its role may do.
    #[deserr(default)]
    pub allowed_scopes: Option<ScopeSet>,
    /// The users who may create, edit and rotate its tokens.
    #[deserr(default, from(MemberIds) = MemberIds::of_new)]
    #[schema(required = false, value_type = MemberIds)]
    pub member_ids: Vec<UserId>,
}

/// Changes to a service account: a field that is left out stays as it is.
#[derive(Debug, Clone, Default, Deserr, ToSchema)]
#[deserr(deny_unknown_fields, error = RequestErrors)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountChanges {
    /// Its name, which no other account of the organization has.
    #[deserr(default, from(Label) = Some)]
    #[schema(nullable = false)]
    pub name: Option<Label>,
    /// What it is for. `null`: removes it.
    #[deserr(default, from(Option<Description>) = Description::of_change)]
    #[schema(value_type = Option<Description>)]
    pub description: Option<Option<String>>,
    /// What it may do. A `member` has access to its own tokens only. Another role requires a credential that may do
    /// everything.
    #[deserr(default, from(Role) = Some)]
    #[schema(nullable = false)]
    pub role: Option<Role>,
    /// The limit of what its credentials may do, whatever their scopes: scopes, or prefixes of scopes. `null`: all
    /// that its role may do.
    #[deserr(default, from(Option<ScopeSet>) = Some)]
    #[schema(value_type = Option<ScopeSet>)]
    pub allowed_scopes: Option<Option<ScopeSet>>,
    /// The users who may create, edit and rotate its tokens.
    #[deserr(default, from(MemberIds) = MemberIds::of_change)]
    #[schema(nullable = false, value_type = Option<MemberIds>)]
    pub member_ids: Option<Vec<UserId>>,
    /// Whether to invalidate tokens that would gain permissions their creators couldn't grant. `false` if left out.
    #[deserr(default)]
    #[schema(required = false)]
    pub invalidate_tokens: bool,
}

/// An unvalidated form for a new service account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewServiceAccountDraft {
    /// Display name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its role; `member` if `None`.
    pub role: Option<String>,
    /// Scopes that further limit the role; `None` for no limit.
    pub allowed_scopes: Option<Vec<String>>,
    /// The members who manage it.
    pub member_ids: Vec<String>,
}

/// An unvalidated form with changes to a service account: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountChangesDraft {
    /// Display name.
    pub name: Option<String>,
    /// What it is for; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// Its role.
    pub role: Option<String>,
    /// Scopes that further limit the role; `Some(None)` for no limit.
    pub allowed_scopes: Option<Option<Vec<String>>>,
    /// The members who manage it.
    pub member_ids: Option<Vec<String>>,
    /// Whether to invalidate tokens that would gain permissions their creators couldn't grant.
    pub invalidate_tokens: bool,
}

impl Input for NewServiceAccount {}

impl Input for ServiceAccountChanges {}

impl NewServiceAccountDraft {
    /// Validates the form. On failure, returns all mistakes by field.
    pub fn check(self) -> Result<NewServiceAccount, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = Label::parse(&self.name, "name", &mut errors);
        let description = parse_description("description", self.description.as_deref(), &mut errors);
        let role = self.role.map_or(Some(Role::Member), |text| parse_role(&text, &mut errors));
        let allowed_scopes = self.allowed_scopes.and_then(|texts| parse_grants(&texts, "allowed_scopes", &mut errors));
        let member_ids = parse_members(&self.member_ids, &mut errors);
        let new = name.zip(role).map(|(name, role)| NewServiceAccount {
            name,
            description,
            role,
            allowed_scopes,
            member_ids,
        });
        errors.finish(new)
    }
}

impl ServiceAccountChangesDraft {
    /// Validates the form. On failure, returns all mistakes by field.
    pub fn check(self) -> Result<ServiceAccountChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let changes = ServiceAccountChanges {
            name: self.name.and_then(|text| Label::parse(&text, "name", &mut errors)),
            description: self.description.map(|text| parse_description("description", text.as_deref(), &mut errors)),
            role: self.role.and_then(|text| parse_role(&text, &mut errors)),
            allowed_scopes: nullable(self.allowed_scopes, |texts| parse_grants(&texts, "allowed_scopes", &mut errors)),
            member_ids: self.member_ids.map(|texts| parse_members(&texts, &mut errors)),
            invalidate_tokens: self.invalidate_tokens,
        };
        errors.finish(Some(changes))
    }
}

fn parse_role(text: &str, errors: &mut FieldErrors) -> Option<Role> {
    let role = text.parse().ok();
    if role.is_none() {
        errors.push("role", FieldCode::InvalidFormat, "Expected \"admin\", \"member\" or \"auditor\".");
    }
    role
}
