//! Service accounts: what the outside sees of them, and what it may say about them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PrincipalName, nullable};
use crate::{
    FieldCode, FieldErrors, Label, OrganizationId, Role, ScopeSet, ServiceAccountId, ServiceAccountStatus, Timestamp,
    UserId, parse_description, parse_grants,
};

/// The most members that one service account can be given to.
pub const MAX_SERVICE_ACCOUNT_MEMBERS: usize = 200;

/// A machine identity: an agent, a device, a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceAccount {
    /// Its id.
    pub id: ServiceAccountId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// What people call it; no other account of the organization has the name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it may do, and over which objects.
    pub role: Role,
    /// Whether its credentials work.
    pub status: ServiceAccountStatus,
    /// What it is held to besides; null for all that its role may do.
    pub allowed_scopes: Option<Vec<String>>,
    /// The members who may make and rotate its tokens.
    pub members: Vec<PrincipalName>,
    /// How many of its tokens aren't invalidated.
    pub tokens: i64,
    /// Who made it.
    pub created_by: PrincipalName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How many service accounts there are of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountCounts {
    /// Those whose credentials work.
    pub active: i64,
    /// Those that are suspended.
    pub suspended: i64,
    /// Those that are gone for good.
    pub decommissioned: i64,
}

/// A request for a new service account, as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewServiceAccountDraft {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its role; a member's if left out.
    pub role: Option<String>,
    /// What it is held to; `None` for all that its role may do.
    pub allowed_scopes: Option<Vec<String>>,
    /// The members that it is given to.
    pub member_ids: Vec<String>,
}

/// A request for a new service account whose fields are well formed.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// 1 to 100 characters.
    pub name: Label,
    /// At most 1,000 characters.
    pub description: Option<String>,
    /// Its role.
    pub role: Role,
    /// At least one, or `None` for all that its role may do.
    pub allowed_scopes: Option<ScopeSet>,
    /// Without repeats.
    pub member_ids: Vec<UserId>,
}

/// Changes to a service account, as they came: `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccountChangesDraft {
    /// What people call it.
    pub name: Option<String>,
    /// What it is for; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// Its role.
    pub role: Option<String>,
    /// What it is held to; `Some(None)` for all that its role may do.
    pub allowed_scopes: Option<Option<Vec<String>>>,
    /// The members that it is given to.
    pub member_ids: Option<Vec<String>>,
    /// Whether tokens that would gain what their makers could not grant are invalidated.
    pub invalidate_tokens: bool,
}

/// Changes to a service account whose fields are well formed.
#[derive(Debug, Clone, Default)]
pub struct ServiceAccountChanges {
    /// 1 to 100 characters.
    pub name: Option<Label>,
    /// `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// Its role.
    pub role: Option<Role>,
    /// `Some(None)` for all that its role may do.
    pub allowed_scopes: Option<Option<ScopeSet>>,
    /// Without repeats.
    pub member_ids: Option<Vec<UserId>>,
    /// Whether tokens that would gain what their makers could not grant are invalidated.
    pub invalidate_tokens: bool,
}

impl NewServiceAccountDraft {
    /// The request, if each field is well formed; else every mistake at its field.
    pub fn check(self) -> Result<NewServiceAccount, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = Label::parse(&self.name, "name", &mut errors);
        let description = parse_description(self.description.as_deref(), &mut errors);
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
    /// The changes, if each field is well formed; else every mistake at its field.
    pub fn check(self) -> Result<ServiceAccountChanges, FieldErrors> {
        let mut errors = FieldErrors::new();
        let changes = ServiceAccountChanges {
            name: self.name.and_then(|text| Label::parse(&text, "name", &mut errors)),
            description: self.description.map(|text| parse_description(text.as_deref(), &mut errors)),
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

/// Reads the ids of a service account's members.
pub fn parse_members(texts: &[String], errors: &mut FieldErrors) -> Vec<UserId> {
    const FIELD: &str = "member_ids";
    if texts.len() > MAX_SERVICE_ACCOUNT_MEMBERS {
        errors.push(FIELD, FieldCode::TooLong, format!("At most {MAX_SERVICE_ACCOUNT_MEMBERS} members."));
        return Vec::new();
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (i, text) in texts.iter().enumerate() {
        match Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(UserId::from_uuid) {
            None => errors.push_entry(FIELD, i, FieldCode::InvalidFormat, format!("Member {} is not a UUID.", i + 1)),
            Some(id) if ids.contains(&id) => {
                errors.push_entry(FIELD, i, FieldCode::Duplicate, "Each member may be named once only.");
            }
            Some(id) => ids.push(id),
        }
    }
    ids
}
