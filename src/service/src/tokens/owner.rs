//! Owners of tokens, and what other actors may do with the tokens.

use std::sync::Arc;

use mintkey_domain::{ErrorCode, FieldCode, FieldErrors, Grant, Principal, Role, ScopeSet, ServiceAccountId};
use mintkey_store::Token;
use uuid::Uuid;

use super::require_grants;
use crate::{
    Actor, Error, Result,
    change::Change,
    identity_cache::{OrganizationRecord, OwnerRecord},
};

/// The owner of a new token: the actor itself, or a service account that the actor may change. A user's secret is never
/// shown to another user.
pub(super) async fn new_owner(
    change: &mut Change<'_>,
    owner_id: Option<Uuid>,
) -> Result<(Principal, Arc<OwnerRecord>)> {
    let unknown = || {
        let message = "There is no such owner here, or it may not have tokens that you make.";
        FieldErrors::one("owner_id", FieldCode::UnknownOwner, message)
    };
    let owner = match (owner_id, change.actor.principal) {
        (None, Some(caller)) => caller,
        (Some(id), Some(caller)) if caller.id() == id => caller,
        (None, None) => {
            return Err(FieldErrors::one("owner_id", FieldCode::Required, "An owner is required.").into());
        }
        (Some(id), _) => Principal::ServiceAccount(ServiceAccountId::from_uuid(id)),
    };
    if !change.actor.can_access(owner) {
        return Err(unknown().into());
    }
    let record = change.owner(owner).await?.ok_or_else(unknown)?;
    require_may_change(&change.actor, owner, &record)?;
    Ok((owner, record))
}

/// Refuses unless the actor may change the owner's tokens and see their secrets: tokens of another *user*, or of a
/// service account with a role above the actor's, can only be invalidated or deleted.
pub(super) fn require_may_change(actor: &Actor, owner: Principal, record: &OwnerRecord) -> Result<()> {
    if actor.principal == Some(owner) {
        return Ok(());
    }
    let refusal = match owner {
        Principal::User(_) => "This token belongs to another person. It can only be invalidated or deleted by you.",
        Principal::ServiceAccount(_) if actor.role() != Role::Admin && record.role != Role::Member => {
            "This service account's role reaches further than yours. Its tokens are an administrator's to change."
        }
        Principal::ServiceAccount(_) => return Ok(()),
    };
    Err(Error::refused(ErrorCode::Forbidden, refusal))
}

/// Refuses an actor that may not get a new secret or client key of the token, with which it could act as the token.
///
/// # Errors
/// `forbidden` for an owner whose tokens the actor may not change; `insufficient_scope` if the token has more scopes
/// than the actor; `beyond_own_bounds` if it has wider limits.
pub(crate) async fn require_may_issue_secret(change: &mut Change<'_>, token: &Token) -> Result<()> {
    if !token.unreadable.is_empty() {
        // Authentication would refuse it anyway, and its permissions aren't known.
        let message = "Part of this token's stored record can't be read, so it gets no new secret or key.";
        return Err(Error::refused(ErrorCode::Forbidden, message));
    }
    let owner = change.owner(token.owner).await?.ok_or_else(Error::not_found)?;
    let actor = &change.actor;
    require_may_change(actor, token.owner, &owner)?;
    require_grants(actor, token.owner, &token.scopes)?;
    actor.require_within_bounds(token)
}

/// Adds an error for scopes that the owner may not use, because a token would list scopes that it doesn't have. A
/// wildcard stands only for what its owner may do.
pub(super) fn within_owner(
    tenant: &OrganizationRecord,
    owner: &OwnerRecord,
    scopes: &ScopeSet,
    errors: &mut FieldErrors,
) {
    // For a user's own tokens, the user's permission to grant is checked instead.
    let Some(allowed) = &owner.allowed else { return };
    let beyond = |grant: &&Grant| {
        !grant.is_wildcard() && tenant.catalogue.admin_only(grant.as_str()).is_some() && !allowed.covers(grant.as_str())
    };
    let names: Vec<_> = scopes.iter().filter(beyond).map(Grant::as_str).collect();
    if !names.is_empty() {
        let message = format!("The service account is not allowed: {}.", names.join(", "));
        errors.push("scopes", FieldCode::ExceedsOwner, message);
    }
}

/// Refuses a token for a service account that isn't active.
pub(super) fn require_active(owner: Principal, record: &OwnerRecord) -> Result<()> {
    if matches!(owner, Principal::User(_)) || record.is_active() {
        return Ok(());
    }
    Err(Error::refused(ErrorCode::ServiceAccountNotActive, "Only an active service account gets tokens."))
}
