//! Whose a token is or will be, and what that lets others do with it.

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

/// Whose a new token will be: the caller's own, or a service account's that the caller may change. A person's
/// secret is never given to another.
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
            return Err(FieldErrors::one("owner_id", FieldCode::Required, "Say whose it will be.").into());
        }
        (Some(id), _) => Principal::ServiceAccount(ServiceAccountId::from_uuid(id)),
    };
    if !change.actor.reaches(owner) {
        return Err(unknown().into());
    }
    let record = change.owner(owner).await?.ok_or_else(unknown)?;
    require_may_change(&change.actor, owner, &record)?;
    Ok((owner, record))
}

/// Refuses whoever isn't to change what the owner's tokens are or learn their secrets: another *person's* can only
/// be invalidated or deleted, and so can those of a machine whose role reaches further than the caller's.
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

/// Refuses an actor that may not get a new proof of the token, a secret or a client key: with it, it is the token.
///
/// # Errors
/// `forbidden` for an owner's whose tokens aren't theirs to change; `insufficient_scope` if the token holds more than
/// the actor; `beyond_own_bounds` if it is bound to less.
pub(crate) async fn require_may_prove(change: &mut Change<'_>, token: &Token) -> Result<()> {
    if !token.unreadable.is_empty() {
        // It would be refused all the same, and what it could do isn't known.
        let message = "Part of this token's stored record can't be read, so it gets no new secret or key.";
        return Err(Error::refused(ErrorCode::Forbidden, message));
    }
    let owner = change.owner(token.owner).await?.ok_or_else(Error::not_found)?;
    let actor = &change.actor;
    require_may_change(actor, token.owner, &owner)?;
    require_grants(actor, token.owner, &token.scopes)?;
    actor.require_within_bounds(token)
}

/// Notes the scopes that the owner may not use: a token that lists them would promise what it can't keep. A
/// wildcard promises only what its owner may do.
pub(super) fn within_owner(
    tenant: &OrganizationRecord,
    owner: &OwnerRecord,
    scopes: &ScopeSet,
    errors: &mut FieldErrors,
) {
    // A person's own tokens are measured by what the person may grant.
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
